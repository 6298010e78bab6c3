package verimesh.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.metadata.InspectionReport.Language;
import verimesh.metadata.c2pa.ClaimReader;
import verimesh.metadata.c2pa.Credentials;
import verimesh.metadata.c2pa.StoreBuilder;
import verimesh.metadata.exif.ExifReport;
import verimesh.metadata.read.FileRecord;
import verimesh.metadata.read.FileRecord.ManifestStore;
import verimesh.metadata.sign.Attribution;
import verimesh.metadata.sign.FileRecords;
import verimesh.metadata.sign.Signature;
import verimesh.metadata.sign.Words;

class SummaryTest {
  private static final String XMP_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";

  private static String summary(FileRecord file, Language language) {
    Credentials credentials = new ClaimReader().read(file);
    List<Signature> signatures = Attribution.of(credentials, Words.of(file), java.util.Optional.empty());
    return Summary.of(signatures, ExifReport.of(file), credentials, language);
  }

  private static String english(FileRecords file) {
    return summary(file.build(), Language.EN);
  }

  private static FileRecords claimed(String action, String sourceType, String agent) {
    byte[] store = new StoreBuilder().manifest("m", StoreBuilder.claim("Tool", "c2pa.actions"), Map.of("c2pa.actions", StoreBuilder.actions(StoreBuilder.action(action, sourceType, agent)))).build();
    return FileRecords.png().c2pa(List.of(new ManifestStore("PNG caBX", store, 0)));
  }

  @Test
  void sentencesSayWhatTheFileSaysAndNoMore() {
    assertThat(english(FileRecords.png())).isEqualTo("The file says nothing of its making.");
    assertThat(english(FileRecords.png().text("parameters", "x\nSteps: 20, Sampler: Euler, Seed: 1")))
        .isEqualTo("The file carries Stable Diffusion WebUI (AUTOMATIC1111)'s own record of the generation (PNG text chunk 'parameters').");
    assertThat(english(claimed("c2pa.created", "trainedAlgorithmicMedia", "Maker"))).isEqualTo("Its Content Credentials, not validated, say that it was AI-generated: Maker.");
    assertThat(english(claimed("c2pa.created", "digitalCapture", ""))).isEqualTo("Its Content Credentials, not validated, speak of a camera's capture.");
    assertThat(english(claimed("c2pa.created", "digitalCreation", ""))).isEqualTo("Its Content Credentials, not validated, name no AI.");
    assertThat(english(FileRecords.jpeg().sourceType("trainedAlgorithmicMedia"))).isEqualTo("An unsigned IPTC label says that the picture is AI-generated.");
    assertThat(english(FileRecords.png().text("Software", "Adobe Photoshop 26.0"))).isEqualTo("It was saved by Adobe Photoshop 26.0.");
  }

  @Test
  void twoToolsAreBothTold() {
    String told = english(FileRecords.png().text("parameters", "x\nSteps: 20, Sampler: Euler, Seed: 1").ifd0(0x010f, "Ideogram AI"));
    assertThat(told).contains("AUTOMATIC1111").contains("Other signs name Ideogram.");
  }

  static Stream<FileRecords> everyKind() {
    return Stream.of(
        FileRecords.png(), FileRecords.png().text("parameters", "x\nSteps: 20, Sampler: Euler, Seed: 1"), FileRecords.png().text("postprocessing", "Postprocess upscale by: 4"),
        claimed("c2pa.created", "trainedAlgorithmicMedia", "Maker"), claimed("c2pa.edited", "compositeWithTrainedAlgorithmicMedia", "Editor"), claimed("c2pa.created", "digitalCapture", ""),
        FileRecords.jpeg().sourceType("trainedAlgorithmicMedia"), FileRecords.jpeg().sourceType("compositeSynthetic"), FileRecords.jpeg().xmp(XMP_EXT, "AISystemUsed", "Tool"),
        FileRecords.jpeg().iptc(2, 110, "Made with Google AI"), FileRecords.png().text("AIGC", "{\"Label\":\"1\"}"), FileRecords.png().text("AIGC", "{\"Label\":\"3\"}"),
        FileRecords.jpeg().samsung("PhotoEditor_Re_Edit_Data", "{\"genAIType\":1}"), FileRecords.png().text("hf-job-id", "7c9e6679"), FileRecords.jpeg().ifd0(0x010f, "Ideogram AI"),
        FileRecords.jpeg().ifd0(0x010f, "Canon").ifd0(0x0110, "Canon EOS 6D"), FileRecords.jpeg().xmp("http://purl.org/dc/terms/", "provenance", "https://example.org/m"),
        FileRecords.png().c2pa(List.of(new ManifestStore("PNG caBX", new byte[5], 0))), FileRecords.png().text("Software", "GIMP 2.10"));
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void everyKindIsToldInBothLanguagesInAtMostThreeSentences(FileRecords file) {
    String english = summary(file.build(), Language.EN);
    String korean = summary(file.build(), Language.KO);
    assertThat(english).isNotBlank().doesNotContain("human");
    assertThat(korean).isNotBlank().isNotEqualTo(english).matches(text -> text.codePoints().anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HANGUL));
    assertThat(Arrays.stream(english.split("\\. ")).count()).isLessThanOrEqualTo(3);
  }
}
