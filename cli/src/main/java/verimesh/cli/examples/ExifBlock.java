package verimesh.cli.examples;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Writes a TIFF block with IFDs (TIFF 6.0, Exif 2.32), little-endian, values in the order of the directories.
final class ExifBlock {
  private static final int EXIF_POINTER = 0x8769;
  private static final int GPS_POINTER = 0x8825;
  private static final int INTEROP_POINTER = 0xA005;

  private final List<Entry> image = new ArrayList<>();
  private final List<Entry> exif = new ArrayList<>();
  private final List<Entry> interop = new ArrayList<>();
  private final List<Entry> gps = new ArrayList<>();
  private byte[] thumbnail;

  /// @param count values of the type, not bytes
  private record Entry(int tag, int type, int count, byte[] value) {}

  /// Tags of IFD0.
  ExifBlock imageText(int tag, String text) {
    image.add(text(tag, text));
    return this;
  }

  ExifBlock imageShort(int tag, int value) {
    image.add(shorts(tag, value));
    return this;
  }

  ExifBlock imageRational(int tag, long numerator, long denominator) {
    image.add(rationals(tag, numerator, denominator));
    return this;
  }

  /// Tags of the Exif IFD.
  ExifBlock text(int tag, String... parts) {
    exif.add(text(tag, String.join("", parts)));
    return this;
  }

  ExifBlock shortValue(int tag, int value) {
    exif.add(shorts(tag, value));
    return this;
  }

  ExifBlock longValue(int tag, int value) {
    exif.add(new Entry(tag, 4, 1, little(4).putInt(value).array()));
    return this;
  }

  ExifBlock rational(int tag, long... numeratorsAndDenominators) {
    exif.add(rationals(tag, numeratorsAndDenominators));
    return this;
  }

  ExifBlock signedRational(int tag, int numerator, int denominator) {
    exif.add(new Entry(tag, 10, 1, little(8).putInt(numerator).putInt(denominator).array()));
    return this;
  }

  ExifBlock undefined(int tag, byte... value) {
    exif.add(new Entry(tag, 7, value.length, value));
    return this;
  }

  /// The interoperability IFD of a picture by the DCF rules.
  ExifBlock dcfBasic() {
    interop.add(text(0x0001, "R98"));
    interop.add(new Entry(0x0002, 7, 4, "0100".getBytes(StandardCharsets.ISO_8859_1)));
    return this;
  }

  /// @param latitude degrees, minutes and hundredths of seconds
  ExifBlock place(String latitudeRef, long[] latitude, String longitudeRef, long[] longitude, String date, long[] time) {
    gps.add(new Entry(0x0000, 1, 4, new byte[] {2, 3, 0, 0}));
    gps.add(text(0x0001, latitudeRef));
    gps.add(rationals(0x0002, latitude[0], 1, latitude[1], 1, latitude[2], 100));
    gps.add(text(0x0003, longitudeRef));
    gps.add(rationals(0x0004, longitude[0], 1, longitude[1], 1, longitude[2], 100));
    gps.add(rationals(0x0007, time[0], 1, time[1], 1, time[2], 1));
    gps.add(text(0x001D, date));
    return this;
  }

  ExifBlock thumbnail(byte[] jpeg) {
    thumbnail = jpeg;
    return this;
  }

  byte[] bytes() {
    List<Entry> first = new ArrayList<>(image);
    List<Entry> second = new ArrayList<>(exif);
    // Pointers are longs whose value is known only when the directories before them are laid out.
    if (!interop.isEmpty()) second.add(new Entry(INTEROP_POINTER, 4, 1, new byte[4]));
    if (!second.isEmpty()) first.add(new Entry(EXIF_POINTER, 4, 1, new byte[4]));
    if (!gps.isEmpty()) first.add(new Entry(GPS_POINTER, 4, 1, new byte[4]));
    int exifAt = 8 + bytes(first);
    int interopAt = exifAt + bytes(second);
    int gpsAt = interopAt + bytes(interop);
    int thumbnailIfdAt = gpsAt + bytes(gps);
    point(first, EXIF_POINTER, exifAt);
    point(first, GPS_POINTER, gpsAt);
    point(second, INTEROP_POINTER, interopAt);
    List<Entry> third = new ArrayList<>();
    if (thumbnail != null) {
      third.add(shorts(0x0103, 6)); // JPEG
      third.add(rationals(0x011A, 72, 1));
      third.add(rationals(0x011B, 72, 1));
      third.add(shorts(0x0128, 2));
      third.add(new Entry(0x0201, 4, 1, new byte[4]));
      third.add(new Entry(0x0202, 4, 1, little(4).putInt(thumbnail.length).array()));
      point(third, 0x0201, thumbnailIfdAt + bytes(third));
    }
    var out = new ByteArrayOutputStream();
    out.writeBytes(little(8).put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).array());
    directory(out, first, thumbnail == null ? 0 : thumbnailIfdAt);
    directory(out, second, 0);
    directory(out, interop, 0);
    directory(out, gps, 0);
    directory(out, third, 0);
    if (thumbnail != null) out.writeBytes(thumbnail);
    return out.toByteArray();
  }

  private static void directory(ByteArrayOutputStream out, List<Entry> entries, int next) {
    if (entries.isEmpty()) return;
    entries.sort(Comparator.comparingInt(Entry::tag));
    int valuesAt = out.size() + 2 + 12 * entries.size() + 4;
    var values = new ByteArrayOutputStream();
    ByteBuffer table = little(2 + 12 * entries.size() + 4).putShort((short) entries.size());
    for (Entry entry : entries) {
      table.putShort((short) entry.tag()).putShort((short) entry.type()).putInt(entry.count());
      if (entry.value().length <= 4) {
        table.put(entry.value()).put(new byte[4 - entry.value().length]);
      } else {
        table.putInt(valuesAt + values.size());
        values.writeBytes(entry.value());
        if (entry.value().length % 2 != 0) values.write(0);
      }
    }
    out.writeBytes(table.putInt(next).array());
    out.writeBytes(values.toByteArray());
  }

  private static int bytes(List<Entry> entries) {
    if (entries.isEmpty()) return 0;
    int values = entries.stream().mapToInt(e -> e.value().length <= 4 ? 0 : e.value().length + e.value().length % 2).sum();
    return 2 + 12 * entries.size() + 4 + values;
  }

  private static void point(List<Entry> entries, int tag, int at) {
    entries.replaceAll(entry -> entry.tag() == tag ? new Entry(tag, 4, 1, little(4).putInt(at).array()) : entry);
  }

  private static Entry text(int tag, String text) {
    byte[] value = (text + "\0").getBytes(StandardCharsets.UTF_8);
    return new Entry(tag, 2, value.length, value);
  }

  private static Entry shorts(int tag, int value) {
    return new Entry(tag, 3, 1, little(2).putShort((short) value).array());
  }

  private static Entry rationals(int tag, long... numeratorsAndDenominators) {
    ByteBuffer value = little(4 * numeratorsAndDenominators.length);
    for (long number : numeratorsAndDenominators) value.putInt((int) number);
    return new Entry(tag, 5, numeratorsAndDenominators.length / 2, value.array());
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
