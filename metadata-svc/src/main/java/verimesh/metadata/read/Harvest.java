package verimesh.metadata.read;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the readers have taken from one file so far, and what it has cost. Used by one thread, for one file.
final class Harvest {
  private final int fileStart;
  private int width;
  private int height;
  private final List<FileRecord.TextEntry> texts = new ArrayList<>();
  private final Map<ExifRecord.Key, ExifRecord.Value> exif = new LinkedHashMap<>();
  private int thumbnailBytes;
  private String exifCarrier = "";
  private final List<XmpRecord.Property> xmp = new ArrayList<>();
  private String xmpCarrier = "";
  private int packets;
  private final List<IptcRecord.DataSet> iptc = new ArrayList<>();
  private String iptcCarrier = "";
  private final List<FileRecord.ManifestStore> stores = new ArrayList<>();
  private Optional<FileRecord.JpegRecord> jpeg = Optional.empty();
  private final List<FileRecord.SamsungBlock> samsung = new ArrayList<>();
  private Optional<FileRecord.IccProfile> icc = Optional.empty();
  private boolean hasAlpha;
  private boolean animated;
  private final List<FileRecord.ReadFinding> findings = new ArrayList<>();
  private int findingsLeftOut;
  private long bytesLeft = Limits.METADATA_BYTES;

  Harvest(Slice file) {
    this.fileStart = file.from();
  }

  // ---- cost

  /// Takes `n` bytes from the budget of this file.
  /// @return false, with a finding, when they are no longer there
  boolean afford(long n, Slice at) {
    if (n > bytesLeft) {
      finding("METADATA_LIMIT", "More than 32 MiB of metadata; the rest was left unread", at);
      return false;
    }
    bytesLeft -= n;
    return true;
  }

  long bytesLeft() {
    return bytesLeft;
  }

  // ---- findings

  void finding(String code, String text, Slice at) {
    finding(code, text, at.from() - fileStart);
  }

  /// @param offset in the file, -1 where unknown (inside something that was inflated)
  void finding(String code, String text, long offset) {
    if (findings.size() < Limits.FINDINGS) {
      findings.add(new FileRecord.ReadFinding(code, text, offset));
    } else {
      findingsLeftOut++;
    }
  }

  /// Noted once a file, however often it happens.
  void findingOnce(String code, String text, long offset) {
    if (findings.stream().noneMatch(f -> f.code().equals(code))) {
      finding(code, text, offset);
    }
  }

  /// Where a window of the file begins in the file.
  long offset(Slice slice) {
    return slice.from() - fileStart;
  }

  // ---- facts

  void size(long w, long h) {
    if (w < 0 || h < 0 || w > Integer.MAX_VALUE || h > Integer.MAX_VALUE) {
      finding("BAD_DIMENSIONS", "Width or height is no number of pixels", -1);
      return;
    }
    width = (int) w;
    height = (int) h;
  }

  boolean hasSize() {
    return width > 0 && height > 0;
  }

  void alpha() {
    hasAlpha = true;
  }

  void animated() {
    animated = true;
  }

  void text(String carrier, String keyword, String text, Slice at) {
    if (texts.size() >= Limits.ENTRIES) {
      findingOnce("ENTRY_LIMIT", "More than " + Limits.ENTRIES + " texts; the rest was left unread", offset(at));
      return;
    }
    texts.add(new FileRecord.TextEntry(carrier, keyword, text));
  }

  /// @return false once no further value is taken
  boolean exif(ExifRecord.Ifd ifd, int tag, ExifRecord.Value value, String carrier) {
    if (exif.size() >= Limits.ENTRIES) {
      findingOnce("ENTRY_LIMIT", "More than " + Limits.ENTRIES + " EXIF values; the rest was left unread", -1);
      return false;
    }
    if (exifCarrier.isEmpty()) {
      exifCarrier = carrier;
    }
    exif.putIfAbsent(new ExifRecord.Key(ifd, tag), value);
    return true;
  }

  boolean hasExif(ExifRecord.Ifd ifd, int tag) {
    return exif.containsKey(new ExifRecord.Key(ifd, tag));
  }

  void thumbnail(int bytes) {
    thumbnailBytes = Math.max(thumbnailBytes, bytes);
  }

  /// @return false, with a finding, when the file has brought enough packets
  boolean anotherPacket(Slice at) {
    if (packets >= Limits.XMP_PACKETS) {
      findingOnce("PART_LIMIT", "More than " + Limits.XMP_PACKETS + " XMP packets; the rest was left unread", offset(at));
      return false;
    }
    packets++;
    return true;
  }

  boolean xmp(XmpRecord.Property property, String carrier) {
    if (xmp.size() >= Limits.ENTRIES) {
      findingOnce("ENTRY_LIMIT", "More than " + Limits.ENTRIES + " XMP properties; the rest was left unread", -1);
      return false;
    }
    if (xmpCarrier.isEmpty()) {
      xmpCarrier = carrier;
    }
    xmp.add(property);
    return true;
  }

  Optional<String> xmpFirst(String name) {
    return xmp.stream().filter(p -> p.name().equals(name)).map(XmpRecord.Property::value).findFirst();
  }

  boolean iptc(IptcRecord.DataSet dataSet, String carrier) {
    if (iptc.size() >= Limits.ENTRIES) {
      findingOnce("ENTRY_LIMIT", "More than " + Limits.ENTRIES + " IIM data sets; the rest was left unread", -1);
      return false;
    }
    if (iptcCarrier.isEmpty()) {
      iptcCarrier = carrier;
    }
    iptc.add(dataSet);
    return true;
  }

  void store(String carrier, byte[] jumbf, long offset) {
    if (stores.size() >= Limits.MANIFEST_STORES) {
      findingOnce("MANIFEST_STORE_LIMIT", "More than " + Limits.MANIFEST_STORES + " manifest stores; the rest was left unread", offset);
      return;
    }
    stores.add(new FileRecord.ManifestStore(carrier, jumbf, offset));
  }

  void jpeg(FileRecord.JpegRecord record) {
    jpeg = Optional.of(record);
  }

  void samsung(FileRecord.SamsungBlock block) {
    samsung.add(block);
  }

  boolean hasIcc() {
    return icc.isPresent();
  }

  void icc(FileRecord.IccProfile profile) {
    if (icc.isEmpty()) {
      icc = Optional.of(profile);
    }
  }

  /// Whether anything at all could be read: pixels' size or a word of metadata.
  boolean isEmpty() {
    return !hasSize() && texts.isEmpty() && exif.isEmpty() && xmp.isEmpty() && iptc.isEmpty() && stores.isEmpty() && samsung.isEmpty();
  }

  FileRecord record(Format format) {
    if (findingsLeftOut > 0) {
      findings.add(new FileRecord.ReadFinding("FINDING_LIMIT", findingsLeftOut + " more findings are not listed", -1));
      findingsLeftOut = 0;
    }
    return new FileRecord(format, width, height, texts,
        exif.isEmpty() ? ExifRecord.EMPTY : new ExifRecord(exif, thumbnailBytes, exifCarrier),
        xmp.isEmpty() ? XmpRecord.EMPTY : new XmpRecord(xmp, xmpCarrier),
        iptc.isEmpty() ? IptcRecord.EMPTY : new IptcRecord(iptc, iptcCarrier),
        stores, jpeg, samsung, icc, hasAlpha, animated, findings);
  }
}
