package verimesh.metadata.read;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Inflates a zlib stream from a stranger: to a limit, to a ratio, and never to the end of memory.
///
/// @param bytes what came out, at most [Limits#TEXT_BYTES_KEPT] of it if it was stopped
/// @param stopped whether the stream was cut at a limit
/// @param damaged whether the stream itself was broken or ended early
record Inflation(byte[] bytes, boolean stopped, boolean damaged) {
  /// Inflates within what the file may still cost, and notes what was wrong.
  static byte[] inflate(Slice zlib, String what, Harvest harvest) {
    Inflation result = of(zlib, (int) Math.min(Limits.TEXT_BYTES, harvest.bytesLeft()));
    if (result.stopped) {
      harvest.finding("INFLATE_LIMIT", what + " inflates without end; only its beginning was kept", zlib);
    } else if (result.damaged) {
      harvest.finding("INFLATE_DAMAGED", what + " is no whole zlib stream; what came out before the damage was kept", zlib);
    }
    // A bomb costs what was inflated of it, not what was kept: a hundred of them must not cost a hundred times 8 MiB.
    harvest.afford(Math.min(result.stopped ? Limits.INFLATE_RATIO_FROM_BYTES : result.bytes.length, harvest.bytesLeft()), zlib);
    return result.bytes;
  }

  static Inflation of(Slice zlib, int limit) {
    Inflater inflater = new Inflater();
    var out = new ByteArrayOutputStream(Math.clamp(zlib.length() * 4L, 64, 64 << 10));
    byte[] buffer = new byte[Math.clamp(zlib.length() * 4L, 512, 16 << 10)];
    try {
      inflater.setInput(zlib.bytes(), zlib.from(), zlib.length());
      while (!inflater.finished()) {
        int n = inflater.inflate(buffer);
        if (n == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          return new Inflation(out.toByteArray(), false, true);
        }
        out.write(buffer, 0, n);
        boolean bomb = out.size() > Limits.INFLATE_RATIO_FROM_BYTES && inflater.getBytesWritten() > Limits.INFLATE_RATIO * inflater.getBytesRead();
        if (out.size() > limit || bomb) {
          return new Inflation(Arrays.copyOf(out.toByteArray(), Math.min(Limits.TEXT_BYTES_KEPT, Math.min(limit, out.size()))), true, false);
        }
      }
      return new Inflation(out.toByteArray(), false, false);
    } catch (DataFormatException e) {
      // The stream is a stranger's: broken is an answer. The inflater counts what it wrote into the buffer before it threw.
      out.write(buffer, 0, (int) (inflater.getBytesWritten() - out.size()));
      return new Inflation(out.toByteArray(), false, true);
    } finally {
      inflater.end();
    }
  }

  // Identity is enough: an inflation is looked at once, by whoever asked for it.
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
