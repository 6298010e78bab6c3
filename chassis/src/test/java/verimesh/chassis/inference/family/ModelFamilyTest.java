package verimesh.chassis.inference.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.safetensors.DType;
import verimesh.chassis.inference.safetensors.StoredTensor;

class ModelFamilyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PixelInput INPUT = new PixelInput(224, new double[] {.5, .5, .5}, new double[] {.5, .5, .5});

  static Stream<String> supported() {
    return Stream.of(
        "clip-tiny", "clip-gelu-tiny", "clip-336-tiny", "clip-vision-only-tiny", "clip-classifier-tiny", "clip-eos-legacy-tiny", "clip-eos-modern-tiny",
        "dinov2-tiny", "dinov2-native-tiny", "dinov2-swiglu-tiny", "dinov2-classifier-tiny", "dinov2-with-registers-tiny",
        "dinov2-with-registers-swiglu-tiny", "dinov2-with-registers-classifier-tiny", "siglip-tiny", "siglip-vision-tiny", "siglip-classifier-tiny",
        "siglip2-fixed-tiny", "vit-tiny", "resnet-basic-tiny", "resnet-bottleneck-tiny", "resnet-bottleneck-v1-tiny");
  }

  @ParameterizedTest
  @MethodSource("supported")
  void aSparseConfigurationMeansTheSameAsTheCompleteOne(String name) throws IOException {
    JsonNode golden = golden(name);
    assertThat(ModelFamily.parse(golden.path("config_sparse"))).isEqualTo(ModelFamily.parse(golden.path("config")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"swin-tiny", "convnext-tiny", "efficientnet-tiny"})
  void anUnknownFamilyIsNamedAndSoAreTheKnownOnes(String name) throws IOException {
    JsonNode config = golden(name).path("config");
    assertThatThrownBy(() -> ModelFamily.parse(config)).isInstanceOf(CheckpointException.class)
        .hasMessageContaining(config.path("model_type").asText()).hasMessageContaining("dinov2");
  }

  @Test
  void anUnknownActivationIsNamed() throws IOException {
    ObjectNode config = golden("dinov2-tiny").path("config").deepCopy();
    config.put("hidden_act", "gelu\"); import os #");
    assertThatThrownBy(() -> ModelFamily.parse(config)).isInstanceOf(CheckpointException.class).hasMessageContaining("hidden_act");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1e99", "\"64); import os\"", "65"})
  void aNumberThatMakesNoSenseNeverReachesTheCode(String value) throws IOException {
    ObjectNode config = golden("dinov2-tiny").path("config").deepCopy();
    config.set("hidden_size", JSON.readTree(value));
    assertThatThrownBy(() -> ModelFamily.parse(config)).isInstanceOf(CheckpointException.class).hasMessageContaining("hidden_size");
  }

  @Test
  void aMissingTensorIsNamedWithWhatWasExpected() throws IOException {
    JsonNode golden = golden("dinov2-tiny");
    Map<String, StoredTensor> tensors = tensors(golden);
    tensors.remove("encoder.layer.1.norm2.weight");
    assertThatThrownBy(() -> ModelFamily.parse(golden.path("config")).build(tensors, Variant.PLAIN_F32, INPUT))
        .hasMessageContaining("encoder.layer.1.norm2.weight is missing").hasMessageContaining("[48]");
  }

  @Test
  void aWrongShapeIsNamedWithWhatWasExpected() throws IOException {
    JsonNode golden = golden("dinov2-tiny");
    Map<String, StoredTensor> tensors = tensors(golden);
    tensors.put("layernorm.weight", zeros("layernorm.weight", DType.F32, 47));
    assertThatThrownBy(() -> ModelFamily.parse(golden.path("config")).build(tensors, Variant.PLAIN_F32, INPUT))
        .hasMessageContaining("layernorm.weight has shape [47]").hasMessageContaining("[48]");
  }

  @Test
  void aLeftOverTensorIsNamedButPositionIdsAreNot() throws IOException {
    JsonNode golden = golden("clip-tiny");
    Map<String, StoredTensor> tensors = tensors(golden);
    tensors.put("vision_model.embeddings.position_ids", zeros("vision_model.embeddings.position_ids", DType.I64, 1, 197));
    ModelFamily family = ModelFamily.parse(golden.path("config"));
    assertThat(family.build(tensors, Variant.PLAIN_F32, INPUT).description().dimension()).isEqualTo(32);
    tensors.put("vision_model.extra.weight", zeros("vision_model.extra.weight", DType.F32, 3));
    assertThatThrownBy(() -> family.build(tensors, Variant.PLAIN_F32, INPUT)).hasMessageContaining("vision_model.extra.weight[3]");
  }

  @Test
  void aQuantisedTensorIsRefusedByName() throws IOException {
    JsonNode golden = golden("dinov2-tiny");
    Map<String, StoredTensor> tensors = tensors(golden);
    tensors.put("layernorm.weight", zeros("layernorm.weight", DType.I8, 48));
    assertThatThrownBy(() -> ModelFamily.parse(golden.path("config")).build(tensors, Variant.PLAIN_F32, INPUT)).hasMessageContaining("layernorm.weight holds I8");
  }

  @Test
  void theSameCheckpointGivesTheSameBytes(@TempDir Path folder) throws IOException {
    JsonNode golden = golden("vit-tiny");
    for (String name : List.of("a.pt", "b.pt")) {
      ModelFamily.parse(golden.path("config")).build(tensors(golden), Variant.CPU_PACKED_BF16, INPUT).archive().write(folder.resolve(name));
    }
    assertThat(folder.resolve("a.pt")).hasSameBinaryContentAs(folder.resolve("b.pt"));
    assertThat(Files.size(folder.resolve("a.pt"))).isGreaterThan(100_000);
  }

  @Test
  void anArchiveIsAZipThatOrdinaryToolsVerify(@TempDir Path folder) throws IOException {
    JsonNode golden = golden("resnet-basic-tiny");
    Path path = folder.resolve("a.pt");
    ModelFamily.parse(golden.path("config")).build(tensors(golden), Variant.PLAIN_F16, INPUT).archive().write(path);
    try (var zip = new java.util.zip.ZipFile(path.toFile())) {
      assertThat(zip.stream().map(java.util.zip.ZipEntry::getName)).startsWith("archive/data.pkl", "archive/code/__torch__/vm.py", "archive/constants.pkl", "archive/version");
      for (var entry : java.util.Collections.list(zip.entries())) {
        var crc = new java.util.zip.CRC32();
        crc.update(zip.getInputStream(entry).readAllBytes());
        assertThat(crc.getValue()).as(entry.getName()).isEqualTo(entry.getCrc());
      }
    }
  }

  @Test
  void positionsOfEqualSizeAreNotTouchedAndAConstantGridStaysConstant() {
    float[] grid = {1, 2, 3, 4};
    assertThat(PositionGrid.resize(grid, 2, 2, 1, false)).isSameAs(grid);
    float[] constant = new float[37 * 37];
    java.util.Arrays.fill(constant, 0.25f);
    for (boolean antialias : new boolean[] {true, false}) {
      assertThat(PositionGrid.resize(constant, 37, 16, 1, antialias)).containsOnly(0.25f);
    }
  }

  static JsonNode golden(String name) throws IOException {
    return JSON.readTree(ModelFamilyTest.class.getResource("/golden/models/" + name + ".json"));
  }

  static Map<String, StoredTensor> tensors(JsonNode golden) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (JsonNode t : golden.path("tensors")) {
      long[] shape = new long[t.path("shape").size()];
      for (int i = 0; i < shape.length; i++) shape[i] = t.path("shape").get(i).asLong();
      tensors.put(t.path("name").asText(), zeros(t.path("name").asText(), DType.valueOf(t.path("dtype").asText()), shape));
    }
    return tensors;
  }

  private static StoredTensor zeros(String name, DType dtype, long... shape) {
    long size = java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return new StoredTensor(name, dtype, shape, MemorySegment.ofArray(new byte[Math.toIntExact(size * dtype.bytes())]));
  }
}
