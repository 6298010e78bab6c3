package verimesh.orchestrator.admission;

import com.google.protobuf.ByteString;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;

/// Refuses what is no picture, or more picture than we take, by its length and its header alone. Thread-safe.
public final class Admission {
  private static final long MEGA = 1_000_000;

  private final AdmissionConfig config;

  public Admission(AdmissionConfig config) {
    this.config = config;
  }

  /// @throws ProblemException `EMPTY_FILE`, `FILE_TOO_LARGE`, `NOT_AN_IMAGE`, `UNREADABLE_HEADER`, `TOO_MANY_PIXELS`,
  ///     `SIDE_TOO_LONG`
  public Upload admit(ByteString file) {
    if (file.size() > config.fileBytesMax()) {
      throw refuse(
          "FILE_TOO_LARGE",
          "The file has " + size(file.size()) + "; up to " + size(config.fileBytesMax()) + " are taken. Send a smaller one, or raise "
              + "VERIMESH_ADMISSION_FILE_BYTES_MAX.");
    }
    byte[] bytes = Upload.arrayOf(file);
    return switch (ImageHeader.read(bytes)) {
      case ImageHeader.Empty(String message) -> throw invalid("EMPTY_FILE", message);
      case ImageHeader.NotAnImage(String message) -> throw invalid("NOT_AN_IMAGE", message);
      case ImageHeader.UnreadableHeader(_, String message) -> throw invalid("UNREADABLE_HEADER", message);
      case ImageHeader.Known header -> {
        hold(header);
        yield new Upload(file, bytes, header);
      }
    };
  }

  private void hold(ImageHeader.Known header) {
    if (header.pixels() > config.megapixelsMax() * MEGA) {
      throw refuse(
          "TOO_MANY_PIXELS",
          "The picture has " + megapixels(header.pixels()) + " MP (" + header.width() + "x" + header.height() + "); up to "
              + config.megapixelsMax() + " MP are taken. Send a smaller one, or raise VERIMESH_ADMISSION_MEGAPIXELS_MAX.");
    }
    int longer = Math.max(header.width(), header.height());
    if (longer > config.sidePixelsMax()) {
      throw refuse(
          "SIDE_TOO_LONG",
          "The picture is " + header.width() + "x" + header.height() + " pixels; up to " + config.sidePixelsMax()
              + " a side are taken. Send a smaller one, or raise VERIMESH_ADMISSION_SIDE_PIXELS_MAX.");
    }
  }

  private static ProblemException refuse(String reason, String message) {
    return new ProblemException(new Problem.OverLimit(reason, message));
  }

  private static ProblemException invalid(String reason, String message) {
    return new ProblemException(new Problem.Invalid(reason, message));
  }

  /// Never rounded down to the limit that it exceeds.
  private static String megapixels(long pixels) {
    return tenths(Math.ceilDiv(pixels * 10, MEGA));
  }

  private static String size(long bytes) {
    return bytes < 1 << 20 ? bytes + " bytes" : tenths(Math.ceilDiv(bytes * 10, 1L << 20)) + " MiB";
  }

  private static String tenths(long tenths) {
    return tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10;
  }
}
