package verimesh.metadata.exif;

import static verimesh.metadata.read.ExifRecord.Ifd.EXIF;
import static verimesh.metadata.read.ExifRecord.Ifd.GPS;
import static verimesh.metadata.read.ExifRecord.Ifd.IFD0;
import static verimesh.metadata.read.ExifRecord.Ifd.INTEROP;
import static verimesh.metadata.read.ExifRecord.Ifd.SUB;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import verimesh.metadata.read.ExifRecord;
import verimesh.metadata.read.FileRecord;

/// What EXIF says of the capture, as written: facts, not judged. Texts are empty where the file says nothing,
/// and cut at 512 characters where a tool stored more than a name.
///
/// Standard tags only. Maker notes and XMP copies are left out, since the published score counts neither.
///
/// @param lens LensModel, else LensMake, else the LensSpecification as `24-70mm f/2.8`
/// @param dateTime of the last change, `YYYY:MM:DD HH:MM:SS`
/// @param dateTimeOriginal of the capture
/// @param dateTimeDigitized likewise
/// @param exposureTimeS seconds, above 0
/// @param fNumber above 0; cameras write 0 for a lens that tells them nothing, which is no aperture
/// @param iso above 0
/// @param focalLengthMm above 0
/// @param hasGps whether the GPS directory holds a position; an empty directory does not count
/// @param thumbnailBytes as declared, 0 without one
/// @param makerNoteBytes of the Exif directory, at most 64 KiB; tools that put one into IFD0 are no cameras
/// @param exifVersion four digits, for example `0230`
public record Capture(
    String make, String model, String software, String lens, String dateTime, String dateTimeOriginal, String dateTimeDigitized,
    OptionalDouble exposureTimeS, OptionalDouble fNumber, OptionalInt iso, OptionalDouble focalLengthMm, boolean hasGps, int thumbnailBytes,
    int makerNoteBytes, String exifVersion, boolean hasColorSpace, boolean hasWhiteBalance, String interopIndex) {
  /// Longest Make or Model that is a name; tools store whole graphs in these tags.
  private static final int NAME_CHARACTERS_MAX = 128;
  /// What is kept of a tag: a name, and of a graph enough to see that it is one.
  private static final int TEXT_CHARACTERS_MAX = 512;

  static Capture of(FileRecord file) {
    ExifRecord exif = file.exif();
    return new Capture(
        text(exif, Tags.MAKE, IFD0), text(exif, Tags.MODEL, IFD0), text(exif, Tags.SOFTWARE, IFD0), lens(exif),
        text(exif, Tags.DATE_TIME, IFD0), text(exif, Tags.DATE_TIME_ORIGINAL, EXIF, IFD0, SUB), text(exif, Tags.DATE_TIME_DIGITIZED, EXIF, IFD0, SUB),
        positive(exif, Tags.EXPOSURE_TIME), positive(exif, Tags.F_NUMBER), iso(exif), positive(exif, Tags.FOCAL_LENGTH),
        exif.number(Tags.GPS_LATITUDE, GPS).isPresent() && exif.number(Tags.GPS_LONGITUDE, GPS).isPresent(),
        exif.thumbnailBytes(), exif.value(EXIF, Tags.MAKER_NOTE).map(v -> v.bytes().length).orElse(0),
        text(exif, Tags.EXIF_VERSION, EXIF, IFD0), exif.first(Tags.COLOR_SPACE, EXIF, IFD0).isPresent(), exif.first(Tags.WHITE_BALANCE, EXIF, IFD0).isPresent(),
        text(exif, Tags.INTEROP_INDEX, INTEROP));
  }

  /// Make and model as one name, the make not said twice: `Canon PowerShot SX60 HS`, `Apple iPhone 12 Pro`.
  /// @return empty where neither is there or one of them is no name
  public String deviceName() {
    if (make.length() > NAME_CHARACTERS_MAX || model.length() > NAME_CHARACTERS_MAX) {
      return "";
    }
    String firstWord = make.split("[\\s,.]+", 2)[0].toLowerCase(Locale.ROOT);
    boolean said = !firstWord.isEmpty() && Brands.hasWord(model.toLowerCase(Locale.ROOT), firstWord);
    return (said ? model : make + " " + model).strip();
  }

  /// Whether any of the three dates is there and does not begin with zeros.
  public boolean hasDate() {
    return Stream.of(dateTimeOriginal, dateTimeDigitized, dateTime).anyMatch(d -> !d.isBlank() && !d.startsWith("0000"));
  }

  /// How many of exposure time, f-number, ISO and focal length are there, 0 to 4.
  public int exposureValues() {
    return (exposureTimeS.isPresent() ? 1 : 0) + (fNumber.isPresent() ? 1 : 0) + (iso.isPresent() ? 1 : 0) + (focalLengthMm.isPresent() ? 1 : 0);
  }

  private static String text(ExifRecord exif, int tag, ExifRecord.Ifd... ifds) {
    return exif.firstText(tag, ifds).map(t -> t.length() > TEXT_CHARACTERS_MAX ? t.substring(0, TEXT_CHARACTERS_MAX) : t).orElse("");
  }

  private static OptionalDouble positive(ExifRecord exif, int tag) {
    OptionalDouble number = exif.number(tag, EXIF, IFD0, SUB);
    return number.isPresent() && number.getAsDouble() > 0 ? number : OptionalDouble.empty();
  }

  private static OptionalInt iso(ExifRecord exif) {
    OptionalDouble number = positive(exif, Tags.ISO);
    return number.isPresent() ? OptionalInt.of((int) Math.min(number.getAsDouble(), Integer.MAX_VALUE)) : OptionalInt.empty();
  }

  private static String lens(ExifRecord exif) {
    String named = text(exif, Tags.LENS_MODEL, EXIF, IFD0);
    if (named.isEmpty()) {
      named = text(exif, Tags.LENS_MAKE, EXIF, IFD0);
    }
    return named.isEmpty() ? exif.first(Tags.LENS_SPECIFICATION, EXIF, IFD0).map(Capture::lensSpecification).orElse("") : named;
  }

  /// Shortest and longest focal length, then the widest aperture at each.
  private static String lensSpecification(ExifRecord.Value value) {
    double[] v = IntStream.range(0, 4).mapToDouble(i -> value.number(i).orElse(0)).toArray();
    if (v[0] <= 0) {
      return "";
    }
    String focal = v[1] > v[0] ? String.format(Locale.ROOT, "%s-%smm", plain(v[0]), plain(v[1])) : plain(v[0]) + "mm";
    String aperture = v[2] <= 0 ? "" : v[3] > v[2] ? " f/" + plain(v[2]) + "-" + plain(v[3]) : " f/" + plain(v[2]);
    return focal + aperture;
  }

  private static String plain(double d) {
    return d == Math.rint(d) && d < 1e6 ? String.valueOf((long) d) : String.format(Locale.ROOT, "%.1f", d);
  }
}
