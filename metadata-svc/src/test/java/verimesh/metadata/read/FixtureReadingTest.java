package verimesh.metadata.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import verimesh.chassis.testing.Shared;

/// Real files against a second opinion, and the places of their words as the index of the fixtures tells them.
class FixtureReadingTest {
  /// `exiftool -n` 12.57 said these sizes, makes and models; DNG by its full-size picture.
  @ParameterizedTest @CsvFileSource(resources = "/exiftool-says.csv", numLinesToSkip = 1)
  void sizeMakeAndModelAreThoseThatExiftoolReads(String file, int width, int height, String make, String model) {
    FileRecord record = Reads.record(fixture(file));
    assertThat(List.of(record.width(), record.height())).containsExactly(width, height);
    assertThat(record.exif().text(ExifRecord.Ifd.IFD0, 0x010f).orElse("")).isEqualTo(make == null ? "" : make);
    assertThat(record.exif().text(ExifRecord.Ifd.IFD0, 0x0110).orElse("")).isEqualTo(model == null ? "" : model);
  }

  @ParameterizedTest @CsvSource(delimiter = '|', textBlock = """
      a1111-text-after-idat.png     | PNG zTXt | parameters        | photo of a duck
      syn-a1111-ztxt.png            | PNG zTXt | parameters        | a lighthouse on a basalt cliff
      syn-a1111-itxt-compressed.png | PNG iTXt | parameters        | こども 🌊 a lighthouse
      syn-a1111-text-utf8-in-latin1.png | PNG tEXt | parameters    | こども 🌊 a lighthouse
      syn-a1111-comment.gif         | GIF comment |                | a lighthouse on a basalt cliff
      syn-a1111-com.jpg             | JPEG COM |                   | a lighthouse on a basalt cliff
      invokeai-sd-metadata.png      | PNG tEXt | sd-metadata       | {"model": "stable diffusion"
      stability-matrix.png          | PNG tEXt | parameters-json   | {
      tensorart.png                 | PNG tEXt | generation_data   | {
      a1111-png-named-jpeg.jpeg     | PNG tEXt | parameters        | front view, samsung king mackerel""")
  void textsStandWhereTheIndexSays(String file, String carrier, String keyword, String begins) {
    FileRecord record = Reads.record(fixture("ai-metadata/" + file));
    assertThat(record.texts()).anySatisfy(t -> {
      assertThat(t.carrier()).isEqualTo(carrier);
      assertThat(t.keyword()).isEqualTo(keyword == null ? "" : keyword);
      assertThat(t.text()).startsWith(begins);
    });
  }

  @ParameterizedTest @CsvSource({
    "syn-a1111-usercomment-utf16le.jpg,EXIF,こども 🌊 a lighthouse", "syn-a1111-usercomment-utf16be-in-ii.jpg,EXIF,こども 🌊 a lighthouse",
    "syn-a1111-usercomment-ascii.jpg,EXIF,a lighthouse", "syn-a1111-usercomment-utf8.webp,EXIF,こども 🌊 a lighthouse",
    "comfyui-saveimage-plus.jpg,IFD0,{\"prompt\": {", "syn-fooocus-fooocus-scheme.jpg,IFD0,{\"adm_guidance\":", "novelai-v4.5-curated.webp,EXIF,{\"Comment\":",
    "civitai-ingest.jpg,EXIF,'general, masterpiece'", "mflux-puffin.png,EXIF,{\"mflux_version\": \"0.15.0\""})
  void userCommentsComeOutInTheRightOrder(String file, ExifRecord.Ifd ifd, String begins) {
    ExifRecord exif = Reads.record(fixture("ai-metadata/" + file)).exif();
    assertThat(exif.text(ifd, 0x9286)).hasValueSatisfying(t -> assertThat(t).startsWith(begins));
    assertThat(exif.userComment()).isEqualTo(exif.text(ifd, 0x9286));
  }

  @ParameterizedTest @CsvSource({"control-usercomment-camera.jpg"})
  void aPaddedCommentIsNone(String file) {
    assertThat(Reads.record(fixture("ai-metadata/" + file)).exif().userComment()).isEmpty();
  }

  @ParameterizedTest @CsvSource({
    "midjourney-v5.2.png,PNG tEXt XMP,http://iptc.org/std/Iptc4xmpExt/2008-02-29/,DigImageGUID,2b6e053b-9a65-4ca9-9e13-b6f4465164d4",
    "comfyui-xmp.avif,AVIF XMP,https://github.com/Comfy-Org/ComfyUI,workflow,'{\"nodes\":[{\"id\":1,'",
    "doubao-black.png,PNG iTXt XMP,http://www.tc260.org.cn/ns/AIGC/1.0/,AIGC,'{\"Label\":\"1\",'",
    "syn-tc260-xmp-attr.jpg,JPEG APP1 XMP,http://www.tc260.org.cn/ns/AIGC/1.0/,AIGC,'{\"Label\": \"1\",'",
    "syn-google-xmp-after-idat.png,PNG iTXt XMP,http://ns.adobe.com/photoshop/1.0/,Credit,Made with Google AI",
    "syn-iptc-dst-https.webp,WebP XMP,http://iptc.org/std/Iptc4xmpExt/2008-02-29/,DigitalSourceType,https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"})
  void xmpIsReadFromItsContainer(String file, String carrier, String namespace, String name, String begins) {
    XmpRecord xmp = Reads.record(fixture("ai-metadata/" + file)).xmp();
    assertThat(xmp.carrier()).isEqualTo(carrier);
    assertThat(xmp.first(namespace, name)).hasValueSatisfying(v -> assertThat(v).startsWith(begins));
  }

  @ParameterizedTest @CsvSource({"syn-samsung-genaitype.jpg,1", "control-samsung-genaitype0.jpg,0"})
  void theSamsungTrailerIsFound(String file, int type) {
    assertThat(Reads.record(fixture("ai-metadata/" + file)).samsung()).singleElement()
        .satisfies(b -> assertThat(new String(b.data(), StandardCharsets.UTF_8)).contains("\"genAIType\":" + type));
  }

  /// The number of bytes is that of the JUMBF superbox as c2pa-rs reads it.
  @ParameterizedTest @CsvSource({
    "gen-valid-v2.png,PNG caBX,1", "gen-valid-v2.jpg,JPEG APP11,1", "gen-valid-v2.webp,WebP C2PA,1", "gen-valid-v2.gif,GIF C2PA,1", "gen-valid-v2.avif,AVIF uuid,1",
    "gen-valid-v2.heic,HEIC uuid,1", "gen-valid-v2.tiff,TIFF C2PA,1", "gen-valid-v2.svg,SVG c2pa:manifest,1", "gen-valid-v2.jxl,JXL jumb,1", "gen-valid-v2.pdf,PDF embedded file,1",
    "py-C.dng,TIFF C2PA,1", "gen-jpg-two-segments.jpg,JPEG APP11,1", "gen-png-two-stores.png,PNG caBX,2", "gen-svg-two-manifests.svg,SVG c2pa:manifest,2",
    "ms-cards_trusted.svg,SVG c2pa:manifest,1", "wild-bing.jpg,JPEG APP11,1", "rs-no_manifest.jpg,,0", "gen-plain.png,,0"})
  void manifestStoresAreFoundWhole(String file, String carrier, int stores) {
    FileRecord record = Reads.record(fixture("c2pa/" + file));
    assertThat(record.c2pa()).hasSize(stores).allSatisfy(store -> {
      assertThat(store.carrier()).isEqualTo(carrier);
      Slice jumbf = Slice.of(store.jumbf());
      assertThat(Boxes.isManifestStore(jumbf)).isTrue();
      assertThat(jumbf.u32(0)).isEqualTo(jumbf.length());
    });
  }

  private static Path fixture(String file) {
    return Shared.path("fixtures/" + file);
  }
}
