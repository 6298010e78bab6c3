package verimesh.chassis.inference.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import verimesh.chassis.inference.CheckpointException;

class SafetensorsFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "F16", "BF16"})
  void whatIsWrittenIsReadBackRoundedToItsType(DType dtype) throws IOException {
    Path file = folder.resolve("model.safetensors");
    float[] values = {0, -0f, 1.5f, 1 / 3f, -65504, 6e-8f};
    SafetensorsWriter.write(file, List.of(new SafetensorsWriter.Entry("a.b", dtype, new long[] {2, 3}, i -> values[(int) i])));
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      float[] expected = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        expected[i] = switch (dtype) {
          case F16 -> Float.float16ToFloat(Float.floatToFloat16(values[i]));
          case BF16 -> DType.fromBFloat16(DType.toBFloat16(values[i]));
          default -> values[i];
        };
      }
      assertThat(open.tensors().get("a.b").floats()).containsExactly(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"3f800000,3f80", "3f808000,3f80", "3f808001,3f81", "3f818000,3f82", "7f7fffff,7f80", "7fa00000,7fe0", "ffffffff,ffff"})
  void bfloat16RoundsToTheNearestEvenAndKeepsNaN(String bits, String expected) {
    short rounded = DType.toBFloat16(Float.intBitsToFloat(Integer.parseUnsignedInt(bits, 16)));
    assertThat(Integer.toHexString(rounded & 0xffff)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,7]}} | has 7 bytes",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}} | of 8 data bytes",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}} | of 8 data bytes",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | of 8 data bytes",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | the side -2",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}} | beyond 64 bits",
    "{\"a\":{\"dtype\":\"F8\",\"shape\":[2],\"data_offsets\":[0,8]}} | has dtype",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}} | no shape",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}} | no two data_offsets",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | share bytes",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | no JSON",
    "[1] | not a JSON object",
    "{\"a\": | no JSON"})
  void aHeaderThatLiesIsRefusedWithTheReason(String header, String reason) throws IOException {
    Path file = write(header.strip(), 8);
    assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(CheckpointException.class).hasMessageContaining(reason.strip());
  }

  @ParameterizedTest
  @CsvSource({"-1", "1", "9", "4611686018427387904"})
  void aHeaderLengthThatLeavesTheFileIsRefused(long length) throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.write(file, ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
    assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(CheckpointException.class).hasMessageContaining("claims");
  }

  @Test
  void noDamageMakesItThrowAnythingElse() throws IOException {
    long seed = Long.getLong("verimesh.seed", System.nanoTime());
    System.out.println("SafetensorsFileTest -Dverimesh.seed=" + seed);
    Random random = new Random(seed);
    byte[] sound = Files.readAllBytes(write("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8));
    Path file = folder.resolve("damaged.safetensors");
    for (int round = 0; round < 500; round++) {
      byte[] damaged = java.util.Arrays.copyOf(sound, random.nextInt(4) == 0 ? random.nextInt(sound.length) : sound.length);
      for (int i = random.nextInt(4); i > 0 && damaged.length > 0; i--) damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      Files.write(file, damaged);
      assertThatCode(() -> {
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
          open.tensors().values().stream().filter(t -> t.dtype().isFloat()).forEach(StoredTensor::floats);
        } catch (CheckpointException e) {
          assertThat(e).hasMessageContaining("not a sound safetensors file");
        }
      }).doesNotThrowAnyException();
    }
  }

  @Test
  void aFolderOfPicklesIsRefusedWithTheReason() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    Files.write(folder.resolve("pytorch_model.bin"), new byte[10]);
    assertThatThrownBy(() -> Checkpoint.open(folder)).isInstanceOf(CheckpointException.class).hasMessageContaining("runs the code in it");
  }

  @Test
  void shardsAreReadTogetherAndAMissingOneIsNamed() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    Files.writeString(folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"model-00001-of-00002.safetensors\",\"b\":\"model-00002-of-00002.safetensors\"}}");
    shard("model-00001-of-00002.safetensors", "a");
    assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageContaining("model-00002-of-00002.safetensors is missing");
    shard("model-00002-of-00002.safetensors", "b");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.tensors()).containsOnlyKeys("a", "b");
    }
  }

  @Test
  void anIndexCannotNameAFileOutsideTheFolder() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"a\":\"../secret.safetensors\"}}");
    assertThatThrownBy(() -> Checkpoint.open(folder)).isInstanceOf(CheckpointException.class).hasMessageContaining("plain *.safetensors name");
  }

  private void shard(String name, String tensor) throws IOException {
    SafetensorsWriter.write(folder.resolve(name), List.of(new SafetensorsWriter.Entry(tensor, DType.F32, new long[] {1}, _ -> 1)));
  }

  private Path write(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("model.safetensors");
    Files.write(file, ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).array());
    return file;
  }
}
