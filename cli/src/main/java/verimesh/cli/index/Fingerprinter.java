package verimesh.cli.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.images.pdq.Pdq;
import verimesh.chassis.images.pdq.PdqConvention;

/// Reads files and hashes them as the orchestrator does: SHA-256 over the bytes, PDQ over the stored pixels. Thread-safe.
public final class Fingerprinter {
  private static final long READ_BYTES_MAX = 256L << 20;

  private final Decoder decoder = Decoder.fastest(DecodeLimits.DEFAULT);
  private final PdqConvention convention;

  public Fingerprinter(PdqConvention convention) {
    this.convention = convention;
  }

  /// Never throws: what could not be read is told in the fingerprint.
  public Fingerprint of(Path path, String shown) {
    try {
      long length = Files.size(path);
      if (length > READ_BYTES_MAX) return new Fingerprint(shown, "", Optional.empty(), "has " + length + " bytes; up to " + READ_BYTES_MAX + " are read");
      return of(Files.readAllBytes(path), shown);
    } catch (IOException e) {
      return new Fingerprint(shown, "", Optional.empty(), "cannot be read: " + e.getMessage());
    }
  }

  public Fingerprint of(byte[] bytes, String shown) {
    String sha256 = HexFormat.of().formatHex(sha256().digest(bytes));
    return switch (decoder.decode(bytes)) {
      case Decoded.Picture picture -> new Fingerprint(shown, sha256, Optional.of(Pdq.dihedralHashes(picture.stored(), convention)), "");
      case Decoded.Unsupported(_, String message) -> new Fingerprint(shown, sha256, Optional.empty(), message.isEmpty() ? "its format cannot be decoded here" : message);
      case Decoded.Broken(String message) -> new Fingerprint(shown, sha256, Optional.empty(), message);
      case Decoded.OverLimit(_, String message) -> new Fingerprint(shown, sha256, Optional.empty(), message);
    };
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
