package verimesh.chassis.inference.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import verimesh.chassis.inference.safetensors.DType;

/// A TorchScript archive that is to be written: a module tree with its classes.
public final class TorchArchive {
  /// Changes whenever the bytes for the same model would change.
  public static final int WRITER_VERSION = 1;

  private static final int CHUNK = 1 << 16;
  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 0x02, 0x28, 0x74, 0x2e};

  private final ModuleObject root;
  private final String code;

  public TorchArchive(ModuleObject root) {
    this.root = root;
    Set<ModuleClass> classes = new LinkedHashSet<>();
    collect(root.type(), classes);
    StringBuilder text = new StringBuilder();
    classes.forEach(type -> text.append(type.source()));
    this.code = text.toString();
  }

  /// The code text of all classes, each before its first use.
  public String code() {
    return code;
  }

  /// @param path must not exist yet; forced to the disk on return
  public void write(Path path) throws IOException {
    PickleWriter.Pickle pickle = PickleWriter.of(root);
    try (StoredZip zip = new StoredZip(path)) {
      zip.entry("archive/data.pkl", pickle.bytes());
      zip.entry("archive/code/__torch__/vm.py", code.getBytes(StandardCharsets.UTF_8));
      zip.entry("archive/constants.pkl", EMPTY_TUPLE);
      zip.entry("archive/version", "10\n".getBytes(StandardCharsets.US_ASCII));
      zip.entry("archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
      List<TensorData> storages = pickle.storages();
      for (int i = 0; i < storages.size(); i++) {
        TensorData tensor = storages.get(i);
        zip.entry("archive/data/" + i, tensor.size() * tensor.dtype().bytes(), sink -> write(tensor, sink));
      }
      zip.finish();
    }
  }

  private static void collect(ModuleClass type, Set<ModuleClass> into) {
    if (into.contains(type)) return;
    type.children().values().forEach(child -> collect(child, into));
    into.add(type);
  }

  private static void write(TensorData tensor, StoredZip.Sink sink) throws IOException {
    float[] floats = new float[CHUNK];
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * tensor.dtype().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (long from = 0; from < tensor.size(); from += CHUNK) {
      int count = (int) Math.min(CHUNK, tensor.size() - from);
      tensor.source().read(from, floats, count);
      bytes.clear();
      for (int i = 0; i < count; i++) put(bytes, tensor.dtype(), floats[i]);
      sink.write(bytes.flip());
    }
  }

  private static void put(ByteBuffer bytes, DType dtype, float value) {
    switch (dtype) {
      case F32 -> bytes.putFloat(value);
      case F64 -> bytes.putDouble(value);
      case F16 -> bytes.putShort(Float.floatToFloat16(value));
      case BF16 -> bytes.putShort(DType.toBFloat16(value));
      case I64, I32, I16, I8, U8, BOOL -> throw new IllegalStateException("TensorData refuses " + dtype);
    }
  }
}
