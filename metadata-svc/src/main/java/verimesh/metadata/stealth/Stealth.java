package verimesh.metadata.stealth;

import java.util.List;
import java.util.Optional;
import verimesh.metadata.read.FileRecord.ReadFinding;

/// What the pixels' lowest bits hold.
/// @param findings a payload that announces itself and cannot be read
public record Stealth(Optional<Payload> payload, List<ReadFinding> findings) {
  public static final Stealth NOTHING = new Stealth(Optional.empty(), List.of());

  public Stealth {
    findings = List.copyOf(findings);
  }

  /// @param text as its writer put it there, at most [StealthReader#PAYLOAD_BYTES_MAX] bytes of UTF-8
  public record Payload(Mode mode, String text) {}

  /// Which bits, and whether gzip: the four signatures of METADATA.md §8.
  public enum Mode {
    ALPHA_PLAIN("stealth_pnginfo", 1, false),
    ALPHA_GZIP("stealth_pngcomp", 1, true),
    RGB_PLAIN("stealth_rgbinfo", 3, false),
    RGB_GZIP("stealth_rgbcomp", 3, true);

    private final String signature;
    private final int bitsPerPixel;
    private final boolean gzip;

    Mode(String signature, int bitsPerPixel, boolean gzip) {
      this.signature = signature;
      this.bitsPerPixel = bitsPerPixel;
      this.gzip = gzip;
    }

    /// The 15 bytes that the hidden record begins with.
    public String signature() {
      return signature;
    }

    int bitsPerPixel() {
      return bitsPerPixel;
    }

    boolean gzip() {
      return gzip;
    }

    boolean inAlpha() {
      return bitsPerPixel == 1;
    }
  }
}
