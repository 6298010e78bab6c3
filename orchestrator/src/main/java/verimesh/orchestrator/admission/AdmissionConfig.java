package verimesh.orchestrator.admission;

import java.time.Duration;
import verimesh.chassis.config.Settings;

/// What is let in. DESIGN.md §4 for the limits on one picture.
///
/// @param fileBytesMax a longer file is refused
/// @param megapixelsMax a picture with more is refused, before it is decoded
/// @param sidePixelsMax a picture with a longer side is refused
/// @param decodeBytesMax how much all pictures being decoded may take together; one larger picture is decoded alone
/// @param decodeWait how long a picture waits for its part of that
/// @param concurrencyMax pictures analysed at once
/// @param queueMax pictures that wait for their turn, for interactive and for batch calls each
/// @param bytesInFlightMax files held at once, waiting ones included
public record AdmissionConfig(
    long fileBytesMax,
    int megapixelsMax,
    int sidePixelsMax,
    long decodeBytesMax,
    Duration decodeWait,
    int concurrencyMax,
    int queueMax,
    long bytesInFlightMax) {
  public static final String SCOPE = "ADMISSION";

  /// @param settings in any scope; `VERIMESH_ADMISSION_*` is read
  public static AdmissionConfig from(Settings settings) {
    Settings s = settings.scope(SCOPE);
    return new AdmissionConfig(
        s.bytes("FILE_BYTES_MAX", 32L << 20, 1L << 10, 64L << 20),
        s.integer("MEGAPIXELS_MAX", 64, 1, 500),
        s.integer("SIDE_PIXELS_MAX", 16_384, 64, 65_535),
        s.bytes("DECODE_BYTES_MAX", 512L << 20, 16L << 20, 1L << 40),
        s.duration("DECODE_WAIT", Duration.ofSeconds(2)),
        s.integer("CONCURRENCY_MAX", 512, 1, 1_000_000),
        s.integer("QUEUE_MAX", 512, 0, 1_000_000),
        s.bytes("BYTES_IN_FLIGHT_MAX", 256L << 20, 64L << 20, 1L << 40));
  }
}
