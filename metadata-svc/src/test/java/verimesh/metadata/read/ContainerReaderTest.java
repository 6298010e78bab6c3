package verimesh.metadata.read;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static verimesh.metadata.read.Crafted.*;
import static verimesh.metadata.read.Reads.codes;
import static verimesh.metadata.read.Reads.record;
import static verimesh.metadata.read.Reads.refusal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerReaderTest {
  private static final String PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/";
  private static final byte[] EXIF = camera(LITTLE_ENDIAN).build();
  private static final byte[] STORE = manifestStore(100);

  /// The same camera block, XMP packet and manifest store in every container that can carry them.
  static Stream<Arguments> everyContainer() {
    return Stream.of(
        Arguments.of(Format.PNG, png(chunk("eXIf", EXIF), itxt("XML:com.adobe.xmp", false, utf8(XMP)), chunk("caBX", STORE))),
        Arguments.of(Format.JPEG, jpeg(exifSegment(EXIF), xmpSegment(XMP), jumbfSegment(1, 1, STORE.length, tail(STORE)))),
        Arguments.of(Format.WEBP, webp(riffChunk("EXIF", EXIF), riffChunk("XMP ", utf8(XMP)), riffChunk("C2PA", STORE))),
        Arguments.of(Format.AVIF, avif(EXIF, utf8(XMP), 0, c2paUuid("manifest", STORE))),
        Arguments.of(Format.AVIF, avif(EXIF, utf8(XMP), 1, c2paUuid("manifest", STORE))),
        Arguments.of(Format.JXL, jxl(box("Exif", be32(0), EXIF), box("xml ", utf8(XMP)), STORE)),
        Arguments.of(Format.TIFF, camera(LITTLE_ENDIAN).longs(ExifRecord.Ifd.IFD0, 0x100, WIDTH).longs(ExifRecord.Ifd.IFD0, 0x101, HEIGHT)
            .raw(ExifRecord.Ifd.IFD0, 700, 1, utf8(XMP).length, utf8(XMP)).undefined(ExifRecord.Ifd.IFD0, 52545, STORE).build()));
  }

  private static byte[] tail(byte[] store) {
    return Arrays.copyOfRange(store, 8, store.length);
  }

  @ParameterizedTest @MethodSource("everyContainer")
  void everyContainerGivesItsWordsAlike(Format format, byte[] file) {
    FileRecord record = record(file);
    assertThat(record.format()).isEqualTo(format);
    if (format == Format.JXL) {
      assertThat(List.of(record.width(), record.height())).containsExactly(256, 128);
    } else {
      assertThat(List.of(record.width(), record.height())).containsExactly(WIDTH, HEIGHT);
    }
    assertThat(record.exif().text(ExifRecord.Ifd.IFD0, 0x0110)).contains("NIKON D7000");
    assertThat(record.exif().number(0x8827, ExifRecord.Ifd.EXIF)).hasValue(6400);
    assertThat(record.exif().text(ExifRecord.Ifd.INTEROP, 1)).contains("R98");
    assertThat(record.exif().value(ExifRecord.Ifd.GPS, 2).orElseThrow().number(2)).hasValue(24);
    assertThat(record.exif().thumbnailBytes()).isEqualTo(4_321);
    assertThat(record.xmp().first(PHOTOSHOP, "Credit")).contains("Made with Google AI");
    assertThat(record.c2pa()).singleElement().satisfies(store -> assertThat(store.jumbf()).isEqualTo(STORE));
    assertThat(record.findings()).isEmpty();
  }

  @Test void bothByteOrdersReadAlike() {
    assertThat(record(png(chunk("eXIf", camera(BIG_ENDIAN).build()))).exif().number(0x829a, ExifRecord.Ifd.EXIF)).hasValue(1 / 125.0);
  }

  // ---- PNG

  @Test void textBehindThePixelsIsRead() {
    byte[] file = png();
    byte[] late = join(Arrays.copyOf(file, file.length - 12), text("parameters", "Steps: 20"), chunk("IEND", new byte[0]));
    assertThat(record(late).texts()).containsExactly(new FileRecord.TextEntry("PNG tEXt", "parameters", "Steps: 20"));
  }

  @Test void latin1TextThatIsUtf8IsReadAsUtf8AndTheRestAsLatin1() {
    byte[] file = png(chunk("tEXt", join(latin1("a\0"), utf8("こども"))), chunk("tEXt", join(latin1("b\0"), latin1("Gr\u00fc\u00dfe\0\0"))));
    assertThat(record(file).texts()).extracting(FileRecord.TextEntry::text).containsExactly("こども", "Gr\u00fc\u00dfe");
  }

  @Test void compressedTextsAreInflated() {
    byte[] file = png(ztxt("a", zlib(utf8("こども"))), itxt("b", true, zlib(utf8("🌊 sea"))));
    assertThat(record(file).texts()).extracting(FileRecord.TextEntry::text).containsExactly("こども", "🌊 sea");
    assertThat(record(file).texts()).extracting(FileRecord.TextEntry::carrier).containsExactly("PNG zTXt", "PNG iTXt");
  }

  @ParameterizedTest @ValueSource(strings = {"tEXt", "zTXt", "iTXt", "iTXt compressed"})
  void xmpIsTakenFromEveryKindOfText(String kind) {
    String keyword = "XML:com.adobe.xmp";
    byte[] chunk = switch (kind) {
      case "tEXt" -> chunk("tEXt", join(latin1(keyword + "\0"), utf8(XMP)));
      case "zTXt" -> ztxt(keyword, zlib(utf8(XMP)));
      default -> itxt(keyword, kind.endsWith("compressed"), kind.endsWith("compressed") ? zlib(utf8(XMP)) : utf8(XMP));
    };
    FileRecord record = record(png(chunk));
    assertThat(record.xmp().first(PHOTOSHOP, "Credit")).contains("Made with Google AI");
    assertThat(record.texts()).isEmpty();
  }

  @Test void imageMagicksRawProfilesAreRead() {
    byte[] exif = rawProfile("exif", join(latin1("Exif\0\0"), EXIF));
    byte[] app1 = rawProfile("APP1", join(latin1("http://ns.adobe.com/xap/1.0/\0"), utf8(XMP)));
    byte[] iptc = rawProfile("iptc", resource(0x0404, dataSet(2, 110, latin1("Apple Photos Clean Up"))));
    FileRecord record = record(png(exif, app1, iptc));
    assertThat(record.exif().text(ExifRecord.Ifd.IFD0, 0x0110)).contains("NIKON D7000");
    assertThat(record.xmp().first(PHOTOSHOP, "Credit")).contains("Made with Google AI");
    assertThat(record.iptc().first(2, 110)).contains("Apple Photos Clean Up");
  }

  private static byte[] rawProfile(String name, byte[] profile) {
    String hex = HexFormat.of().formatHex(profile).replaceAll("(.{72})", "$1\n");
    return ztxt("Raw profile type " + name, zlib(latin1("\n" + name + "\n    " + profile.length + "\n" + hex + "\n")));
  }

  @Test void aWrongCrcIsAFindingAndTheTextStands() {
    byte[] chunk = text("parameters", "Steps: 20");
    chunk[chunk.length - 1] ^= 1;
    FileRecord record = record(png(chunk));
    assertThat(record.texts()).singleElement();
    assertThat(codes(record)).containsExactly("CHUNK_CRC");
  }

  @Test void theColourProfileIsNamed() {
    byte[] name = utf8("c2\0");
    byte[] profile = join(new byte[128], be32(2), latin1("desc"), be32(156), be32(12 + name.length), latin1("cprt"), be32(156 + 12 + name.length), be32(11),
        latin1("desc\0\0\0\0"), be32(name.length), name, latin1("text\0\0\0\0FB\0"));
    assertThat(record(png(chunk("iCCP", join(latin1("some name\0\0"), zlib(profile))))).icc().orElseThrow())
        .extracting(FileRecord.IccProfile::description, FileRecord.IccProfile::copyright).containsExactly("c2", "FB");
  }

  @ParameterizedTest @ValueSource(ints = {4, 6})
  void onlyTheColourTypesWithAlphaHaveAlpha(int type) {
    assertThat(record(join(latin1("\u0089PNG\r\n\u001a\n"), ihdr(8, 8, type))).hasAlpha()).isTrue();
    assertThat(record(join(latin1("\u0089PNG\r\n\u001a\n"), ihdr(8, 8, 2))).hasAlpha()).isFalse();
  }

  @Test void sixtyThousandPixelsASideAreANumberAndNothingElse() {
    FileRecord record = record(join(latin1("\u0089PNG\r\n\u001a\n"), ihdr(60_000, 60_000, 6)));
    assertThat(List.of(record.width(), record.height())).containsExactly(60_000, 60_000);
  }

  // ---- JPEG

  @Test void extendedXmpIsJoinedByOffsetInAnyOrder() {
    String guid = "0123456789ABCDEF0123456789ABCDEF";
    byte[] packet = utf8(xmp("", "<dc:title>" + "long ".repeat(20_000) + "end</dc:title>"));
    byte[] first = Arrays.copyOf(packet, 60_000);
    byte[] second = Arrays.copyOfRange(packet, 60_000, packet.length);
    byte[] file = jpeg(xmpSegment(xmp(" xmpNote:HasExtendedXMP=\"" + guid + "\"", "")),
        extendedXmpSegment(guid, packet.length, 60_000, second), extendedXmpSegment(guid, packet.length, 0, first));
    assertThat(record(file).xmp().first("http://purl.org/dc/elements/1.1/", "title")).hasValueSatisfying(t -> assertThat(t).hasSize(100_003).endsWith("end"));
  }

  @Test void exifOverSeveralSegmentsIsJoined() {
    byte[] tiff = new Tiff(BIG_ENDIAN).ascii(ExifRecord.Ifd.IFD0, 0x010e, "word ".repeat(30_000)).ascii(ExifRecord.Ifd.IFD0, 0x0110, "prompt:{}").build();
    byte[] file = jpeg(exifSegment(Arrays.copyOf(tiff, 60_000)), exifSegment(Arrays.copyOfRange(tiff, 60_000, 120_000)),
        exifSegment(Arrays.copyOfRange(tiff, 120_000, tiff.length)));
    assertThat(record(file).exif().text(ExifRecord.Ifd.IFD0, 0x010e)).hasValueSatisfying(t -> assertThat(t).hasSize(149_999));
    assertThat(record(file).findings()).isEmpty();
  }

  @Test void aManifestStoreOverThreeSegmentsIsJoinedAndTwoStoresAreKeptApart() {
    byte[] store = manifestStore(3_000);
    byte[] body = tail(store);
    byte[] file = jpeg(
        jumbfSegment(1, 1, store.length, Arrays.copyOf(body, 1_000)), jumbfSegment(1, 2, store.length, Arrays.copyOfRange(body, 1_000, 2_000)),
        jumbfSegment(1, 3, store.length, Arrays.copyOfRange(body, 2_000, body.length)), jumbfSegment(2, 1, STORE.length, tail(STORE)));
    assertThat(record(file).c2pa()).extracting(FileRecord.ManifestStore::jumbf).containsExactly(store, STORE);
    assertThat(record(file).findings()).isEmpty();
  }

  @Test void aGapBetweenManifestSegmentsIsAFinding() {
    byte[] store = manifestStore(3_000);
    byte[] body = tail(store);
    FileRecord record = record(jpeg(jumbfSegment(1, 1, store.length, Arrays.copyOf(body, 1_000)),
        jumbfSegment(1, 3, store.length, Arrays.copyOfRange(body, 2_000, body.length))));
    assertThat(codes(record)).containsExactly("APP11_SEQUENCE");
    assertThat(record.c2pa()).singleElement().satisfies(s -> assertThat(s.jumbf()).hasSize(1_008));
  }

  @Test void commentsIptcAndLabelsOfJpegAreRead() {
    byte[] file = jpeg(segment(0xfe, utf8("Steps: 20 こ")), iimSegment(join(dataSet(1, 90, latin1("\u001b%G")), dataSet(2, 110, utf8("Ünit")), dataSet(2, 25, latin1("ai")))),
        segment(0xe9, latin1("xx AIGC{\"Label\":\"1\"}")));
    FileRecord record = record(file);
    assertThat(record.texts()).containsExactly(new FileRecord.TextEntry("JPEG COM", "", "Steps: 20 こ"),
        new FileRecord.TextEntry("JPEG APP9", "AIGC", "AIGC{\"Label\":\"1\"}"));
    assertThat(record.iptc().all(2, 110)).containsExactly("Ünit");
    assertThat(record.iptc().all(2, 25)).containsExactly("ai");
  }

  @Test void codingFactsAreRead() {
    FileRecord.JpegRecord jpeg = record(jpeg(segment(0xe0, latin1("JFIF\0\1\1\0\0\1\0\1\0\0")))).jpeg().orElseThrow();
    assertThat(jpeg.sampling()).isEqualTo("4:2:0");
    assertThat(jpeg.markers()).containsExactly("SOI", "APP0", "DQT", "SOF0", "SOS");
    assertThat(jpeg.jfif()).isTrue();
    assertThat(jpeg.ijgQuality()).isZero();
    assertThat(jpeg.truncated()).isFalse();
    assertThat(jpeg.luminance()).hasSize(64).startsWith(3, 4, 5);
  }

  @Test void theSamsungTrailerIsRead() {
    byte[] block = join(new byte[2], new byte[] {(byte) 0xa1, 0x0b}, le32(24), latin1("PhotoEditor_Re_Edit_Data{\"genAIType\":1}"));
    byte[] head = join(latin1("SEFH"), le32(107), le32(1), new byte[2], new byte[] {(byte) 0xa1, 0x0b}, le32(block.length), le32(block.length));
    byte[] file = join(jpeg(), block, head, le32(head.length), latin1("SEFT"));
    FileRecord record = record(file);
    assertThat(record(join(file, latin1("something appended"))).samsung()).hasSize(1);
    assertThat(record.samsung()).singleElement().satisfies(b -> {
      assertThat(b.type()).isEqualTo(0x0ba1);
      assertThat(b.name()).isEqualTo("PhotoEditor_Re_Edit_Data");
      assertThat(new String(b.data(), StandardCharsets.UTF_8)).isEqualTo("{\"genAIType\":1}");
    });
    assertThat(record.jpeg().orElseThrow().truncated()).isFalse();
  }

  // ---- others

  @Test void webpExifMayBeginWithThePreambleOfJpeg() {
    assertThat(record(webp(riffChunk("EXIF", join(latin1("Exif\0\0"), EXIF)))).exif().text(ExifRecord.Ifd.IFD0, 0x0110)).contains("NIKON D7000");
    assertThat(record(webp()).hasAlpha()).isTrue();
  }

  @Test void gifCommentsAndExtensionsAreRead() {
    byte[] magicTrailer = new byte[258];
    magicTrailer[0] = 1;
    for (int i = 1; i < 256; i++) {
      magicTrailer[i] = (byte) (256 - i);
    }
    FileRecord record = record(gif(gifComment(utf8("Steps: 20 ".repeat(60) + "ü")), gifApplication("XMP DataXMP", join(utf8(XMP), magicTrailer)),
        gifApplication("C2PA_GIF\1\0\0", subBlocks(STORE))));
    assertThat(record.texts()).containsExactly(new FileRecord.TextEntry("GIF comment", "", "Steps: 20 ".repeat(60) + "ü"));
    assertThat(record.xmp().first(PHOTOSHOP, "Credit")).contains("Made with Google AI");
    assertThat(record.c2pa()).extracting(FileRecord.ManifestStore::jumbf).containsExactly(STORE);
    assertThat(record.animated()).isFalse();
    assertThat(record.findings()).isEmpty();
  }

  @Test void aGifWithTwoFramesIsAnimated() {
    assertThat(record(gif(new byte[] {0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0})).animated()).isTrue();
  }

  @Test void xmpOfGifThatWasCutIntoSubBlocksIsReadToo() {
    assertThat(record(gif(gifApplication("XMP DataXMP", subBlocks(utf8(XMP))))).xmp().first(PHOTOSHOP, "Credit")).contains("Made with Google AI");
  }

  @Test void dngHasTheSizeOfItsFullPicture() {
    byte[] dng = camera(LITTLE_ENDIAN).longs(ExifRecord.Ifd.IFD0, 0xfe, 1).longs(ExifRecord.Ifd.IFD0, 0x100, 160).longs(ExifRecord.Ifd.IFD0, 0x101, 120)
        .raw(ExifRecord.Ifd.IFD0, 0xc612, 1, 4, new byte[] {1, 4, 0, 0}).longs(ExifRecord.Ifd.SUB, 0xfe, 0).longs(ExifRecord.Ifd.SUB, 0x100, 4032)
        .longs(ExifRecord.Ifd.SUB, 0x101, 3024).build();
    FileRecord record = record(dng);
    assertThat(record.format()).isEqualTo(Format.DNG);
    assertThat(List.of(record.width(), record.height())).containsExactly(4032, 3024);
  }

  @Test void bigTiffIsRead() {
    ByteBuffer b = ByteBuffer.allocate(16 + 8 + 3 * 20 + 8 + 12).order(LITTLE_ENDIAN);
    b.put(latin1("II")).putShort((short) 43).putShort((short) 8).putShort((short) 0).putLong(16).putLong(3);
    b.putShort((short) 0x100).putShort((short) 4).putLong(1).putLong(640);
    b.putShort((short) 0x101).putShort((short) 16).putLong(1).putLong(480);
    b.putShort((short) 0x110).putShort((short) 2).putLong(12).putLong(92).putLong(0).put(latin1("big camera!\0"));
    FileRecord record = record(b.array());
    assertThat(List.of(record.width(), record.height())).containsExactly(640, 480);
    assertThat(record.exif().text(ExifRecord.Ifd.IFD0, 0x110)).contains("big camera!");
  }

  @Test void bareJpegXlCodestreamsTellTheirSize() {
    FileRecord record = record(jxlCodestream(300, 200));
    assertThat(List.of(record.width(), record.height())).containsExactly(300, 200);
  }

  @Test void brotliBoxesOfJpegXlAreOpened() {
    FileRecord record = record(jxl(box("brob", latin1("xml "), brotliStored(utf8(XMP))), box("brob", latin1("jumb"), brotliStored(tail(STORE)))));
    assertThat(record.xmp().first(PHOTOSHOP, "Credit")).contains("Made with Google AI");
    assertThat(record.c2pa()).extracting(FileRecord.ManifestStore::jumbf).containsExactly(STORE);
  }

  /// A Brotli stream of one uncompressed meta-block: window 16 (1 bit 0), ISLAST 0, MNIBBLES 4 (2 bits 0), MLEN-1 in 16
  /// bits, ISUNCOMPRESSED 1, padding to a byte, the data, then an empty last meta-block (3).
  static byte[] brotliStored(byte[] data) {
    long bits = (long) (data.length - 1) << 4 | 1L << 20;
    return join(new byte[] {(byte) bits, (byte) (bits >> 8), (byte) (bits >> 16)}, data, new byte[] {3});
  }

  @Test void svgTellsItsSizeItsMakerAndItsManifest() {
    String base64 = Base64.getMimeEncoder(40, latin1("\n")).encodeToString(STORE);
    String svg = "\uFEFF<?xml version=\"1.0\"?>\n<!-- Generator: Adobe Illustrator 27.0 -->\n<!DOCTYPE svg [<!ENTITY a \"b>\">]>\n"
        + "<svg:svg xmlns:svg=\"http://www.w3.org/2000/svg\" width=\" 640px\" height='480'><svg:metadata><cc2:manifest xmlns:cc2=\"http://c2pa.org/manifest\">"
        + base64 + "</cc2:manifest>" + XMP.substring(XMP.indexOf("<x:")) + "</svg:metadata></svg:svg>";
    FileRecord record = record(utf8(svg));
    assertThat(record.format()).isEqualTo(Format.SVG);
    assertThat(List.of(record.width(), record.height())).containsExactly(640, 480);
    assertThat(record.texts()).containsExactly(new FileRecord.TextEntry("SVG comment", "", "Generator: Adobe Illustrator 27.0"));
    assertThat(record.c2pa()).extracting(FileRecord.ManifestStore::jumbf).containsExactly(STORE);
    assertThat(record.xmp().first(PHOTOSHOP, "Credit")).contains("Made with Google AI");
  }

  @Test void pdfGivesItsPacketAndItsEmbeddedStore() {
    byte[] pdf = join(latin1("%PDF-1.7\n1 0 obj<</Type/Metadata>>stream\n"), utf8(XMP), latin1("\nendstream endobj\n"
        + "2 0 obj<</AFRelationship /C2PA_Manifest /EF<</F 3 0 R>>>>endobj\n13 0 obj<<>>endobj\n3 0 obj<</Length " + STORE.length + ">>stream\r\n"), STORE, latin1("\nendstream endobj\n%%EOF"));
    FileRecord record = record(pdf);
    assertThat(record.format()).isEqualTo(Format.PDF);
    assertThat(record.xmp().first(PHOTOSHOP, "Credit")).contains("Made with Google AI");
    assertThat(record.c2pa()).extracting(FileRecord.ManifestStore::jumbf).containsExactly(STORE);
  }

  @Test void bitmapsTellTheirSize() {
    byte[] bmp = join(latin1("BM"), le32(70), le32(0), le32(54), le32(40), le32(320), le32(-200), new byte[28]);
    FileRecord record = record(bmp);
    assertThat(List.of(record.width(), record.height())).containsExactly(320, 200);
  }

  // ---- refusals

  @Test void nothingIsNoPicture() {
    assertThat(refusal(new byte[0])).isEqualTo("EMPTY_FILE");
  }

  @ParameterizedTest @ValueSource(strings = {"just a text named .jpg\n", "BM but a text that goes on for some while", "<html><body>no picture</body></html>",
      "{\"json\": true}", "RIFF\0\0\0\0WAVEfmt ", "\0\0\0\u0018ftypmp42\0\0\0\0isommp42", "II", "%!PS-Adobe-3.0"})
  void whatHasNoPicturesMagicIsRefused(String content) {
    assertThat(refusal(latin1(content))).isEqualTo("NOT_AN_IMAGE");
  }

  @ParameterizedTest @ValueSource(strings = {"\u0089PNG\r\n\u001a\n\0\0", "\u00ff\u00d8\u00ff", "RIFF\0\0\0\0WEBP", "GIF89a", "II*\0\u00ff\u00ff\u00ff\u007f"})
  void aMagicWithNothingBehindItIsRefusedAsUnreadable(String content) {
    assertThat(refusal(latin1(content))).isEqualTo("UNREADABLE_HEADER");
  }

  @Test void theExtensionDoesNotMatterTheBytesDo() {
    assertThat(record(png(text("parameters", "Steps: 20"))).format()).isEqualTo(Format.PNG);
  }
}
