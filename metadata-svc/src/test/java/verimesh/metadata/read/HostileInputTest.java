package verimesh.metadata.read;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static verimesh.metadata.read.Crafted.*;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.chassis.testing.Seed;
import verimesh.chassis.testing.Shared;

/// Files that were made to break a reader. Each is answered within a second of the reader's own time, with what could be
/// read and with findings, and never by an exception.
class HostileInputTest {
  /// Processor time, so that a busy machine cannot fail the test.
  private static final Duration LONGEST = Duration.ofSeconds(1);
  private static final int ENTRIES = 10_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static Arguments file(String name, byte[] file, String finding) {
    return Arguments.of(Named.of(name, file), finding);
  }

  static Stream<Arguments> everyHostileFile() {
    byte[] bomb = zlibBomb(2L << 30);
    String guid = "0123456789ABCDEF0123456789ABCDEF";
    byte[] store = manifestStore(1_000);
    byte[] body = Arrays.copyOfRange(store, 8, store.length);
    return Stream.of(
        file("zTXt that inflates to 2 GiB", png(ztxt("parameters", bomb)), "INFLATE_LIMIT"),
        file("a hundred zTXt that inflate to 2 GiB each", png(repeat(ztxt("a", zlibBomb(64L << 20)), 100)), "INFLATE_LIMIT"),
        file("iTXt that inflates to 2 GiB", png(itxt("parameters", true, bomb)), "INFLATE_LIMIT"),
        file("XMP in an iTXt that inflates to 2 GiB", png(itxt("XML:com.adobe.xmp", true, bomb)), "INFLATE_LIMIT"),
        file("iCCP that inflates to 2 GiB", png(chunk("iCCP", join(latin1("icc\0\0"), bomb))), "INFLATE_LIMIT"),
        file("zTXt that is no zlib", png(ztxt("parameters", latin1("nothing"))), "INFLATE_DAMAGED"),
        file("brob that is no Brotli", jxl(box("brob", latin1("xml "), latin1("nothing of the kind"))), "INFLATE_DAMAGED"),
        file("10,000 PNG texts", png(repeat(text("a", "b"), ENTRIES)), "ENTRY_LIMIT"),
        file("10,000 compressed PNG texts", png(repeat(ztxt("a", zlib(latin1("b"))), ENTRIES)), "ENTRY_LIMIT"),
        file("10,000 EXIF values", png(chunk("eXIf", manyValues(ENTRIES, 4))), "ENTRY_LIMIT"),
        file("60,000 EXIF values of 300 KB, all the same bytes", png(chunk("eXIf", manyValues(60_000, 300_000))), "METADATA_LIMIT"),
        file("10,000 IIM data sets", jpeg(segments(repeat(dataSet(2, 25, latin1("x")), ENTRIES))), "ENTRY_LIMIT"),
        file("10,000 XMP properties as elements", webp(riffChunk("XMP ", utf8(xmp("", numbered("<dc:p%d>v</dc:p%d>"))))), "ENTRY_LIMIT"),
        file("10,000 XMP properties as attributes", webp(riffChunk("XMP ", utf8(xmp(numbered(" dc:p%d='v'"), "")))), "ENTRY_LIMIT"),
        file("10,000 XMP namespaces", webp(riffChunk("XMP ", utf8(xmp("", "<dc:a" + numbered(" xmlns:n%d='u'") + ">v</dc:a><dc:b>" + "<dc:c/>".repeat(ENTRIES) + "</dc:b>")))), "ENTRY_LIMIT"),
        file("10,000 list items", webp(riffChunk("XMP ", utf8(xmp("", "<dc:subject><rdf:Bag>" + "<rdf:li>a</rdf:li>".repeat(ENTRIES) + "</rdf:Bag></dc:subject>")))), "LIST_LIMIT"),
        file("10,000 XMP packets", webp(repeat(riffChunk("XMP ", utf8("<a><b>c</b></a>")), ENTRIES)), "ENTRY_LIMIT"),
        file("XMP nested 100,000 deep", webp(riffChunk("XMP ", utf8(xmp("", "<dc:a>".repeat(100_000))))), "XMP_DEPTH"),
        file("billion laughs", webp(riffChunk("XMP ", utf8(billionLaughs()))), "XMP_DOCTYPE"),
        file("8 MiB of < in XMP", webp(riffChunk("XMP ", latin1("<?".repeat(4 << 20)))), "XMP_EMPTY"),
        file("8 MiB of comments in XMP", webp(riffChunk("XMP ", latin1("<!--".repeat(2 << 20)))), "XMP_EMPTY"),
        file("20 MiB of XMP", webp(riffChunk("XMP ", utf8(xmp("", "<dc:title>" + "word ".repeat(4 << 20) + "</dc:title>")))), "TEXT_LIMIT"),
        file("extended XMP with a lying offset", jpeg(xmpSegment(xmp(" xmpNote:HasExtendedXMP='" + guid + "'", "")),
            extendedXmpSegment(guid, 0xffff_fff0L, 0xffff_ff00L, utf8("<a/>"))), "XMP_EXTENSION"),
        file("extended XMP of nobody", jpeg(xmpSegment(xmp(" xmpNote:HasExtendedXMP='" + guid + "'", "")),
            extendedXmpSegment("F".repeat(32), 4, 0, utf8("<a/>"))), "XMP_EXTENSION"),
        file("APP11 with gaps", jpeg(jumbfSegment(1, 1, store.length, body), jumbfSegment(1, 7, store.length, body), jumbfSegment(1, 0xffff_ffffL, store.length, body)), "APP11_SEQUENCE"),
        file("APP11 twice", jpeg(jumbfSegment(1, 1, store.length, body), jumbfSegment(1, 2, store.length, body), jumbfSegment(1, 2, store.length, body)), "APP11_SEQUENCE"),
        file("60 manifest stores", png(repeat(chunk("caBX", store), 60)), "MANIFEST_STORE_LIMIT"),
        file("IFD that is its own next one", png(chunk("eXIf", cyclic(8))), "IFD_CYCLE"),
        file("SubIFD that points to IFD0", png(chunk("eXIf", new Tiff(BIG_ENDIAN).longs(ExifRecord.Ifd.IFD0, 0x14a, 8, 8, 8).ascii(ExifRecord.Ifd.IFD0, 0x110, "camera").build())), "IFD_CYCLE"),
        file("1,000 SubIFDs", png(chunk("eXIf", manyDirectories(1_000))), "IFD_LIMIT"),
        file("directories in a chain of 1,000", png(chunk("eXIf", chain(1_000))), "IFD_LIMIT"),
        file("values outside their block", png(chunk("eXIf", new Tiff(LITTLE_ENDIAN).ascii(ExifRecord.Ifd.IFD0, 0x10f, "Canon")
            .raw(ExifRecord.Ifd.IFD0, 0x110, 2, 0x7fff_fff0, le32(0x7fff_fff0)).raw(ExifRecord.Ifd.IFD0, 0x111, 12, -1, le32(8)).build())), "VALUE_RANGE"),
        file("PNG chunk of 4 GiB", png(join(be32(0xffff_fff0L), latin1("tEXtparameters\0Steps: 20"))), "TRUNCATED"),
        file("RIFF of 4 GiB", riff(0xffff_fff8L, riffChunk("EXIF", camera(LITTLE_ENDIAN).build())), "TRUNCATED"),
        file("RIFF of 0 bytes", riff(0, riffChunk("EXIF", camera(LITTLE_ENDIAN).build())), "RIFF_SIZE"),
        file("RIFF chunk of 4 GiB", webp(latin1("EXIF\u00ff\u00ff\u00ff\u00ffII*\0")), "TRUNCATED"),
        file("box of 3 bytes", avif(camera(BIG_ENDIAN).build(), utf8(XMP), 0, be32(3), latin1("free")), "BAD_BOX"),
        file("box of 2^63 bytes", avif(camera(BIG_ENDIAN).build(), utf8(XMP), 0, be32(1), latin1("free"), be32(0x8000_0000L), be32(0)), "BAD_BOX"),
        file("box beyond the file", avif(camera(BIG_ENDIAN).build(), utf8(XMP), 0, be32(0x7fff_ffff), latin1("free")), "TRUNCATED"),
        file("item beyond the file", avifItem(0xffff_ff00L, 0x7fff_ffff), "TRUNCATED"),
        file("JPEG XL box of 3 bytes", jxl(box("Exif", be32(0), camera(BIG_ENDIAN).build()), be32(3), latin1("xml ")), "BAD_BOX"),
        file("EXIF whose header lies 4 GiB ahead", jxl(box("Exif", be32(0xffff_ffffL), latin1("nothing"))), "EXIF_HEADER"),
        file("GIF of 2 million sub-blocks", gif(gifComment(latin1("x")), join(new byte[] {0x21, 1}, subBlocksOf(1, 2 << 20))), "PART_LIMIT"),
        file("JPEG that never comes to a scan", join(latin1("\u00ff\u00d8"), frame(), repeat(latin1("\u00ff\u00e5\0\2"), 2 << 20)), "TRUNCATED"),
        file("JPEG without a marker", join(latin1("\u00ff\u00d8"), frame(), new byte[20 << 20]), "TRUNCATED"),
        file("JPEG of nothing but 0xFF", join(latin1("\u00ff\u00d8"), frame(), ones(20 << 20)), "TRUNCATED"),
        file("JPEG cut off behind its scan", Arrays.copyOf(join(jpeg(), new byte[20 << 20]), jpeg().length - 2), "TRUNCATED"),
        file("Samsung trailer of 4 billion blocks", join(jpeg(), latin1("SEFH"), le32(107), le32(0xffff_ffffL), le32(12), latin1("SEFT")), "BAD_TRAILER"),
        file("Samsung trailer that points before the file", join(jpeg(), latin1("SEFH"), le32(107), le32(1), le32(0), le32(0x7fff_ffff), le32(0x7fff_ffff), le32(24), latin1("SEFT")), "BAD_TRAILER"),
        file("8BIM of 4 GiB", jpeg(segment(0xed, join(latin1("Photoshop 3.0\0008BIM\4\4\0\0"), be32(0xffff_ffffL), dataSet(2, 5, latin1("title"))))), "TRUNCATED"),
        file("IIM data set of 4 GiB", jpeg(iimSegment(join(dataSet(2, 5, latin1("title")), latin1("\u001c\2\17\u0080\4\u00ff\u00ff\u00ff\u00ffabc")))), "TRUNCATED"),
        file("invalid UTF-8 everywhere", png(itxt("k\u00ff", false, latin1("\u00ff\u00fe\u00c3(\u00e2\u0082")), itxt("XML:com.adobe.xmp", false, latin1("<a><b>\u00ff\u00c3(</b></a>")),
            chunk("tEXt", latin1("\u00ff\u00fe\0\u00c3(\u00ff")), chunk("eXIf", new Tiff(BIG_ENDIAN).raw(ExifRecord.Ifd.IFD0, 0x10f, 2, 6, latin1("\u00ff\u00c3(\u00e2\u0082\0"))
                .undefined(ExifRecord.Ifd.EXIF, 0x9286, latin1("UNICODE\0\u00d8\0\u00d8\0\u00dc\u00ff\u00ff\u00fe")).build())), "INVALID_TEXT"),
        file("SVG with a manifest without end", utf8("<svg xmlns:c2pa='http://c2pa.org/manifest'><c2pa:manifest>" + "AAAA".repeat(4 << 20)), "TRUNCATED"),
        file("SVG with 500,000 manifests", utf8("<svg xmlns:c2pa='http://c2pa.org/manifest'>" + "<c2pa:manifest>AAAA</c2pa:manifest>".repeat(500_000)), "MANIFEST_STORE_LIMIT"),
        file("SVG whose manifest is no Base64", utf8("<svg width='9' height='9' xmlns:c2pa='http://c2pa.org/manifest'><c2pa:manifest>AAA=AAAA</c2pa:manifest></svg>"), "BAD_BASE64"),
        file("PDF that points to itself", latin1("%PDF-1.7\n1 0 obj<</AFRelationship/C2PA_Manifest/EF<</F 1 0 R>>>>endobj"), "UNREACHABLE_ITEM"),
        file("PDF of nothing but relationships", latin1("%PDF-1.7\n" + "/C2PA_Manifest obj stream ".repeat(500_000)), "UNREACHABLE_ITEM"));
  }

  @ParameterizedTest @MethodSource("everyHostileFile")
  void everyHostileFileIsAnsweredQuicklyWithItsFinding(byte[] file, String finding) {
    FileReader.Reading reading = timed(file);
    assertThat(reading).isInstanceOf(FileReader.Reading.Read.class);
    FileRecord record = ((FileReader.Reading.Read) reading).record();
    assertThat(Reads.codes(record)).contains(finding);
    assertThat(record.findings()).hasSizeLessThanOrEqualTo(Limits.FINDINGS + 1);
  }

  @Test void whatStandsBesideABombIsRead() {
    FileRecord record = Reads.record(png(ztxt("a", zlibBomb(2L << 30)), text("parameters", "Steps: 20"), itxt("b", true, zlibBomb(2L << 30)), text("seed", "1")));
    assertThat(record.texts()).extracting(FileRecord.TextEntry::keyword).containsExactly("a", "parameters", "b", "seed");
    assertThat(record.texts().getFirst().text()).hasSizeLessThanOrEqualTo(Limits.TEXT_BYTES_KEPT);
  }

  @Test void tenThousandEntriesLeaveWhatWasReadBeforeTheLimit() {
    assertThat(Reads.record(png(repeat(text("a", "b"), ENTRIES))).texts()).hasSize(Limits.ENTRIES);
  }

  static Stream<Named<byte[]>> everyContainer() {
    byte[] exif = camera(LITTLE_ENDIAN).build();
    byte[] store = manifestStore(300);
    Stream<Named<byte[]>> crafted = Stream.of(
        Named.of("PNG", png(text("parameters", "Steps: 20"), ztxt("z", zlib(new byte[500])), itxt("i", true, zlib(utf8(XMP))), chunk("eXIf", exif), chunk("caBX", store),
            itxt("XML:com.adobe.xmp", false, utf8(XMP)))),
        Named.of("JPEG", jpeg(exifSegment(exif), xmpSegment(XMP), jumbfSegment(1, 1, store.length, Arrays.copyOfRange(store, 8, store.length)),
            iimSegment(dataSet(2, 110, latin1("Credit"))), segment(0xfe, latin1("comment")))),
        Named.of("WebP", webp(riffChunk("EXIF", exif), riffChunk("XMP ", utf8(XMP)), riffChunk("C2PA", store))),
        Named.of("GIF", gif(gifComment(latin1("comment")), gifApplication("C2PA_GIF\1\0\0", subBlocks(store)), gifApplication("XMP DataXMP", subBlocks(utf8(XMP))))),
        Named.of("AVIF", avif(exif, utf8(XMP), 0, c2paUuid("manifest", store))),
        Named.of("AVIF with idat", avif(exif, utf8(XMP), 1)),
        Named.of("JXL", jxl(box("Exif", be32(0), exif), box("xml ", utf8(XMP)), store, box("brob", latin1("xml "), ContainerReaderTest.brotliStored(utf8(XMP))))),
        Named.of("TIFF", camera(BIG_ENDIAN).longs(ExifRecord.Ifd.IFD0, 0x100, 64).longs(ExifRecord.Ifd.IFD0, 0x101, 48).undefined(ExifRecord.Ifd.IFD0, 52545, store).build()),
        Named.of("SVG", utf8("<!-- by --><svg width='64' height='48' xmlns:c2pa='http://c2pa.org/manifest'><c2pa:manifest>AAAA</c2pa:manifest>" + XMP.substring(XMP.indexOf("<x:")) + "</svg>")),
        Named.of("PDF", latin1("%PDF-1.7\n2 0 obj<</AFRelationship /C2PA_Manifest /EF<</F 3 0 R>>>>endobj\n3 0 obj<</Length 9>>stream\r\n123456789endstream endobj")),
        Named.of("BMP", join(latin1("BM"), le32(70), le32(0), le32(54), le32(40), le32(320), le32(200), new byte[28])));
    return crafted;
  }

  @ParameterizedTest @MethodSource("everyContainer")
  void aFileCutOffAnywhereIsAnswered(byte[] file) {
    for (int length = 0; length < file.length; length++) {
      timed(Arrays.copyOf(file, length));
    }
  }

  @ParameterizedTest @MethodSource("everyContainer")
  void aFileWithAnyByteForgedIsAnswered(byte[] file) {
    for (int at = 0; at < file.length; at++) {
      for (int value : new int[] {0, 0xff}) {
        byte[] forged = file.clone();
        forged[at] = (byte) value;
        timed(forged);
      }
    }
  }

  static Stream<Path> everyFixture() {
    return Stream.of("fixtures/camera", "fixtures/ai-metadata", "fixtures/c2pa").filter(Shared::has).flatMap(folder -> {
      try (Stream<Path> files = Files.list(Shared.path(folder))) {
        return files.filter(Files::isRegularFile).sorted().toList().stream();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  @Test void everyFixtureCutOffAtFiftyPlacesIsAnswered() throws IOException {
    Shared.path("fixtures/camera");
    for (Path file : everyFixture().toList()) {
      byte[] whole = Files.readAllBytes(file);
      List<Format> formats = formats(whole);
      int places = file.getParent().endsWith("c2pa") ? 12 : 50; // there are 270 of those, each much like its neighbour
      for (int i = 0; i < places; i++) {
        FileReader.Reading reading = timed(Arrays.copyOf(whole, (int) ((long) whole.length * i / places)));
        if (reading instanceof FileReader.Reading.Read read) {
          assertThat(read.record().format()).isIn(formats);
        }
      }
    }
  }

  /// A DNG cut off in front of its first directory is a TIFF and no more.
  private static List<Format> formats(byte[] whole) {
    return switch (reading(whole)) {
      case FileReader.Reading.Read(FileRecord record) when record.format() == Format.DNG -> List.of(Format.DNG, Format.TIFF);
      case FileReader.Reading.Read(FileRecord record) -> List.of(record.format());
      case FileReader.Reading.Refused _ -> List.of();
    };
  }

  @Test void everyFixtureWithRandomBytesForgedIsAnswered() throws IOException {
    Shared.path("fixtures/camera");
    SplittableRandom random = Seed.random("forged fixtures");
    for (Path file : everyFixture().toList()) {
      byte[] whole = Files.readAllBytes(file);
      byte[] forged = whole.length > 200_000 ? Arrays.copyOf(whole, 200_000) : whole.clone();
      for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 40; i++) {
          forged[random.nextInt(Math.min(forged.length, 4_000))] = (byte) random.nextInt(256);
        }
        timed(forged);
      }
    }
  }

  private static FileReader.Reading reading(byte[] file) {
    return new ContainerReader().read(file);
  }

  private static FileReader.Reading timed(byte[] file) {
    long start = THREADS.getCurrentThreadCpuTime();
    FileReader.Reading reading = reading(file);
    assertThat(Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - start)).isLessThan(LONGEST);
    return reading;
  }

  // ---- making them

  private static byte[] repeat(byte[] part, int times) {
    byte[] all = new byte[part.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(part, 0, all, i * part.length, part.length);
    }
    return all;
  }

  private static byte[] ones(int n) {
    byte[] all = new byte[n];
    Arrays.fill(all, (byte) 0xff);
    return all;
  }

  private static String numbered(String form) {
    return IntStream.range(0, ENTRIES).mapToObj(i -> form.replace("%d", String.valueOf(i))).reduce(new StringBuilder(), StringBuilder::append, StringBuilder::append).toString();
  }

  /// 8BIM resources over several APP13 segments: one holds less than 64 KB.
  private static byte[] segments(byte[] dataSets) {
    byte[] resource = resource(0x0404, dataSets);
    List<byte[]> parts = new ArrayList<>();
    for (int at = 0; at < resource.length; at += 60_000) {
      parts.add(segment(0xed, join(latin1("Photoshop 3.0\0"), Arrays.copyOfRange(resource, at, Math.min(resource.length, at + 60_000)))));
    }
    return join(parts.toArray(byte[][]::new));
  }

  /// `n` values with tags of their own, all pointing to the same `bytes` bytes behind the directory.
  private static byte[] manyValues(int n, int bytes) {
    int data = 8 + 2 + 12 * n + 4;
    ByteBuffer b = ByteBuffer.allocate(data + Math.max(bytes, 8)).order(LITTLE_ENDIAN);
    b.put(latin1("II")).putShort((short) 42).putInt(8).putShort((short) n);
    for (int i = 0; i < n; i++) {
      b.putShort((short) (0x1000 + i)).putShort((short) 7).putInt(bytes).putInt(bytes > 4 ? data : 0);
    }
    return b.array();
  }

  private static byte[] cyclic(int next) {
    return ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN).put(latin1("II")).putShort((short) 42).putInt(8).putShort((short) 1)
        .putShort((short) 0x112).putShort((short) 3).putInt(1).putInt(1).putInt(next).array();
  }

  /// SubIFDs one behind the other, each with one value.
  private static byte[] manyDirectories(int n) {
    long[] offsets = IntStream.range(0, n).mapToLong(i -> 8 + 2 + 12 + 4 + 4L * n + 18L * i).toArray();
    byte[] head = new Tiff(BIG_ENDIAN).longs(ExifRecord.Ifd.IFD0, 0x14a, offsets).build();
    byte[] directory = join(be16(1), be16(0x112), be16(3), be32(1), be16(1), be16(0), be32(0));
    return join(head, repeat(directory, n));
  }

  private static byte[] chain(int n) {
    ByteBuffer b = ByteBuffer.allocate(8 + 18 * n).order(LITTLE_ENDIAN);
    b.put(latin1("II")).putShort((short) 42).putInt(8);
    for (int i = 0; i < n; i++) {
      int self = 8 + 18 * i;
      // Each directory names the next one as its SubIFD, so that the chain is followed however deep.
      b.putShort((short) 1).putShort((short) 0x14a).putShort((short) 4).putInt(1).putInt(self + 18).putInt(0);
    }
    return b.array();
  }

  private static byte[] riff(long size, byte[] chunk) {
    byte[] file = webp(chunk);
    System.arraycopy(le32(size), 0, file, 4, 4);
    return file;
  }

  private static byte[] avifItem(long offset, int length) {
    byte[] file = avif(camera(BIG_ENDIAN).build(), utf8(XMP), 0);
    ByteBuffer b = ByteBuffer.wrap(file);
    int iloc = new String(file, StandardCharsets.ISO_8859_1).indexOf("iloc");
    return b.putInt(iloc + 20, (int) offset).putInt(iloc + 24, length).array();
  }

  private static byte[] subBlocksOf(int size, int n) {
    byte[] all = new byte[(size + 1) * n];
    for (int i = 0; i < n; i++) {
      all[i * (size + 1)] = (byte) size;
    }
    return all;
  }

  private static String billionLaughs() {
    StringBuilder b = new StringBuilder("<!DOCTYPE x [<!ENTITY l0 \"lol\">");
    for (int i = 1; i < 10; i++) {
      b.append("<!ENTITY l").append(i).append(" \"").append(("&l" + (i - 1) + ";").repeat(10)).append("\">");
    }
    return b + "]>" + "<x:xmpmeta xmlns:x='adobe:ns:meta/'><x:a>&l9;</x:a></x:xmpmeta>";
  }
}
