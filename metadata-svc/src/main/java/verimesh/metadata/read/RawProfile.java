package verimesh.metadata.read;

import java.util.Arrays;

/// ImageMagick's way to put a profile into a PNG text: LF, name, LF, length, LF, hexadecimal digits in lines.
final class RawProfile {
  private RawProfile() {}

  /// @return the profile, empty if there is none; a length that lies is not believed
  static byte[] decode(Slice text) {
    int at = 0;
    int lines = 0;
    // Two line feeds with something between them stand before the digits: the name's and the length's.
    while (at < text.length() && lines < 2) {
      int end = text.indexOf('\n', at, text.length());
      if (end < 0) {
        return new byte[0];
      }
      if (end > at) {
        lines++;
      }
      at = end + 1;
    }
    byte[] out = new byte[Math.max(0, text.length() - at) / 2];
    int n = 0;
    int high = -1;
    for (int i = at; i < text.length(); i++) {
      int digit = Character.digit(text.u8(i), 16);
      if (digit < 0) {
        continue; // line ends, blanks
      }
      if (high < 0) {
        high = digit;
      } else {
        out[n++] = (byte) (high << 4 | digit);
        high = -1;
      }
    }
    return Arrays.copyOf(out, n);
  }
}
