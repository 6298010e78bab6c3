package verimesh.metadata.exif;

import static verimesh.metadata.read.ExifRecord.Ifd.EXIF;
import static verimesh.metadata.read.ExifRecord.Ifd.GPS;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import verimesh.metadata.read.ExifRecord;
import verimesh.metadata.read.FileRecord;

/// Whether the file's words are those of a camera original, three-way (METADATA.md §11, §14).
///
/// Points are collected for what originals have and against what they do not; one contradiction outweighs all points.
/// A camera that is named with too little else to test makes no statement, so the answer is then [Answer#STRIPPED]. EXIF
/// that fits proves no camera: anybody can copy it.
///
/// @param score how well the values fit together, 0 to 1, not calibrated; absent when stripped
/// @param reasons what led there, the contradictions first
public record CameraConsistency(Answer answer, OptionalDouble score, List<Reason> reasons) {
  public enum Answer { CAMERA_CONSISTENT, STRIPPED, CONTRADICTORY }

  /// @param text one sentence for people, in English
  public record Reason(Code code, String text) {}

  public enum Code {
    // for
    KNOWN_MAKER, MAKER_NOTE, EXPOSURE, EXPOSURE_COHERENT, EXIF_STRUCTURE, DATES_AGREE, CAPTURE_DATE, THUMBNAIL, INTEROPERABILITY, PIXEL_SIZE, LENS,
    GPS_TIME, OWN_TABLES,
    // against
    NO_MAKE, TOO_LITTLE, NO_EXIF_VERSION, NO_MAKER_NOTE, LIBJPEG_TABLES, PROGRESSIVE, EDITOR, CHANGED_LATER, EXPOSURE_OFF, GPS_TIME_OFF,
    // contradictions
    GENERATOR_IN_EXIF, GAME_CAPTURE, RESIZED, CROPPED, DATES_OUT_OF_ORDER, OTHER_MAKERS_MODEL, OTHER_MAKERS_NOTE, IMPOSSIBLE_VALUE
  }

  /// The sum of all points for: a modern phone or a full-size camera reaches most of them.
  private static final double POINTS_MAX = 1.31;
  /// At and above this score a camera that contradicts itself nowhere is called consistent. The 31 consistent originals of
  /// the camera fixtures lie at .55 and above; EXIF typed by a program (names, exposure values, a date) at .05 and below.
  static final double CONSISTENT_FROM = .4;
  /// What a contradiction leaves of the score.
  private static final double CONTRADICTED = .4;
  /// Cameras round their APEX values, each for itself.
  private static final double EXPOSURE_STEPS_MAX = 1;
  private static final double SECONDS_MAX = 86_400;
  private static final Duration GPS_APART = Duration.ofHours(48);

  public CameraConsistency {
    reasons = List.copyOf(reasons);
  }

  static CameraConsistency of(FileRecord file, Capture capture, PixelSize size, List<String> editors) {
    return new Judgement(file, capture).judge(size, editors);
  }

  /// One judgement in the making: points and reasons so far.
  private static final class Judgement {
    private final FileRecord file;
    private final ExifRecord exif;
    private final Capture c;
    private final CaptureDates dates;
    private final List<Reason> contradictions = new ArrayList<>();
    private final List<Reason> reasons = new ArrayList<>();
    private double points;

    Judgement(FileRecord file, Capture capture) {
      this.file = file;
      this.exif = file.exif();
      this.c = capture;
      this.dates = CaptureDates.of(capture);
    }

    CameraConsistency judge(PixelSize size, List<String> editors) {
      if (c.make().isEmpty() && c.model().isEmpty()) {
        return new CameraConsistency(Answer.STRIPPED, OptionalDouble.empty(), List.of(new Reason(Code.NO_MAKE, "No camera is named.")));
      }
      contradictions(size);
      camera();
      exposure();
      dates();
      structure();
      coding();
      history(editors);
      double score = Math.clamp(points / POINTS_MAX, 0, 1);
      if (!contradictions.isEmpty()) {
        contradictions.addAll(reasons);
        return new CameraConsistency(Answer.CONTRADICTORY, OptionalDouble.of(score * CONTRADICTED), contradictions);
      }
      if (score < CONSISTENT_FROM) {
        reasons.addFirst(new Reason(Code.TOO_LITTLE, "A camera is named, but too little stands beside it to say that it wrote this."));
        return new CameraConsistency(Answer.STRIPPED, OptionalDouble.empty(), reasons);
      }
      return new CameraConsistency(Answer.CAMERA_CONSISTENT, OptionalDouble.of(score), reasons);
    }

    private void contradictions(PixelSize size) {
      ForeignText.find(exif, c).ifPresent(tag -> contradiction(Code.GENERATOR_IN_EXIF, tag + " holds a generator's words, which no camera writes."));
      if (Brands.isGame(c.make()) || Brands.isGame(c.model()) || Brands.isGame(c.software())) {
        contradiction(Code.GAME_CAPTURE, "The picture was taken inside a game, not by a camera.");
      }
      if (size == PixelSize.RESIZED) {
        contradiction(Code.RESIZED, "Resized after capture: EXIF remembers another size than the file has.");
      } else if (size == PixelSize.CROPPED) {
        contradiction(Code.CROPPED, "Cropped after capture: EXIF remembers another shape than the file has.");
      }
      if (dates.outOfOrder()) {
        contradiction(Code.DATES_OUT_OF_ORDER, "The picture claims to have been changed or digitised before it was taken.");
      }
      Optional<String> maker = Brands.maker(c.make());
      Optional<String> modelsMaker = Brands.maker(c.model());
      if (maker.isPresent() && modelsMaker.isPresent() && !maker.equals(modelsMaker)) {
        contradiction(Code.OTHER_MAKERS_MODEL, "The model belongs to another maker than the one named.");
      }
      Optional<String> notesMaker = exif.value(EXIF, Tags.MAKER_NOTE).flatMap(v -> Brands.makerOfNote(v.bytes()));
      if (maker.isPresent() && notesMaker.isPresent() && !maker.equals(notesMaker)) {
        contradiction(Code.OTHER_MAKERS_NOTE, "The maker note is in another maker's format.");
      }
      if (c.exposureTimeS().orElse(0) > SECONDS_MAX || c.fNumber().orElse(2) < .5 || c.fNumber().orElse(2) > 128 || badPosition()) {
        contradiction(Code.IMPOSSIBLE_VALUE, "An exposure value or a position is one that cannot be.");
      }
    }

    private boolean badPosition() {
      return Math.abs(exif.number(Tags.GPS_LATITUDE, GPS).orElse(0)) > 90 || Math.abs(exif.number(Tags.GPS_LONGITUDE, GPS).orElse(0)) > 180;
    }

    private void camera() {
      if (!ForeignText.isForeignName(c) && (Brands.isKnown(c.make()) || Brands.isKnown(c.model()))) {
        pro(.10, Code.KNOWN_MAKER, "A maker of cameras is named.");
      }
      if (!c.model().isEmpty() && !c.make().isEmpty()) {
        points += .05;
      }
      if (c.makerNoteBytes() >= 8) {
        pro(.20, Code.MAKER_NOTE, "A maker note is there, which is hard to make up.");
      } else if (Brands.alwaysWritesMakerNote(c.make())) {
        con(.15, Code.NO_MAKER_NOTE, "This maker's cameras always write a maker note; there is none.");
      }
      if (!c.lens().isEmpty() || exif.first(Tags.BODY_SERIAL_NUMBER, EXIF).isPresent()) {
        pro(.05, Code.LENS, "A lens or a serial number is named.");
      }
    }

    private void exposure() {
      if (c.exposureValues() >= 2) {
        pro(c.exposureValues() >= 3 ? .15 : .10, Code.EXPOSURE, "Exposure values are there.");
      }
      OptionalDouble shutter = exif.number(Tags.SHUTTER_SPEED_VALUE, EXIF);
      OptionalDouble aperture = exif.number(Tags.APERTURE_VALUE, EXIF);
      boolean timeTested = shutter.isPresent() && c.exposureTimeS().isPresent();
      boolean apertureTested = aperture.isPresent() && aperture.getAsDouble() > 0 && c.fNumber().isPresent();
      if (!timeTested && !apertureTested) {
        return;
      }
      // APEX: time = 2^-Tv, f-number = 2^(Av / 2), so both differences below are in stops (EXIF 3.0, annex C).
      boolean timeFits = !timeTested || Math.abs(shutter.getAsDouble() + log2(c.exposureTimeS().getAsDouble())) <= EXPOSURE_STEPS_MAX;
      boolean apertureFits = !apertureTested || Math.abs(aperture.getAsDouble() - 2 * log2(c.fNumber().getAsDouble())) <= EXPOSURE_STEPS_MAX;
      if (timeFits && apertureFits) {
        pro(.05, Code.EXPOSURE_COHERENT, "Exposure time and aperture agree with their logarithmic twins.");
      } else {
        con(.15, Code.EXPOSURE_OFF, "Exposure time or aperture disagree with their logarithmic twins.");
      }
    }

    private void dates() {
      if (dates.agree()) {
        pro(.10, Code.DATES_AGREE, "All dates agree to the second.");
      } else if (c.hasDate()) {
        pro(.05, Code.CAPTURE_DATE, "A date is there.");
      }
      if (exif.first(Tags.SUB_SEC_TIME_ORIGINAL, EXIF).isPresent() || exif.first(Tags.OFFSET_TIME_ORIGINAL, EXIF).isPresent()) {
        points += .03;
      }
      Optional<LocalDateTime> gps = exif.text(GPS, Tags.GPS_DATE_STAMP).flatMap(d -> ExifDate.parse(d + " 12:00:00"));
      if (gps.isPresent() && dates.original().isPresent()) {
        if (Duration.between(gps.get(), dates.original().get()).abs().compareTo(GPS_APART) <= 0) {
          pro(.05, Code.GPS_TIME, "The satellites' date fits the capture's.");
        } else {
          con(.05, Code.GPS_TIME_OFF, "The satellites' date is not the capture's.");
        }
      }
    }

    private void structure() {
      if (c.exifVersion().matches("0[12]\\d\\d|0300")) {
        points += .10;
      } else {
        con(.20, Code.NO_EXIF_VERSION, "The version that every camera writes into EXIF is missing: a program put this block together.");
      }
      long marks = IntStream.of(Tags.COMPONENTS_CONFIGURATION, Tags.FLASHPIX_VERSION, Tags.FILE_SOURCE, Tags.SCENE_TYPE, Tags.COMPRESSED_BITS_PER_PIXEL)
          .filter(tag -> exif.has(EXIF, tag)).count();
      if (marks > 0) {
        pro(marks > 1 ? .15 : .08, Code.EXIF_STRUCTURE, "The block has the small parts that cameras write and programs forget.");
      }
      if (c.thumbnailBytes() > 0) {
        pro(.05, Code.THUMBNAIL, "A thumbnail is there.");
      }
      if (c.interopIndex().startsWith("R")) {
        pro(.05, Code.INTEROPERABILITY, "The directory of the camera file system's rules is there.");
      }
      if (PixelSize.of(file) == PixelSize.SAME) {
        pro(.10, Code.PIXEL_SIZE, "The size in EXIF is the stored size.");
      }
    }

    private void coding() {
      if (file.jpeg().isEmpty()) {
        return;
      }
      FileRecord.JpegRecord jpeg = file.jpeg().get();
      if (jpeg.luminance().length > 0 && jpeg.ijgQuality() == 0) {
        pro(.05, Code.OWN_TABLES, "The quantisation tables are not the standard library's.");
      } else if (jpeg.ijgQuality() > 0 && jpeg.jfif()) {
        con(.10, Code.LIBJPEG_TABLES, "The standard library encoded the pixels (quality " + jpeg.ijgQuality() + ").");
      }
      if (jpeg.sampling().equals("4:2:2") || jpeg.sampling().equals("4:4:0")) {
        points += .03; // typical of compact cameras, not the library's default
      }
      if (jpeg.progressive()) {
        con(.10, Code.PROGRESSIVE, "The JPEG is progressive, which no camera writes.");
      }
    }

    private void history(List<String> editors) {
      if (!editors.isEmpty()) {
        con(.05, Code.EDITOR, "An editing program saved it: " + editors.getFirst() + ".");
      }
      if (dates.changedLater()) {
        con(.02, Code.CHANGED_LATER, "Changed after capture.");
      }
    }

    private void contradiction(Code code, String text) {
      contradictions.add(new Reason(code, text));
    }

    private void pro(double weight, Code code, String text) {
      points += weight;
      reasons.add(new Reason(code, text));
    }

    private void con(double weight, Code code, String text) {
      points -= weight;
      reasons.add(new Reason(code, text));
    }

    private static double log2(double d) {
      return Math.log(d) / Math.log(2);
    }
  }
}
