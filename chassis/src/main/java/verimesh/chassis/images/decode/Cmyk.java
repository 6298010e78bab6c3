package verimesh.chassis.images.decode;

/// Printers' inks to RGB by the formula of golden/README.md §4, which is Pillow's.
final class Cmyk {
  private Cmyk() {}

  /// @param adobe four bytes a pixel, stored inverted as Adobe does it: 255 is no ink
  static byte[] fromInverted(byte[] adobe, int pixels) {
    byte[] rgb = new byte[pixels * 3];
    for (int i = 0, from = 0, to = 0; i < pixels; i++, from += 4, to += 3) {
      int light = adobe[from + 3] & 0xFF; // what black ink leaves
      for (int c = 0; c < 3; c++) rgb[to + c] = under(255 - (adobe[from + c] & 0xFF), light);
    }
    return rgb;
  }

  /// @param inks four bytes a pixel, 255 is full ink
  static byte[] fromInks(byte[] inks, int pixels) {
    byte[] rgb = new byte[pixels * 3];
    for (int i = 0, from = 0, to = 0; i < pixels; i++, from += 4, to += 3) {
      int light = 255 - (inks[from + 3] & 0xFF);
      for (int c = 0; c < 3; c++) rgb[to + c] = under(inks[from + c] & 0xFF, light);
    }
    return rgb;
  }

  private static byte under(int ink, int light) {
    int t = ink * light + 128;
    return (byte) Math.clamp(light - (t + (t >> 8) >> 8), 0, 255);
  }

  /// Adobe's YCCK, in place, to the inverted CMYK it stands for: libjpeg's `ycck_cmyk_convert`.
  static void ycckToInverted(byte[] samples, int pixels) {
    for (int i = 0, at = 0; i < pixels; i++, at += 4) {
      int y = samples[at] & 0xFF;
      int cb = (samples[at + 1] & 0xFF) - 128;
      int cr = (samples[at + 2] & 0xFF) - 128;
      samples[at] = (byte) (255 - Ycc.red(y, cr));
      samples[at + 1] = (byte) (255 - Ycc.green(y, cb, cr));
      samples[at + 2] = (byte) (255 - Ycc.blue(y, cb));
    }
  }
}
