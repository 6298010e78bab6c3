package verimesh.chassis.inference.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import verimesh.chassis.inference.CheckpointException;

/// One open safetensors file. Every length, offset and shape is checked before anybody can read through it.
///
/// Thread-safe once open; its tensors must not be read after it is closed.
public final class SafetensorsFile implements AutoCloseable {
  /// The format's own limit for the header, 100 MB.
  static final long HEADER_BYTES_MAX = 100_000_000;

  private static final int DIMENSIONS_MAX = 8;
  private static final int TENSORS_MAX = 100_000;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(8).maxStringLength(10_000_000).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path path;
  private final Arena arena;
  private final Map<String, StoredTensor> tensors;
  private final Map<String, String> metadata;

  private SafetensorsFile(Path path, Arena arena, Content content) {
    this.path = path;
    this.arena = arena;
    this.tensors = Collections.unmodifiableMap(content.tensors);
    this.metadata = Collections.unmodifiableMap(content.metadata);
  }

  private record Content(Map<String, StoredTensor> tensors, Map<String, String> metadata) {}

  /// @throws CheckpointException if the file is not a sound safetensors file
  public static SafetensorsFile open(Path path) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new SafetensorsFile(path, arena, parse(path.getFileName().toString(), file));
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  /// By name, in the order of the header.
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /// The texts of `__metadata__`; empty where the file has none.
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public void close() {
    arena.close();
  }

  private static Content parse(String file, MemorySegment bytes) throws CheckpointException {
    if (bytes.byteSize() < 8) throw broken(file, "it has " + bytes.byteSize() + " bytes; a safetensors file has at least 8");
    long headerLength = bytes.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    if (headerLength < 2 || headerLength > Math.min(HEADER_BYTES_MAX, bytes.byteSize() - 8)) {
      throw broken(file, "its header claims " + Long.toUnsignedString(headerLength) + " bytes of " + bytes.byteSize());
    }
    JsonNode header = header(file, bytes.asSlice(8, headerLength).toArray(ValueLayout.JAVA_BYTE));
    if (header.size() > TENSORS_MAX) throw broken(file, "it lists " + header.size() + " tensors; up to " + TENSORS_MAX + " are taken");
    MemorySegment data = bytes.asSlice(8 + headerLength);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    header.path("__metadata__").properties().forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asText()));
    List<long[]> ranges = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (entry.getKey().equals("__metadata__")) continue;
      StoredTensor tensor = tensor(file, entry.getKey(), entry.getValue(), data);
      tensors.put(entry.getKey(), tensor);
      long begin = tensor.data().address() - data.address();
      ranges.add(new long[] {begin, begin + tensor.data().byteSize()});
    }
    noOverlap(file, ranges);
    return new Content(tensors, metadata);
  }

  private static JsonNode header(String file, byte[] json) throws CheckpointException {
    try {
      JsonNode header = JSON.readTree(new String(json, StandardCharsets.UTF_8));
      if (header == null || !header.isObject()) throw broken(file, "its header is not a JSON object");
      return header;
    } catch (JsonProcessingException e) {
      throw new CheckpointException(file + " is not a sound safetensors file: its header is no JSON (" + e.getOriginalMessage() + ")", e);
    }
  }

  private static StoredTensor tensor(String file, String name, JsonNode node, MemorySegment data) throws CheckpointException {
    String where = "tensor " + name;
    Optional<DType> dtype = DType.named(node.path("dtype").asText(""));
    if (dtype.isEmpty()) {
      throw broken(file, where + " has dtype " + node.path("dtype") + "; known are " + Arrays.toString(DType.values()));
    }
    JsonNode shapeNode = node.path("shape");
    if (!shapeNode.isArray() || shapeNode.size() > DIMENSIONS_MAX) throw broken(file, where + " has no shape of up to " + DIMENSIONS_MAX + " numbers");
    long[] shape = new long[shapeNode.size()];
    long size = dtype.get().bytes();
    for (int i = 0; i < shape.length; i++) {
      JsonNode side = shapeNode.get(i);
      if (!side.isIntegralNumber() || !side.canConvertToLong() || side.asLong() < 0) throw broken(file, where + " has the side " + side);
      shape[i] = side.asLong();
      try {
        size = Math.multiplyExact(size, shape[i]);
      } catch (ArithmeticException e) {
        throw broken(file, where + " has a shape beyond 64 bits: " + shapeNode);
      }
    }
    JsonNode offsets = node.path("data_offsets");
    if (!offsets.isArray() || offsets.size() != 2 || !offsets.get(0).canConvertToLong() || !offsets.get(1).canConvertToLong()
        || !offsets.get(0).isIntegralNumber() || !offsets.get(1).isIntegralNumber()) {
      throw broken(file, where + " has no two data_offsets");
    }
    long begin = offsets.get(0).asLong();
    long end = offsets.get(1).asLong();
    if (begin < 0 || end < begin || end > data.byteSize()) {
      throw broken(file, where + " lies at " + begin + " to " + end + " of " + data.byteSize() + " data bytes");
    }
    if (end - begin != size) throw broken(file, where + " has " + (end - begin) + " bytes; its shape and type need " + size);
    return new StoredTensor(name, dtype.get(), shape, data.asSlice(begin, size));
  }

  private static void noOverlap(String file, List<long[]> ranges) throws CheckpointException {
    ranges.removeIf(range -> range[0] == range[1]);
    ranges.sort((a, b) -> Long.compare(a[0], b[0]));
    for (int i = 1; i < ranges.size(); i++) {
      if (ranges.get(i)[0] < ranges.get(i - 1)[1]) throw broken(file, "two tensors share bytes at data offset " + ranges.get(i)[0]);
    }
  }

  private static CheckpointException broken(String file, String why) {
    return new CheckpointException(file + " is not a sound safetensors file: " + why);
  }
}
