package verimesh.orchestrator.admission;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import verimesh.chassis.images.ImageHeader;

/// A file that was let in.
///
/// @param file its bytes, as they came
/// @param bytes the same; shared with `file` where that is possible, so nobody may write to it
/// @param header what its first bytes say
public record Upload(ByteString file, byte[] bytes, ImageHeader.Known header) {

  /// The string's own array where it lies in one of exactly its size, which is how gRPC receives a message; else a copy.
  /// A picture of 32 MiB is read by four others: each copy saved is felt.
  static byte[] arrayOf(ByteString file) {
    var array = new OneArray();
    try {
      UnsafeByteOperations.unsafeWriteTo(file, array);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return array.whole != null && array.whole.length == file.size() ? array.whole : file.toByteArray();
  }

  /// Takes the one array that a string hands over, and copies nothing.
  private static final class OneArray extends ByteOutput {
    private byte[] whole;
    private boolean several;

    @Override
    public void write(byte value) {
      give(null);
    }

    @Override
    public void write(byte[] value, int offset, int length) {
      give(null); // lent for this call only
    }

    @Override
    public void writeLazy(byte[] value, int offset, int length) {
      give(offset == 0 && length == value.length ? value : null);
    }

    @Override
    public void write(ByteBuffer value) {
      give(null);
    }

    @Override
    public void writeLazy(ByteBuffer value) {
      give(null);
    }

    private void give(byte[] array) {
      whole = several ? null : array;
      several = true;
    }
  }
}
