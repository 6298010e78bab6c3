package verimesh.embedding.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.chassis.inference.check.ModelCheck;
import verimesh.chassis.inference.check.ModelCheck.Outcome;
import verimesh.chassis.inference.family.Variant;

/// Every reference model, imported with formula weights and run in libtorch, against the published implementations.
@Tag("torch")
class GoldenModelsTest {
  @TempDir static Path scratch;

  static Stream<String> everyReference() {
    return Stream.of(
        "clip-336-tiny", "clip-bf16-tiny", "clip-classifier-tiny", "clip-eos-legacy-tiny", "clip-eos-modern-tiny", "clip-f16-tiny", "clip-gelu-tiny", "clip-tiny",
        "clip-vision-only-tiny", "convnext-tiny", "dinov2-classifier-tiny", "dinov2-native-tiny", "dinov2-swiglu-tiny", "dinov2-tiny",
        "dinov2-with-registers-classifier-tiny", "dinov2-with-registers-swiglu-tiny", "dinov2-with-registers-tiny", "efficientnet-tiny", "resnet-basic-tiny",
        "resnet-bottleneck-tiny", "resnet-bottleneck-v1-tiny", "siglip-classifier-tiny", "siglip-tiny", "siglip-vision-tiny", "siglip2-fixed-tiny", "swin-tiny",
        "torchvision-resnet18", "torchvision-resnet50", "torchvision-resnext50_32x4d", "vit-tiny");
  }

  @ParameterizedTest
  @MethodSource("everyReference")
  void everyOutputIsWithinTheToleranceOfItsReference(String name) throws IOException {
    Path file = scratch.resolve(name + ".json");
    try (var in = GoldenModelsTest.class.getResourceAsStream("/golden/models/" + name + ".json")) {
      Files.copy(in, file);
    }
    Outcome outcome = new ModelCheck(TestTorch.runtime(), scratch, List.of(Variant.values())).check(file);
    assertThat(ModelCheck.holds(outcome)).as(outcome.toString()).isTrue();
    if (outcome instanceof Outcome.Compared compared) assertThat(compared.comparisons()).hasSizeGreaterThanOrEqualTo(2 * Variant.values().length);
  }

  @org.junit.jupiter.api.Test
  void aReferenceThatSaysSomethingElseIsFound() throws IOException {
    String text;
    try (var in = GoldenModelsTest.class.getResourceAsStream("/golden/models/vit-tiny.json")) {
      text = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
    Path file = Files.writeString(scratch.resolve("wrong.json"), text.replace("\"layer_norm_eps\": 1e-12", "\"layer_norm_eps\": 1e-3").replace("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"quick_gelu\"")
        .replace("\"config_sparse\"", "\"config_sparse_unused\""));
    Outcome outcome = new ModelCheck(TestTorch.runtime(), scratch, List.of(Variant.PLAIN_F32)).check(file);
    assertThat(ModelCheck.holds(outcome)).as(outcome.toString()).isFalse();
  }
}
