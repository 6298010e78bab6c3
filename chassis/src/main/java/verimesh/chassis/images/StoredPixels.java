package verimesh.chassis.images;

/// A picture's first frame as its file stores it: no orientation applied, no colour conversion, transparency kept. PDQ and
/// the marks that generators leave are read from these (DESIGN.md §2); everything else wants [SrgbPixels].
///
/// Palettes are looked up, 16-bit samples are cut to their high byte, and CMYK is turned to RGB by the formula of
/// golden/README.md §4, so 8-bit grey or RGB is all there is behind this door.
///
/// @param width in pixels, at least 1
/// @param height in pixels, at least 1
/// @param samples row by row, a pixel's channels side by side, `width * height * layout.channels()` bytes, unsigned.
///     Shared, not copied: nobody may write to it
/// @param profile the file's embedded colour profile; [ColourProfile#NONE] if there is none that can be used
/// @param orientation EXIF tag 274, 1 to 8; 1 means "as stored"
public record StoredPixels(
    int width, int height, Layout layout, byte[] samples, ColourProfile profile, int orientation) {
  /// What a pixel's samples are, in order.
  public enum Layout {
    GREY(1),
    GREY_ALPHA(2),
    RGB(3),
    RGBA(4);

    private final int channels;

    Layout(int channels) {
      this.channels = channels;
    }

    public int channels() {
      return channels;
    }

    public boolean hasAlpha() {
      return this == GREY_ALPHA || this == RGBA;
    }

    public boolean isGrey() {
      return this == GREY || this == GREY_ALPHA;
    }
  }

  public StoredPixels {
    long expected = (long) width * height * layout.channels();
    if (width < 1 || height < 1 || samples.length != expected) {
      throw new IllegalArgumentException(width + "x" + height + " " + layout + " needs " + expected + " samples, not " + samples.length);
    }
    if (orientation < 1 || orientation > 8) throw new IllegalArgumentException("orientation " + orientation);
  }

  /// Without profile, upright.
  public StoredPixels(int width, int height, Layout layout, byte[] samples) {
    this(width, height, layout, samples, ColourProfile.NONE, 1);
  }

  public StoredPixels withProfile(ColourProfile embedded) {
    return new StoredPixels(width, height, layout, samples, embedded, orientation);
  }

  public StoredPixels withOrientation(int exif) {
    return new StoredPixels(width, height, layout, samples, profile, exif);
  }

  /// Width times height, without overflow.
  public long pixels() {
    return (long) width * height;
  }

  /// The colours as stored, three bytes a pixel: grey is repeated, alpha is dropped and nothing is composited. The very array
  /// of `samples` where it is RGB already.
  public byte[] rgb() {
    if (layout == Layout.RGB) return samples;
    int n = width * height;
    byte[] rgb = new byte[Math.multiplyExact(n, 3)];
    int step = layout.channels();
    int green = layout.isGrey() ? 0 : 1;
    int blue = layout.isGrey() ? 0 : 2;
    for (int i = 0, from = 0, to = 0; i < n; i++, from += step, to += 3) {
      rgb[to] = samples[from];
      rgb[to + 1] = samples[from + green];
      rgb[to + 2] = samples[from + blue];
    }
    return rgb;
  }

  /// A run of pixels with transparency flattened over white by (c*a + 255*(255-a) + 127) div 255 (golden/README.md §4), grey
  /// repeated. Neither orientation nor profile is looked at.
  /// @param first index of the first pixel, `y * width + x`
  /// @param into takes three bytes a pixel from `to` on
  public void copyOverWhite(int first, int count, byte[] into, int to) {
    int step = layout.channels();
    int from = first * step;
    if (layout == Layout.RGB) {
      System.arraycopy(samples, from, into, to, count * 3);
      return;
    }
    int green = layout.isGrey() ? 0 : 1;
    int blue = layout.isGrey() ? 0 : 2;
    for (int i = 0; i < count; i++, from += step, to += 3) {
      int alpha = layout.hasAlpha() ? samples[from + step - 1] & 0xFF : 255;
      into[to] = overWhite(samples[from], alpha);
      into[to + 1] = overWhite(samples[from + green], alpha);
      into[to + 2] = overWhite(samples[from + blue], alpha);
    }
  }

  private static byte overWhite(byte colour, int alpha) {
    return (byte) (((colour & 0xFF) * alpha + 255 * (255 - alpha) + 127) / 255);
  }
}
