package verimesh.metadata.exif;

import static verimesh.metadata.read.ExifRecord.Ifd.EXIF;
import static verimesh.metadata.read.ExifRecord.Ifd.GPS;
import static verimesh.metadata.read.ExifRecord.Ifd.IFD0;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import verimesh.metadata.read.ExifRecord;
import verimesh.metadata.read.FileRecord;

/// Values that point to a person or a place: kept apart from everything else, given out only when asked for, never logged.
final class PersonalData {
  private record ExifField(String name, int tag) {}

  private record XmpField(String namespace, String name) {}

  private static final List<ExifField> EXIF_FIELDS = List.of(
      new ExifField("Artist", Tags.ARTIST), new ExifField("Copyright", Tags.COPYRIGHT), new ExifField("HostComputer", Tags.HOST_COMPUTER),
      new ExifField("XPAuthor", Tags.XP_AUTHOR), new ExifField("CameraOwnerName", Tags.CAMERA_OWNER_NAME), new ExifField("Photographer", Tags.PHOTOGRAPHER),
      new ExifField("BodySerialNumber", Tags.BODY_SERIAL_NUMBER), new ExifField("LensSerialNumber", Tags.LENS_SERIAL_NUMBER),
      new ExifField("CameraSerialNumber", Tags.CAMERA_SERIAL_NUMBER));
  private static final String AUX = "http://ns.adobe.com/exif/1.0/aux/";
  private static final String IPTC_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
  private static final List<XmpField> XMP_FIELDS = List.of(
      new XmpField("http://purl.org/dc/elements/1.1/", "creator"), new XmpField("http://purl.org/dc/elements/1.1/", "rights"),
      new XmpField(AUX, "OwnerName"), new XmpField(AUX, "SerialNumber"), new XmpField(AUX, "LensSerialNumber"),
      new XmpField("http://cipa.jp/exif/1.0/", "CameraOwnerName"), new XmpField("http://cipa.jp/exif/1.0/", "BodySerialNumber"),
      new XmpField("http://ns.adobe.com/photoshop/1.0/", "CaptionWriter"), new XmpField(IPTC_EXT, "PersonInImage"),
      new XmpField(IPTC_EXT, "AIPromptWriterName"), new XmpField("http://ns.adobe.com/xap/1.0/rights/", "Owner"));
  private static final Map<Integer, String> IIM_FIELDS = Map.of(80, "By-line", 116, "CopyrightNotice", 118, "Contact", 122, "Writer-Editor");
  private static final int VALUE_CHARACTERS_MAX = 1_024;

  private PersonalData() {}

  /// @return tag name to value, in a fixed order; positions in decimal degrees, altitude in metres
  static Map<String, String> of(FileRecord file) {
    Map<String, String> data = new LinkedHashMap<>();
    ExifRecord exif = file.exif();
    degrees(exif, Tags.GPS_LATITUDE, Tags.GPS_LATITUDE_REF, 'S').ifPresent(d -> put(data, "GPSLatitude", String.format(Locale.ROOT, "%.6f", d)));
    degrees(exif, Tags.GPS_LONGITUDE, Tags.GPS_LONGITUDE_REF, 'W').ifPresent(d -> put(data, "GPSLongitude", String.format(Locale.ROOT, "%.6f", d)));
    exif.number(Tags.GPS_ALTITUDE, GPS).ifPresent(metres -> {
      boolean below = exif.number(Tags.GPS_ALTITUDE_REF, GPS).orElse(0) == 1;
      put(data, "GPSAltitude", String.format(Locale.ROOT, "%.1f", below ? -metres : metres));
    });
    exif.text(GPS, Tags.GPS_DATE_STAMP).ifPresent(d -> put(data, "GPSDateStamp", d));
    for (ExifField field : EXIF_FIELDS) {
      exif.firstText(field.tag(), EXIF, IFD0).ifPresent(text -> put(data, field.name(), text));
    }
    for (XmpField field : XMP_FIELDS) {
      join(data, "XMP " + field.name(), file.xmp().all(field.namespace(), field.name()).limit(16).toList());
    }
    IIM_FIELDS.forEach((number, name) -> join(data, "IPTC " + name, file.iptc().all(2, number).limit(16).toList()));
    file.texts().stream().filter(t -> t.keyword().equalsIgnoreCase("Author") || t.keyword().equalsIgnoreCase("Copyright"))
        .limit(16).forEach(t -> put(data, t.carrier() + " " + t.keyword(), t.text()));
    return Collections.unmodifiableMap(data);
  }

  private static void join(Map<String, String> data, String name, List<String> values) {
    put(data, name, String.join("; ", values));
  }

  private static void put(Map<String, String> data, String name, String value) {
    if (!value.isBlank()) {
      data.putIfAbsent(name, value.length() > VALUE_CHARACTERS_MAX ? value.substring(0, VALUE_CHARACTERS_MAX) : value);
    }
  }

  private static OptionalDouble degrees(ExifRecord exif, int tag, int refTag, char negative) {
    if (exif.number(tag, GPS).isEmpty()) {
      return OptionalDouble.empty();
    }
    ExifRecord.Value v = exif.value(GPS, tag).orElseThrow();
    double degrees = v.number(0).orElse(0) + v.number(1).orElse(0) / 60 + v.number(2).orElse(0) / 3_600;
    boolean minus = exif.text(GPS, refTag).filter(r -> Character.toUpperCase(r.charAt(0)) == negative).isPresent();
    return OptionalDouble.of(minus ? -degrees : degrees);
  }
}
