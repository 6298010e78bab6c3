package verimesh.chassis.inference.safetensors;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Writes a safetensors file, tensor after tensor, so that no more than a chunk is ever on the heap.
public final class SafetensorsWriter {
  private static final int CHUNK = 1 << 16;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private SafetensorsWriter() {}

  /// Element `index` of a tensor that is to be written.
  @FunctionalInterface
  public interface Values {
    float at(long index);
  }

  /// @param values ignored for integer types, which are written as zeros
  public record Entry(String name, DType dtype, long[] shape, Values values) {
    long size() {
      return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }
  }

  public static void write(Path path, List<Entry> entries) throws IOException {
    write(path, entries, Map.of());
  }

  /// @param metadata texts for `__metadata__`
  public static void write(Path path, List<Entry> entries, Map<String, String> metadata) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    if (!metadata.isEmpty()) metadata.forEach(header.putObject("__metadata__")::put);
    long offset = 0;
    for (Entry entry : entries) {
      ObjectNode node = header.putObject(entry.name());
      node.put("dtype", entry.dtype().name());
      var shape = node.putArray("shape");
      for (long side : entry.shape()) shape.add(side);
      long end = offset + entry.size() * entry.dtype().bytes();
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8); // data begins on a multiple of 8
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 20)) {
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(padded.length).array());
      out.write(padded);
      for (Entry entry : entries) write(out, entry);
    }
  }

  private static void write(OutputStream out, Entry entry) throws IOException {
    long size = entry.size();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * entry.dtype().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (long from = 0; from < size; from += CHUNK) {
      chunk.clear();
      long end = Math.min(size, from + CHUNK);
      for (long i = from; i < end; i++) {
        switch (entry.dtype()) {
          case F32 -> chunk.putFloat(entry.values().at(i));
          case F64 -> chunk.putDouble(entry.values().at(i));
          case F16 -> chunk.putShort(Float.floatToFloat16(entry.values().at(i)));
          case BF16 -> chunk.putShort(DType.toBFloat16(entry.values().at(i)));
          case I64 -> chunk.putLong(0);
          case I32 -> chunk.putInt(0);
          case I16 -> chunk.putShort((short) 0);
          case I8, U8, BOOL -> chunk.put((byte) 0);
        }
      }
      out.write(chunk.array(), 0, chunk.position());
    }
  }
}
