package verimesh.chassis.images.decode;

import java.util.Arrays;

/// A WebP's chunks (RFC 9649): where its first frame lies, its colour profile, its orientation.
final class WebpFile {
  private final byte[] file;
  private byte[] iccProfile = {};
  private int orientation = 1;
  /// Where the first frame's chunks lie: the whole file's, or those in the first `ANMF`.
  private int chunksFrom = 12;
  private int chunksTo;
  private boolean animated;
  private int left;
  private int top;
  private int alphaAt = -1;
  private int pixelsAt = -1;

  WebpFile(byte[] file) {
    this.file = file;
    chunksTo = file.length;
    for (int at = 12; at + 8 <= file.length; at = next(at)) readChunk(at);
    for (int at = chunksFrom; at + 8 <= chunksTo; at = next(at)) {
      if (is(at, "ALPH") && alphaAt < 0 && pixelsAt < 0) alphaAt = at;
      if ((is(at, "VP8 ") || is(at, "VP8L")) && pixelsAt < 0) pixelsAt = at;
    }
  }

  private void readChunk(int at) {
    int size = available(at);
    if (is(at, "ICCP")) iccProfile = Arrays.copyOfRange(file, at + 8, at + 8 + size);
    if (is(at, "EXIF")) orientation = ExifOrientation.of(file, at + 8, size);
    if (is(at, "ANMF") && !animated && size >= 16) {
      animated = true;
      left = u24(at + 8) * 2;
      top = u24(at + 11) * 2;
      chunksFrom = at + 24;
      chunksTo = at + 8 + size;
    }
  }

  byte[] iccProfile() {
    return iccProfile;
  }

  int orientation() {
    return orientation;
  }

  /// The first frame is one of several, and may cover only part of the canvas.
  boolean animated() {
    return animated;
  }

  /// Where the first frame lies on the canvas.
  int left() {
    return left;
  }

  int top() {
    return top;
  }

  boolean hasPixels() {
    return pixelsAt >= 0;
  }

  boolean lossless() {
    return is(pixelsAt, "VP8L");
  }

  /// Less than its chunk announces is there.
  boolean cutOff() {
    return available(pixelsAt) < size(pixelsAt);
  }

  /// Declared by the frame itself; the canvas may say otherwise. 0 where it cannot be read.
  int frameWidth() {
    if (available(pixelsAt) < 10) return 0;
    return lossless() ? (int) (u32(pixelsAt + 9) & 0x3FFF) + 1 : u16(pixelsAt + 14) & 0x3FFF;
  }

  int frameHeight() {
    if (available(pixelsAt) < 10) return 0;
    return lossless() ? (int) (u32(pixelsAt + 9) >> 14 & 0x3FFF) + 1 : u16(pixelsAt + 16) & 0x3FFF;
  }

  byte[] bytes() {
    return file;
  }

  /// Where the first frame's own data lies, without its chunk's header.
  int pixelsFrom() {
    return pixelsAt + 8;
  }

  int pixelsTo() {
    return pixelsFrom() + available(pixelsAt);
  }

  /// Beside lossy pixels; lossless ones hold their own.
  boolean hasAlpha() {
    return alphaAt >= 0 && !lossless();
  }

  int alphaFrom() {
    return alphaAt + 8;
  }

  int alphaTo() {
    return alphaFrom() + available(alphaAt);
  }

  private int next(int at) {
    return (int) Math.min(Integer.MAX_VALUE - 16, at + 8L + (size(at) + 1 & ~1L));
  }

  private long size(int at) {
    return u32(at + 4);
  }

  private int available(int at) {
    return at < 0 ? 0 : (int) Math.min(size(at), file.length - at - 8);
  }

  private boolean is(int at, String name) {
    if (at < 0) return false;
    for (int i = 0; i < 4; i++) {
      if (file[at + i] != name.charAt(i)) return false;
    }
    return true;
  }

  private int u16(int at) {
    return file[at] & 0xFF | (file[at + 1] & 0xFF) << 8;
  }

  private int u24(int at) {
    return u16(at) | (file[at + 2] & 0xFF) << 16;
  }

  private long u32(int at) {
    return u24(at) | (file[at + 3] & 0xFFL) << 24;
  }
}
