package verimesh.metadata.sign;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import verimesh.metadata.read.ExifRecord;
import verimesh.metadata.read.ExifRecord.Ifd;
import verimesh.metadata.read.FileRecord;
import verimesh.metadata.read.FileRecord.ManifestStore;
import verimesh.metadata.read.FileRecord.SamsungBlock;
import verimesh.metadata.read.FileRecord.TextEntry;
import verimesh.metadata.read.Format;
import verimesh.metadata.read.IptcRecord;
import verimesh.metadata.read.XmpRecord;

/// Builds what a reader would have read, for tests that are about what it means.
public final class FileRecords {
  private final Format format;
  private final String name;
  private final List<TextEntry> texts = new ArrayList<>();
  private final Map<ExifRecord.Key, ExifRecord.Value> exif = new LinkedHashMap<>();
  private final List<XmpRecord.Property> xmp = new ArrayList<>();
  private final List<IptcRecord.DataSet> iptc = new ArrayList<>();
  private final List<SamsungBlock> samsung = new ArrayList<>();
  private List<ManifestStore> c2pa = List.of();

  private FileRecords(Format format, String name) {
    this.format = format;
    this.name = name;
  }

  public static FileRecords png() {
    return new FileRecords(Format.PNG, "PNG");
  }

  public static FileRecords jpeg() {
    return new FileRecords(Format.JPEG, "JPEG");
  }

  public static FileRecords webp() {
    return new FileRecords(Format.WEBP, "WebP");
  }

  public static FileRecords avif() {
    return new FileRecords(Format.AVIF, "HEIF");
  }

  public FileRecords text(String keyword, String text) {
    texts.add(new TextEntry("PNG tEXt", keyword, text));
    return this;
  }

  public FileRecords comment(String carrier, String text) {
    texts.add(new TextEntry(carrier, "", text));
    return this;
  }

  public FileRecords ifd0(int tag, String text) {
    byte[] bytes = (text + "\0").getBytes(StandardCharsets.UTF_8);
    exif.put(new ExifRecord.Key(Ifd.IFD0, tag), new ExifRecord.Value(2, bytes.length, bytes, ByteOrder.LITTLE_ENDIAN));
    return this;
  }

  /// UserComment in the Exif directory, UTF-16BE as Pillow's piexif writes it.
  public FileRecords userComment(String text) {
    byte[] utf16 = text.getBytes(StandardCharsets.UTF_16BE);
    byte[] bytes = new byte[8 + utf16.length];
    System.arraycopy("UNICODE\0".getBytes(StandardCharsets.ISO_8859_1), 0, bytes, 0, 8);
    System.arraycopy(utf16, 0, bytes, 8, utf16.length);
    exif.put(new ExifRecord.Key(Ifd.EXIF, 0x9286), new ExifRecord.Value(7, bytes.length, bytes, ByteOrder.LITTLE_ENDIAN));
    return this;
  }

  public FileRecords xmp(String namespace, String property, String value) {
    xmp.add(new XmpRecord.Property(namespace, property, property, value));
    return this;
  }

  public FileRecords sourceType(String term) {
    return xmp(Xmp.IPTC_EXTENSION, "DigitalSourceType", "http://cv.iptc.org/newscodes/digitalsourcetype/" + term);
  }

  public FileRecords iptc(int record, int number, String text) {
    iptc.add(new IptcRecord.DataSet(record, number, text));
    return this;
  }

  public FileRecords samsung(String block, String data) {
    samsung.add(new SamsungBlock(0x0ba1, block, data.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  public FileRecords c2pa(List<ManifestStore> stores) {
    c2pa = stores;
    return this;
  }

  public FileRecord build() {
    return new FileRecord(format, 512, 512, texts, exif.isEmpty() ? ExifRecord.EMPTY : new ExifRecord(exif, 0, name + " EXIF"),
        xmp.isEmpty() ? XmpRecord.EMPTY : new XmpRecord(xmp, name + " XMP"), iptc.isEmpty() ? IptcRecord.EMPTY : new IptcRecord(iptc, name + " IPTC"),
        c2pa, Optional.empty(), samsung, Optional.empty(), false, false, List.of());
  }
}
