package verimesh.embedding;

import verimesh.chassis.config.Settings;

/// Settings of embedding-svc, scope `EMBEDDING`.
///
/// @param fileBytesMax a longer file is refused with `FILE_TOO_LARGE`, in bytes
public record EmbeddingConfig(long fileBytesMax) {
  public static EmbeddingConfig from(Settings s) {
    return new EmbeddingConfig(s.bytes("FILE_BYTES_MAX", 32L << 20, 1 << 10, 64L << 20));
  }
}
