package verimesh.metadata.read;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static verimesh.metadata.read.Crafted.*;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.metadata.exif.ExifReport;

/// Coverage-guided fuzzing of every parser of our own. A finding is any exception, error or endless loop.
///
/// A normal build runs each target over its seeds. In fuzzing mode one target at a time is driven, from the seeds on, for
/// `maxDuration`; `-Djazzer.max_executions` or `-Djazzer.max_duration` bound a run from outside:
///
/// ```
/// JAZZER_FUZZ=1 mvn -pl metadata-svc -am test -Dtest='ReaderFuzzTest#png' -Dsurefire.failIfNoSpecifiedTests=false \
///     -Dverimesh.test.args='-Djazzer.max_duration=60s'
/// ```
///
/// What a run finds is written to `src/test/resources/verimesh/metadata/read/ReaderFuzzTestInputs/<target>` and is a
/// regression test from then on.
class ReaderFuzzTest {
  private static final byte[] EXIF = camera(LITTLE_ENDIAN).build();
  private static final byte[] STORE = manifestStore(50);

  // ---- whole files: the container's reader and all that it calls, then what judges the record

  private static void file(String magic, byte[] data) {
    // The magic stays, or the fuzzer would spend its time on finding it again.
    byte[] file = data.clone();
    byte[] head = latin1(magic);
    System.arraycopy(head, 0, file, 0, Math.min(head.length, file.length));
    if (new ContainerReader().read(file) instanceof FileReader.Reading.Read read) {
      ExifReport.of(read.record());
    }
  }

  static Stream<Arguments> png() {
    return Stream.of(Arguments.of((Object) Crafted.png(text("parameters", "Steps: 20"), ztxt("z", zlib(latin1("text"))), itxt("i", true, zlib(utf8(XMP))),
        itxt("XML:com.adobe.xmp", false, utf8("<x><y a='b'/></x>")), chunk("eXIf", EXIF), chunk("caBX", STORE), chunk("iCCP", join(latin1("p\0\0"), zlib(new byte[140]))),
        text("Raw profile type exif", "\nexif\n 8\n4d4d002a00000008\n"))));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void png(byte[] data) {
    file("\u0089PNG\r\n\u001a\n", data);
  }

  static Stream<Arguments> jpeg() {
    return Stream.of(Arguments.of((Object) Crafted.jpeg(exifSegment(EXIF), xmpSegment("<x><y a='b'/></x>"), extendedXmpSegment("F".repeat(32), 4, 0, utf8("<a/>")),
        jumbfSegment(1, 1, STORE.length, Arrays.copyOfRange(STORE, 8, STORE.length)), iimSegment(dataSet(2, 110, latin1("Credit"))), segment(0xfe, latin1("comment")))));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void jpeg(byte[] data) {
    file("\u00ff\u00d8\u00ff", data);
  }

  static Stream<Arguments> webp() {
    return Stream.of(Arguments.of((Object) Crafted.webp(riffChunk("EXIF", EXIF), riffChunk("XMP ", utf8("<x><y a='b'/></x>")), riffChunk("C2PA", STORE))));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void webp(byte[] data) {
    file("RIFF", data);
  }

  static Stream<Arguments> gif() {
    return Stream.of(Arguments.of((Object) Crafted.gif(gifComment(latin1("comment")), gifApplication("C2PA_GIF\1\0\0", subBlocks(STORE)),
        gifApplication("XMP DataXMP", subBlocks(utf8("<x><y a='b'/></x>"))))));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void gif(byte[] data) {
    file("GIF89a", data);
  }

  static Stream<Arguments> bmff() {
    return Stream.of(Arguments.of((Object) avif(EXIF, utf8("<x><y a='b'/></x>"), 0, c2paUuid("manifest", STORE))), Arguments.of((Object) avif(EXIF, utf8(XMP), 1)));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void bmff(byte[] data) {
    file("\0\0\0\u0018ftypavif", data);
  }

  static Stream<Arguments> tiff() {
    return Stream.of(Arguments.of((Object) EXIF), Arguments.of((Object) camera(BIG_ENDIAN).longs(ExifRecord.Ifd.SUB, 0x100, 4032).longs(ExifRecord.Ifd.SUB, 0x101, 3024)
        .raw(ExifRecord.Ifd.IFD0, 700, 1, 17, utf8("<x><y a='b'/></x>")).undefined(ExifRecord.Ifd.IFD0, 52545, STORE)
        .undefined(ExifRecord.Ifd.IFD0, 33723, dataSet(2, 5, latin1("title"))).build()));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void tiff(byte[] data) {
    file(data.length > 0 && (data[0] & 1) == 0 ? "MM" : "II", data);
  }

  static Stream<Arguments> jxl() {
    return Stream.of(Arguments.of((Object) Crafted.jxl(box("Exif", be32(0), EXIF), box("xml ", utf8("<x><y a='b'/></x>")), STORE,
        box("brob", latin1("xml "), ContainerReaderTest.brotliStored(utf8("<x><y a='b'/></x>"))))), Arguments.of((Object) jxlCodestream(300, 200)));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void jxl(byte[] data) {
    file(data.length > 0 && data[0] == 0 ? "\0\0\0\fJXL \r\n\u0087\n" : "\u00ff\n", data);
  }

  static Stream<Arguments> svg() {
    return Stream.of(Arguments.of((Object) utf8("<!-- by --><!DOCTYPE svg [<!ENTITY a 'b'>]><svg width='64px' height='48' viewBox='0 0 64 48' xmlns:c2pa='http://c2pa.org/manifest'>"
        + "<c2pa:manifest>AAAA</c2pa:manifest><x:xmpmeta><y a='b'/></x:xmpmeta></svg>")));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void svg(byte[] data) {
    file("<", data);
  }

  static Stream<Arguments> pdf() {
    return Stream.of(Arguments.of((Object) latin1("%PDF-1.7\n1 0 obj<<>>stream\n<x:xmpmeta><y a='b'/></x:xmpmeta>endstream endobj\n"
        + "2 0 obj<</AFRelationship /C2PA_Manifest /EF<</F 3 0 R>>>>endobj\n3 0 obj<</Filter/FlateDecode/Length 9>>stream\r\n123456789endstream endobj")));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void pdf(byte[] data) {
    file("%PDF-", data);
  }

  // ---- the parsers that every container shares

  private static Harvest harvest(byte[] data) {
    return new Harvest(Slice.of(data));
  }

  static Stream<Arguments> xmp() {
    return Stream.of(Arguments.of((Object) utf8(XMP)), Arguments.of((Object) utf8(Crafted.xmp(" dc:a='b'", "<dc:h><rdf:Seq><rdf:li dc:c='d'/><rdf:li rdf:parseType='Resource'>"
        + "<dc:e>f</dc:e></rdf:li></rdf:Seq></dc:h><dc:t>&#65;&amp;<![CDATA[x]]><!-- c --></dc:t>"))), Arguments.of((Object) utf8("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void xmp(byte[] data) {
    XmpReader.read(Slice.of(data), "fuzz", harvest(data));
  }

  static Stream<Arguments> iim() {
    return Stream.of(Arguments.of((Object) resource(0x0404, join(dataSet(1, 90, latin1("\u001b%G")), dataSet(2, 110, utf8("Crédit"))))), Arguments.of((Object) dataSet(2, 5, latin1("t"))));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void iim(byte[] data) {
    IimReader.read(Slice.of(data), "fuzz", harvest(data));
  }

  static Stream<Arguments> userComment() {
    return Stream.of(Arguments.of((Object) latin1("UNICODE\0\0a\0b\0c\0d\0e\0f\0g\0h")), Arguments.of((Object) latin1("ASCII\0\0\0some text here")), Arguments.of((Object) latin1("JIS\0\0\0\0\0\u001b$B!!!!!!!!")));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void userComment(byte[] data) {
    UserComment.decode(data, BIG_ENDIAN);
    UserComment.decode(data, LITTLE_ENDIAN);
  }

  static Stream<Arguments> colourProfile() {
    return Stream.of(Arguments.of((Object) join(new byte[128], be32(1), latin1("desc"), be32(144), be32(20), latin1("mluc\0\0\0\0"), be32(1), be32(12), latin1("enUS"))));
  }

  @MethodSource @FuzzTest(maxDuration = "60s")
  void colourProfile(byte[] data) {
    IccReader.read(Slice.of(data), "fuzz", data.length);
  }
}
