package verimesh.chassis.inference.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import verimesh.chassis.inference.safetensors.SafetensorsWriter;

class FormulaWeightsTest {
  private final JsonNode vectors;

  FormulaWeightsTest() throws IOException {
    vectors = new ObjectMapper().readTree(FormulaWeightsTest.class.getResource("/golden/formula_vectors.json"));
  }

  @TestFactory
  Iterable<DynamicTest> everyPublishedTensorComesOutBitForBit() {
    return () -> java.util.stream.StreamSupport.stream(vectors.path("tensors").spliterator(), false)
        .map(t -> DynamicTest.dynamicTest(t.path("name").asText(), () -> assertEqual(t))).iterator();
  }

  private static void assertEqual(JsonNode tensor) throws Exception {
    long[] shape = new long[tensor.path("shape").size()];
    long size = 1;
    for (int i = 0; i < shape.length; i++) size *= shape[i] = tensor.path("shape").get(i).asLong();
    SafetensorsWriter.Values values = FormulaWeights.of(tensor.path("name").asText(), shape);
    for (JsonNode expected : tensor.path("values")) {
      assertThat(Float.floatToRawIntBits(values.at(expected.path("index").asLong()))).isEqualTo(Integer.parseUnsignedInt(expected.path("float_bits").asText().substring(2), 16));
    }
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size * 4)).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < size; i++) bytes.putFloat(values.at(i));
    assertThat(sha256(bytes.array())).isEqualTo(tensor.path("sha256_le_float32").asText());
  }

  @Test
  void thePixelsComeOutBitForBit() throws Exception {
    JsonNode shape = vectors.path("pixel_values_shape");
    float[] pixels = FormulaWeights.pixelValues(shape.get(0).asInt(), shape.get(2).asInt(), shape.get(3).asInt());
    ByteBuffer bytes = ByteBuffer.allocate(pixels.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : pixels) bytes.putFloat(value);
    assertThat(sha256(bytes.array())).isEqualTo(vectors.path("pixel_values_sha256_le_float32").asText());
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
