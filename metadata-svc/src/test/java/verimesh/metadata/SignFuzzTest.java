package verimesh.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.metadata.c2pa.ClaimReader;
import verimesh.metadata.c2pa.Credentials;
import verimesh.metadata.c2pa.StoreBuilder;
import verimesh.metadata.read.ContainerReader;
import verimesh.metadata.read.FileReader;
import verimesh.metadata.read.FileRecord;
import verimesh.metadata.read.FileRecord.ManifestStore;
import verimesh.metadata.sign.Attribution;
import verimesh.metadata.sign.FileRecords;
import verimesh.metadata.sign.Place;
import verimesh.metadata.sign.Words;
import verimesh.metadata.stealth.StealthReader;
import verimesh.metadata.stealth.StealthSeeds;
import verimesh.metadata.stealth.StoredPixels;

/// Coverage-guided fuzzing of every parser behind the reader: A1111 text, ComfyUI graphs, TC260 labels, manifest stores and
/// claims, hidden records. A finding is any exception, error or endless loop.
///
/// A normal build runs each target over its seeds; in fuzzing mode one target is driven from them on:
///
/// ```
/// JAZZER_FUZZ=1 mvn -pl metadata-svc -am test -Dtest='SignFuzzTest#claims' -Dsurefire.failIfNoSpecifiedTests=false \
///     -Dverimesh.test.args='-Djazzer.max_duration=60s'
/// ```
class SignFuzzTest {
  private static final StealthReader STEALTH = new StealthReader(4_000_000);
  private static final ClaimReader CLAIMS = new ClaimReader();

  private static void attribute(FileRecord file) {
    Attribution.of(CLAIMS.read(file), Words.of(file), Optional.empty());
  }

  private static Stream<Arguments> seeds(String... texts) {
    return Stream.of(texts).map(t -> Arguments.of((Object) t.getBytes(UTF_8)));
  }

  static Stream<Arguments> a1111() {
    return seeds("a harbour\nNegative prompt: blurry\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 5, Lora hashes: \"a: b\", Civitai resources: [{\"type\":\"x\"}], Version: v1.9",
        "{\"sui_image_params\":{\"prompt\":\"x\",\"seed\":1}}", "{\"base_model\":\"m\",\"metadata_scheme\":\"fooocus\",\"prompt\":\"x\"}", "\"a harbour\" -s 50 -S 123 -W 512");
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void a1111(byte[] data) {
    String text = new String(data, UTF_8);
    attribute(FileRecords.png().text("parameters", text).text("Dream", text).comment("JPEG COM", text).ifd0(0x013b, "ai").build());
  }

  static Stream<Arguments> comfyUi() {
    return seeds("{\"3\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":[\"9\",0],\"model\":[\"4\",0],\"positive\":[\"6\",0],\"negative\":[\"6\",0]}},\"6\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":\"x\"}},"
            + "\"4\":{\"class_type\":\"CheckpointLoaderSimple\",\"inputs\":{\"ckpt_name\":\"m\"}},\"9\":{\"class_type\":\"Seed\",\"inputs\":{\"seed\":NaN}}}",
        "{\"last_node_id\":1,\"nodes\":[{\"id\":3,\"type\":\"KSampler\",\"inputs\":[{\"name\":\"positive\",\"link\":1}],\"widgets_values\":[5]},{\"id\":6,\"type\":\"CLIPTextEncode\",\"widgets_values\":[\"x\"]}],\"links\":[[1,6,0,3,0]]}",
        "{\"3\":{\"class_type\":\"KSampler\",\"inputs\":{\"text\":\"cut o");
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void comfyUi(byte[] data) {
    String text = new String(data, UTF_8);
    attribute(FileRecords.png().text("prompt", text).build());
    attribute(FileRecords.webp().ifd0(0x010f, "workflow:" + text).ifd0(0x9286, text).build());
  }

  static Stream<Arguments> tc260() {
    return seeds("{\"Label\":\"1\",\"ContentProducer\":\"001191110102MACQD9K64010000\"}", "{\"AIGC\":\"{\\\"Label\\\":2}\"}", "AIGC{\"ServiceProvider\":\"Tencent\"}");
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void tc260(byte[] data) {
    String text = new String(data, UTF_8);
    attribute(FileRecords.png().text("AIGC", text).ifd0(0x010e, "AIGC" + text).userComment(text).xmp("http://www.tc260.org.cn/ns/AIGC/1.0/", "AIGC", text).build());
  }

  static Stream<Arguments> claims() {
    byte[] store = new StoreBuilder()
        .manifest("a", StoreBuilder.claim("Tool/1", "c2pa.actions"), Map.of("c2pa.actions", StoreBuilder.actions(StoreBuilder.action("c2pa.created", "trainedAlgorithmicMedia", "Maker"))))
        .manifest("b", StoreBuilder.claim("Tool/2", "c2pa.ingredient", "stds.iptc"), Map.of(
            "c2pa.ingredient", Map.of("relationship", "parentOf", "c2pa_manifest", Map.of("url", "self#jumbf=/c2pa/a")), "stds.iptc", "{\"Iptc4xmpExt:DigitalSourceType\":\"http://x/composite\"}"))
        .build();
    return Stream.of(Arguments.of((Object) store));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void claims(byte[] data) {
    attribute(FileRecords.png().c2pa(List.of(new ManifestStore("PNG caBX", data, 0))).build());
  }

  static Stream<Arguments> stealth() {
    return Stream.concat(StealthSeeds.pngs(), StealthSeeds.webps()).map(file -> Arguments.of((Object) file));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void stealth(byte[] data) {
    FileRecord png = FileRecords.png().build();
    StoredPixels.of(png, data).map(STEALTH::read);
    if (new ContainerReader().read(data) instanceof FileReader.Reading.Read(FileRecord read)) {
      StoredPixels.of(read, data).filter(p -> (long) p.width() * p.height() < 1_000_000).map(STEALTH::read);
    }
    Attribution.of(Credentials.NONE, Words.of(png), Optional.of(Words.hidden(png, new String(data, UTF_8), Place.hidden("PNG", "stealth_pnginfo"))));
  }
}
