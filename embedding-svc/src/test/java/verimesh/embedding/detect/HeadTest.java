package verimesh.embedding.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.safetensors.DType;
import verimesh.chassis.inference.safetensors.SafetensorsWriter;
import verimesh.chassis.inference.safetensors.SafetensorsWriter.Entry;
import verimesh.embedding.model.Role;

class HeadTest {
  @TempDir Path folder;

  @Test
  void aPublishedLinearHeadIsLogOddsOnTheRawVector() throws IOException {
    Head head = Head.read(write(Map.of(), tensor("weight", new long[] {1, 2}, 3, -1), tensor("bias", new long[] {1}, 0.5f)), List.of());
    assertThat(head.on()).isEqualTo(Role.CLIP);
    assertThat(head.inputs()).isEqualTo(2);
    assertThat(head.logits(new float[] {2, 1})).containsExactly(5.5f);
  }

  @Test
  void layersOfAnMlpAreAppliedInTheOrderOfTheirNumbersWithReluBetween() throws IOException {
    Head head = Head.read(
        write(Map.of("on", "dinov2", "labels", "real, ai", "input", "unit"),
            tensor("net.10.weight", new long[] {2, 2}, 1, 0, 0, 1), tensor("net.2.weight", new long[] {2, 2}, 1, 0, 0, -1), tensor("net.2.bias", new long[] {2}, 0, 0)),
        List.of());
    assertThat(head.on()).isEqualTo(Role.DINOV2);
    float[] logits = head.logits(new float[] {3, 4}); // unit: .6, .8; first layer: .6, -.8; relu: .6, 0
    assertThat(logits[0]).isCloseTo(0.6f, within(1e-6f));
    assertThat(logits[1]).isZero();
  }

  @Test
  void layersThatDoNotFitAreNamed() throws IOException {
    Path file = write(Map.of(), tensor("0.weight", new long[] {3, 2}, 1, 1, 1, 1, 1, 1), tensor("1.weight", new long[] {1, 2}, 1, 1));
    assertThatThrownBy(() -> Head.read(file, List.of())).isInstanceOf(CheckpointException.class).hasMessageContaining("1.weight").hasMessageContaining("gives 3");
  }

  private static Entry tensor(String name, long[] shape, float... values) {
    return new Entry(name, DType.F32, shape, i -> values[(int) i]);
  }

  private Path write(Map<String, String> metadata, Entry... entries) throws IOException {
    Path file = folder.resolve("head.safetensors");
    SafetensorsWriter.write(file, new ArrayList<>(List.of(entries)), metadata);
    return file;
  }
}
