package verimesh.verifier;

import verimesh.chassis.config.Settings;

/// Settings of verifier-svc, scope `VERIFIER`.
///
/// @param fileBytesMax a longer file is refused with `FILE_TOO_LARGE`, in bytes
public record VerifierConfig(long fileBytesMax) {
  public static VerifierConfig from(Settings s) {
    return new VerifierConfig(s.bytes("FILE_BYTES_MAX", 32L << 20, 1 << 10, 64L << 20));
  }
}
