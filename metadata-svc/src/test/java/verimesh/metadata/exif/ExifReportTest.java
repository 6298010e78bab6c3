package verimesh.metadata.exif;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static verimesh.metadata.read.Crafted.*;
import static verimesh.metadata.read.ExifRecord.Ifd.EXIF;
import static verimesh.metadata.read.ExifRecord.Ifd.GPS;
import static verimesh.metadata.read.ExifRecord.Ifd.IFD0;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import verimesh.metadata.exif.CameraConsistency.Answer;
import verimesh.metadata.exif.CameraConsistency.Code;
import verimesh.metadata.exif.CameraConsistency.Reason;
import verimesh.metadata.read.Crafted;
import verimesh.metadata.read.Reads;

class ExifReportTest {
  private static ExifReport report(Crafted.Tiff tiff, byte[]... segments) {
    return ExifReport.of(Reads.record(jpeg(exifSegment(tiff.build()), join(segments))));
  }

  private static List<Code> codes(ExifReport report) {
    return report.consistency().reasons().stream().map(Reason::code).toList();
  }

  /// Names, exposure and a date: what piexif is made to write.
  private static Crafted.Tiff typed(String make, String model) {
    return new Crafted.Tiff(BIG_ENDIAN).ascii(IFD0, 0x010f, make).ascii(IFD0, 0x0110, model)
        .rationals(EXIF, 0x829a, 1, 240).rationals(EXIF, 0x829d, 168, 100).shorts(EXIF, 0x8827, 52).rationals(EXIF, 0x920a, 6900, 1000)
        .ascii(EXIF, 0x9003, "2025:05:02 11:20:31");
  }

  @Test void aCamerasOwnBlockIsConsistent() {
    ExifReport report = report(camera(BIG_ENDIAN));
    assertThat(report.consistency().answer()).isEqualTo(Answer.CAMERA_CONSISTENT);
    assertThat(report.consistency().score().getAsDouble()).isBetween(.8, 1.0);
    assertThat(report.captureDevice()).isEqualTo("NIKON D7000");
    // Everything but a lens: 1.25 of 1.35.
    assertThat(report.publishedScore()).isCloseTo(1.25 / 1.35, within(1e-9));
  }

  @Test void nothingAtAllIsNoStatement() {
    ExifReport report = ExifReport.of(Reads.record(png()));
    assertThat(report.consistency()).isEqualTo(new CameraConsistency(Answer.STRIPPED, OptionalDouble.empty(), List.of(new Reason(Code.NO_MAKE, "No camera is named."))));
    assertThat(report.publishedScore()).isZero();
  }

  @Test void exifThatAProgramTypedIsNoCamera() {
    ExifReport report = report(typed("Canon", "Canon EOS 6D"));
    assertThat(report.consistency().answer()).isEqualTo(Answer.STRIPPED);
    assertThat(report.consistency().score()).isEmpty();
    assertThat(codes(report)).contains(Code.TOO_LITTLE, Code.NO_EXIF_VERSION, Code.NO_MAKER_NOTE);
    // The published score cannot tell the difference, which is why it is only one witness.
    assertThat(report.publishedScore()).isGreaterThan(.7);
  }

  @ParameterizedTest @CsvSource(delimiter = '|', textBlock = """
      Ideogram AI                   | v2
      prompt:{"1": {"inputs": {}}}  | workflow:{"nodes": []}
      workflow:{"last_node_id": 9}  | prompt:{}
      Prompt: {"3": {}}             | x
      Midjourney                    | v6
      OpenAI                        | DALL-E 3
      Canon                         | Stable Diffusion XL
      Stability AI                  | SDXL""")
  void aGeneratorsNameIsNoCamera(String make, String model) {
    ExifReport report = report(typed(make, model).undefined(EXIF, 0x9000, latin1("0232")));
    assertThat(report.consistency().answer()).isEqualTo(Answer.CONTRADICTORY);
    assertThat(codes(report)).startsWith(Code.GENERATOR_IN_EXIF);
    assertThat(report.captureDevice()).isEmpty();
    assertThat(report.publishedScore()).as("neither name counts").isCloseTo(.5 / 1.35, within(1e-9));
  }

  @ParameterizedTest @ValueSource(strings = {
    "a cat\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 64x48",
    "{\"prompt\": {\"3\": {\"class_type\": \"KSampler\"}}}", "{\"sui_image_params\": {\"prompt\": \"cat\"}}",
    "Signature: IoR6YcSlkWo/83blBnOA15zT7nnWuDE3tT3xAgkhEQ5l/y2INMmO1RokxWodeWOFXrjvKrsweIMr+fZ="})
  void aGeneratorsSettingsInACamerasBlockContradictIt(String comment) {
    ExifReport report = report(camera(BIG_ENDIAN).undefined(EXIF, 0x9286, join(latin1("ASCII\0\0\0"), utf8(comment))));
    assertThat(report.consistency().answer()).isEqualTo(Answer.CONTRADICTORY);
    assertThat(codes(report)).startsWith(Code.GENERATOR_IN_EXIF);
    assertThat(report.consistency().score().getAsDouble()).isLessThanOrEqualTo(.4);
  }

  @Test void aCaptionThatMentionsToolsIsNothing() {
    ExifReport report = report(camera(BIG_ENDIAN).ascii(IFD0, 0x010e, "Poster of the Midjourney and Stable Diffusion show, steps: many")
        .undefined(EXIF, 0x9286, join(latin1("ASCII\0\0\0"), utf8("I like DALL-E and took 20 steps, seed in hand"))));
    assertThat(report.consistency().answer()).isEqualTo(Answer.CAMERA_CONSISTENT);
  }

  static Stream<Arguments> contradictions() {
    return Stream.of(
        Arguments.of(replaced(0xa002, 640, 0xa003, 480), Code.RESIZED),
        Arguments.of(replaced(0xa002, 640, 0xa003, 640), Code.CROPPED),
        Arguments.of(dates("2012:12:30 17:24:44", "2012:12:27 17:24:44"), Code.DATES_OUT_OF_ORDER),
        Arguments.of(minimal("Canon", "NIKON D90"), Code.OTHER_MAKERS_MODEL),
        Arguments.of(minimal("Apple", "Pixel 8"), Code.OTHER_MAKERS_MODEL),
        Arguments.of(minimal("Canon", "Canon EOS 6D").undefined(EXIF, 0x927c, latin1("Nikon\0\2\20\0\0aaaaaaa")), Code.OTHER_MAKERS_NOTE),
        Arguments.of(minimal("Polyphony Digital Inc.", "Gran Turismo 5"), Code.GAME_CAPTURE),
        Arguments.of(minimal("Canon", "Canon EOS 6D").rationals(EXIF, 0x829d, 1, 10), Code.IMPOSSIBLE_VALUE),
        Arguments.of(minimal("Canon", "Canon EOS 6D").rationals(GPS, 2, 300, 1, 0, 1, 0, 1).rationals(GPS, 4, 1, 1, 0, 1, 0, 1), Code.IMPOSSIBLE_VALUE));
  }

  @ParameterizedTest @MethodSource("contradictions")
  void whatCannotBeIsAContradiction(Crafted.Tiff tiff, Code code) {
    ExifReport report = report(tiff);
    assertThat(report.consistency().answer()).isEqualTo(Answer.CONTRADICTORY);
    assertThat(codes(report)).contains(code);
  }

  private static Crafted.Tiff minimal(String make, String model) {
    return new Crafted.Tiff(BIG_ENDIAN).ascii(IFD0, 0x010f, make).ascii(IFD0, 0x0110, model).undefined(EXIF, 0x9000, latin1("0230"));
  }

  private static Crafted.Tiff replaced(int xTag, int x, int yTag, int y) {
    return minimal("NIKON CORPORATION", "NIKON D7000").longs(EXIF, xTag, x).longs(EXIF, yTag, y);
  }

  private static Crafted.Tiff dates(String original, String changed) {
    return minimal("NIKON CORPORATION", "NIKON D7000").ascii(EXIF, 0x9003, original).ascii(IFD0, 0x0132, changed);
  }

  @ParameterizedTest @CsvSource({"2001:12:00 00:00:00", "0000:00:00 00:00:00", "1998:01:01 00:00:00", "    :  :     :  :  ", "2001:13:41 99:00:00"})
  void aDateThatIsNoneContradictsNothing(String changed) {
    assertThat(codes(report(dates("2002:01:20 13:52:46", changed)))).doesNotContain(Code.DATES_OUT_OF_ORDER);
  }

  @Test void aDayIsTimeZonesAndMoreIsNot() {
    assertThat(codes(report(dates("2002:01:20 13:00:00", "2002:01:19 11:00:00")))).doesNotContain(Code.DATES_OUT_OF_ORDER); // 26 h, the edge
    assertThat(codes(report(dates("2002:01:20 13:00:00", "2002:01:19 10:59:59")))).contains(Code.DATES_OUT_OF_ORDER);
  }

  @Test void aPictureTurnedUprightKeepsItsSize() {
    assertThat(codes(report(replaced(0xa002, HEIGHT, 0xa003, WIDTH)))).contains(Code.PIXEL_SIZE);
  }

  @Test void rareMakersAreReal() {
    Crafted.Tiff rare = typed("RECONYX", "HC500 HYPERFIRE").undefined(EXIF, 0x9000, latin1("0220")).undefined(EXIF, 0x9101, new byte[] {1, 2, 3, 0})
        .undefined(EXIF, 0xa300, new byte[] {3}).longs(EXIF, 0xa002, WIDTH).longs(EXIF, 0xa003, HEIGHT).undefined(EXIF, 0x927c, new byte[64]);
    assertThat(report(rare).consistency().answer()).isEqualTo(Answer.CAMERA_CONSISTENT);
    assertThat(report(rare).publishedScore()).as("the Make counts, the Model of no known brand does not").isCloseTo(.75 / 1.35, within(1e-9));
  }

  @ParameterizedTest @CsvSource({"512,512,true", "768,768,true", "1024,1024,true", "2048,2048,true", "1536,1536,false", "1024,1023,false", "513,513,false"})
  void squaresOfGeneratorSizesAreInconsistent(int width, int height, boolean expected) {
    byte[] file = join(latin1("\u0089PNG\r\n\u001a\n"), ihdr(width, height, 2), chunk("IEND", new byte[0]));
    assertThat(ExifReport.of(Reads.record(file)).inconsistencies()).extracting(Inconsistency::code)
        .isEqualTo(expected ? List.of(Inconsistency.Code.SQUARE_GENERATOR_SIZE) : List.of());
  }

  @ParameterizedTest @CsvSource({"49,100,true", "50,100,false", "64,1,false", "641,10,true", "0,1,false"})
  void aperturesThatNoLensHasAreInconsistent(int numerator, int denominator, boolean expected) {
    ExifReport report = report(minimal("Canon", "Canon EOS 6D").rationals(EXIF, 0x829d, numerator, denominator));
    assertThat(report.inconsistencies()).extracting(Inconsistency::code).isEqualTo(expected ? List.of(Inconsistency.Code.IMPOSSIBLE_APERTURE) : List.of());
  }

  @Test void anEditorWithoutACameraAndADateWithoutACaptureAreInconsistent() {
    assertThat(ExifReport.of(Reads.record(png(text("Software", "GIMP 2.10")))).inconsistencies()).extracting(Inconsistency::code)
        .containsExactly(Inconsistency.Code.EDITOR_WITHOUT_CAMERA);
    assertThat(report(minimal("Canon", "Canon EOS 6D").ascii(IFD0, 0x0131, "GIMP 2.10").ascii(IFD0, 0x0132, "2020:01:02 03:04:05")).inconsistencies())
        .extracting(Inconsistency::code).containsExactly(Inconsistency.Code.DATE_WITHOUT_CAPTURE_DATE);
  }

  @Test void aScreenshotSaysSoInEitherCarrier() {
    byte[] exif = new Crafted.Tiff(BIG_ENDIAN).undefined(EXIF, 0x9286, latin1("ASCII\0\0\0Screenshot")).build();
    assertThat(ExifReport.of(Reads.record(png(chunk("eXIf", exif)))).editing().traces()).extracting(Editing.Trace::text).containsExactly("screenshot");
    String packet = xmp(" xmlns:exif='http://ns.adobe.com/exif/1.0/'", "<exif:UserComment><rdf:Alt><rdf:li xml:lang='x-default'>Screenshot</rdf:li></rdf:Alt></exif:UserComment>");
    assertThat(ExifReport.of(Reads.record(png(itxt("XML:com.adobe.xmp", false, utf8(packet))))).editing().traces()).extracting(Editing.Trace::text).containsExactly("screenshot");
  }

  @Test void libjpegsTablesAreRecognisedExactly() {
    // The tables of quality 50 are those of ITU-T T.81 Annex K itself, here in zigzag order.
    int[] luminance = {16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69,
      55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99};
    byte[] table = new byte[65];
    for (int i = 0; i < 64; i++) {
      table[1 + i] = (byte) luminance[i];
    }
    byte[] grey = join(latin1("\u00ff\u00d8"), segment(0xdb, table), segment(0xc0, join(new byte[] {8}, be16(8), be16(8), new byte[] {1, 1, 0x11, 0})), scan());
    assertThat(ExifReport.of(Reads.record(grey)).editing().jpegQuality()).hasValue(50);
    table[10]++;
    byte[] other = join(latin1("\u00ff\u00d8"), segment(0xdb, table), segment(0xc0, join(new byte[] {8}, be16(8), be16(8), new byte[] {1, 1, 0x11, 0})), scan());
    assertThat(ExifReport.of(Reads.record(other)).editing().jpegQuality()).isEmpty();
  }

  @Test void personalDataIsKeptApart() {
    Crafted.Tiff tiff = camera(BIG_ENDIAN).ascii(IFD0, 0x013b, "Jane Doe").ascii(EXIF, 0xa430, "J. Doe").ascii(EXIF, 0xa431, "12345").rationals(GPS, 6, 5195, 10);
    ExifReport report = report(tiff, xmpSegment(xmp("", "<dc:creator><rdf:Seq><rdf:li>Jane</rdf:li><rdf:li>John</rdf:li></rdf:Seq></dc:creator>")),
        iimSegment(dataSet(2, 80, latin1("J. D."))));
    assertThat(report.personalData()).containsEntry("Artist", "Jane Doe").containsEntry("CameraOwnerName", "J. Doe").containsEntry("BodySerialNumber", "12345")
        .containsEntry("GPSLatitude", "48.140000").containsEntry("GPSLongitude", "-11.566667").containsEntry("GPSAltitude", "519.5")
        .containsEntry("XMP creator", "Jane; John").containsEntry("IPTC By-line", "J. D.");
    assertThat(report.capture().toString() + report.consistency() + report.editing() + report.captureDevice()).doesNotContain("Doe").doesNotContain("48.1").doesNotContain("12345");
  }

  @Test void theLensIsNamedFromWhicheverTagHasIt() {
    assertThat(report(camera(BIG_ENDIAN).ascii(EXIF, 0xa434, "FE 24-50mm F2.8 G")).capture().lens()).isEqualTo("FE 24-50mm F2.8 G");
    assertThat(report(camera(BIG_ENDIAN).rationals(EXIF, 0xa432, 24, 1, 70, 1, 28, 10, 28, 10)).capture().lens()).isEqualTo("24-70mm f/2.8");
    assertThat(report(camera(BIG_ENDIAN).rationals(EXIF, 0xa432, 0, 0, 0, 0, 0, 0, 0, 0)).capture().lens()).isEmpty();
  }
}
