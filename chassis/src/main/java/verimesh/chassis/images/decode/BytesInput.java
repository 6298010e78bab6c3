package verimesh.chassis.images.decode;

import javax.imageio.stream.ImageInputStreamImpl;

/// A file in memory as ImageIO wants it: no copy, no cache on disk.
final class BytesInput extends ImageInputStreamImpl {
  private final byte[] bytes;

  BytesInput(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() {
    bitOffset = 0;
    return streamPos >= bytes.length ? -1 : bytes[(int) streamPos++] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    bitOffset = 0;
    if (length == 0) return 0;
    if (streamPos >= bytes.length) return -1;
    int n = (int) Math.min(length, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, into, offset, n);
    streamPos += n;
    return n;
  }

  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public boolean isCached() {
    return true;
  }

  @Override
  public boolean isCachedMemory() {
    return true;
  }
}
