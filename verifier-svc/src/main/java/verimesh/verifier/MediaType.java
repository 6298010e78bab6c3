package verimesh.verifier;

import java.util.Optional;

/// Formats that chat endpoints take as a data URL, by magic bytes.
final class MediaType {
  private MediaType() {}

  static Optional<String> of(byte[] file) {
    if (begins(file, 0, 0x89, 'P', 'N', 'G')) return Optional.of("image/png");
    if (begins(file, 0, 0xFF, 0xD8, 0xFF)) return Optional.of("image/jpeg");
    if (begins(file, 0, 'R', 'I', 'F', 'F') && begins(file, 8, 'W', 'E', 'B', 'P')) return Optional.of("image/webp");
    if (begins(file, 0, 'G', 'I', 'F', '8')) return Optional.of("image/gif");
    return Optional.empty();
  }

  private static boolean begins(byte[] file, int at, int... magic) {
    if (file.length < at + magic.length) return false;
    for (int i = 0; i < magic.length; i++) if ((file[at + i] & 0xFF) != magic[i]) return false;
    return true;
  }
}
