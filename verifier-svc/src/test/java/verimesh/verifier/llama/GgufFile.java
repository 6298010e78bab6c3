package verimesh.verifier.llama;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writes GGUF version 3 (ggml's `docs/gguf.md`): keys with typed values, then float32 tensors, all little-endian.
final class GgufFile {
  private static final int ALIGNMENT = 32;
  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final ByteArrayOutputStream keys = new ByteArrayOutputStream();
  private final List<Tensor> tensors = new ArrayList<>();
  private int keyCount;

  /// @param shape as ggml has it: the innermost dimension first
  private record Tensor(String name, long[] shape, float[] values) {}

  GgufFile text(String key, String value) {
    key(key, STRING);
    string(keys, value);
    return this;
  }

  GgufFile number(String key, int value) {
    key(key, UINT32);
    int32(keys, value);
    return this;
  }

  GgufFile decimal(String key, float value) {
    key(key, FLOAT32);
    int32(keys, Float.floatToIntBits(value));
    return this;
  }

  GgufFile flag(String key, boolean value) {
    key(key, BOOL);
    keys.write(value ? 1 : 0);
    return this;
  }

  GgufFile texts(String key, List<String> values) {
    array(key, STRING, values.size());
    values.forEach(value -> string(keys, value));
    return this;
  }

  GgufFile numbers(String key, int... values) {
    array(key, INT32, values.length);
    for (int value : values) int32(keys, value);
    return this;
  }

  GgufFile decimals(String key, float... values) {
    array(key, FLOAT32, values.length);
    for (float value : values) int32(keys, Float.floatToIntBits(value));
    return this;
  }

  /// @param shape outermost dimension first, as PyTorch writes it
  GgufFile tensor(String name, float[] values, long... shape) {
    long count = 1;
    long[] turned = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      count *= shape[i];
      turned[shape.length - 1 - i] = shape[i];
    }
    if (count != values.length) throw new IllegalArgumentException(name + " has " + values.length + " values for " + count);
    tensors.add(new Tensor(name, turned, values));
    return this;
  }

  void write(Path file) throws IOException {
    var head = new ByteArrayOutputStream();
    head.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    int32(head, 3);
    int64(head, tensors.size());
    int64(head, keyCount);
    head.writeBytes(keys.toByteArray());
    long offset = 0;
    for (Tensor tensor : tensors) {
      string(head, tensor.name());
      int32(head, tensor.shape().length);
      for (long side : tensor.shape()) int64(head, side);
      int32(head, 0); // float32
      int64(head, offset);
      offset += padded(4L * tensor.values().length);
    }
    head.writeBytes(new byte[(int) (padded(head.size()) - head.size())]);
    for (Tensor tensor : tensors) {
      var data = ByteBuffer.allocate((int) padded(4L * tensor.values().length)).order(ByteOrder.LITTLE_ENDIAN);
      for (float value : tensor.values()) data.putFloat(value);
      head.writeBytes(data.array());
    }
    Files.write(file, head.toByteArray());
  }

  private void key(String key, int type) {
    keyCount++;
    string(keys, key);
    int32(keys, type);
  }

  private void array(String key, int type, int length) {
    key(key, ARRAY);
    int32(keys, type);
    int64(keys, length);
  }

  private static void string(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int64(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void int32(ByteArrayOutputStream out, int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private static void int64(ByteArrayOutputStream out, long value) {
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  private static long padded(long length) {
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
