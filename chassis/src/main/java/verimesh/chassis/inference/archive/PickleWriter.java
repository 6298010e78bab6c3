package verimesh.chassis.inference.archive;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The pickle of a module tree, protocol 2, with the few opcodes that libtorch's unpickler needs. Tensors that occur
/// twice (tied weights) are memoised and stored once.
final class PickleWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<TensorData> storages = new ArrayList<>();
  private final Map<TensorData, Integer> memo = new IdentityHashMap<>();

  /// What was written: the stream, and the storages in the order of their keys `0`, `1`, ...
  record Pickle(byte[] bytes, List<TensorData> storages) {}

  static Pickle of(ModuleObject root) {
    PickleWriter writer = new PickleWriter();
    writer.raw(0x80, 2);
    writer.object(root);
    writer.raw('.');
    return new Pickle(writer.out.toByteArray(), List.copyOf(writer.storages));
  }

  private void object(ModuleObject object) {
    global("__torch__.vm", object.type().name());
    raw(')', 0x81); // an empty argument tuple, NEWOBJ
    if (object.type().restoresItself()) {
      raw('(');
      object.type().tensors().forEach(attribute -> tensor(object.tensor(attribute)));
      raw(0x89, 't'); // training is False
    } else {
      raw('}', '(');
      object.type().tensors().forEach(attribute -> {
        text(attribute);
        tensor(object.tensor(attribute));
      });
      object.type().children().keySet().forEach(attribute -> {
        text(attribute);
        object(object.child(attribute));
      });
      text("training");
      raw(0x89, 'u');
    }
    raw('b');
  }

  private void tensor(TensorData tensor) {
    Integer known = memo.get(tensor);
    if (known != null) {
      raw('j');
      int32(known);
      return;
    }
    global("torch._utils", "_rebuild_tensor_v2");
    raw('(', '(');
    text("storage");
    global("torch", tensor.dtype().storage());
    text(Integer.toString(storages.size()));
    text("cpu");
    integer(tensor.size());
    raw('t', 'Q');
    integer(0);
    raw('(');
    for (long side : tensor.shape()) integer(side);
    raw('t', '(');
    for (long stride : strides(tensor.shape())) integer(stride);
    raw('t', 0x89);
    global("collections", "OrderedDict");
    raw(')', 'R', 't', 'R', 'r');
    int32(storages.size());
    memo.put(tensor, storages.size());
    storages.add(tensor);
  }

  private static long[] strides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(1, shape[i]);
    }
    return strides;
  }

  private void global(String module, String name) {
    raw('c');
    out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    raw('X');
    int32(bytes.length);
    out.writeBytes(bytes);
  }

  private void integer(long value) {
    if (value >= 0 && value < 1 << 8) {
      raw('K', (int) value);
    } else if (value >= 0 && value < 1 << 16) {
      raw('M', (int) value & 0xff, (int) value >>> 8);
    } else if (value == (int) value) {
      raw('J');
      int32((int) value);
    } else {
      raw(0x8a, 8);
      out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }
  }

  private void int32(int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private void raw(int... bytes) {
    for (int b : bytes) out.write(b);
  }
}
