package verimesh.chassis.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import verimesh.chassis.images.InputSpec.Filter;
import verimesh.chassis.images.InputSpec.Fit;
import verimesh.chassis.images.InputSpec.Placement;

class InputSpecTest {
  private static final List<Double> MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
  private static final List<Double> STD = List.of(0.26862954, 0.26130258, 0.27577711);

  static List<InputSpec> specs() {
    return List.of(
        new InputSpec(224, new Fit.ShortestEdgeCrop(224), Filter.BICUBIC, MEAN, STD), new InputSpec(224, new Fit.ShortestEdgeCrop(256), Filter.BICUBIC, MEAN, STD),
        new InputSpec(224, new Fit.ShortestEdgeCrop(256), Filter.BILINEAR, MEAN, STD), new InputSpec(384, new Fit.Squash(), Filter.BICUBIC, MEAN, STD),
        new InputSpec(256, new Fit.NativeCrops(1, Placement.CENTRE), Filter.BICUBIC, MEAN, STD),
        new InputSpec(256, new Fit.NativeCrops(10, Placement.GRID), Filter.BICUBIC, MEAN, STD));
  }

  @Test
  void theContractAndBackIsTheSameSpec() {
    assertThat(specs()).allSatisfy(spec -> assertThat(InputSpec.from(spec.toProto())).isEqualTo(spec));
  }

  @Test
  void everySpecHasADigestOfItsOwn() {
    assertThat(specs().stream().map(InputSpec::digest)).doesNotHaveDuplicates();
  }

  /// If this fails, every stored vector and every tensor on the way names another spec than before: do not change it.
  @Test
  void theCanonicalTextAndItsDigestNeverChange() {
    InputSpec clip = specs().getFirst();
    assertThat(clip.canonicalText()).isEqualTo("size=224 fit=shortest-edge-crop:224 filter=bicubic "
        + "mean=0.48145466,0.4578275,0.40821073 std=0.26862954,0.26130258,0.27577711");
    assertThat(clip.digest()).isEqualTo("eaaf078df0ff7d68f2115be2786a150148dafb07eed62176e4b7a8afff9e0ae7");
    assertThat(specs().get(5).canonicalText()).startsWith("size=256 fit=native-crops:10:grid mean=");
  }

  @Test
  void nonsenseIsRefusedByName() {
    assertThatThrownBy(() -> new InputSpec(0, new Fit.Squash(), Filter.BICUBIC, MEAN, STD)).hasMessageContaining("size 0");
    assertThatThrownBy(() -> new InputSpec(4097, new Fit.Squash(), Filter.BICUBIC, MEAN, STD)).hasMessageContaining("4097");
    assertThatThrownBy(() -> new InputSpec(8, new Fit.Squash(), Filter.BICUBIC, MEAN, List.of(1.0, 0.0, 1.0))).hasMessageContaining("std");
    assertThatThrownBy(() -> new InputSpec(8, new Fit.Squash(), Filter.BICUBIC, List.of(1.0), STD)).hasMessageContaining("three");
    assertThatThrownBy(() -> new Fit.NativeCrops(65, Placement.GRID)).hasMessageContaining("65");
    assertThatThrownBy(() -> new Fit.NativeCrops(2, Placement.CENTRE)).hasMessageContaining("centre");
    assertThatThrownBy(() -> InputSpec.from(verimesh.common.v1.InputSpec.getDefaultInstance())).hasMessageContaining("fit is not set");
    assertThatThrownBy(() -> InputSpec.from(specs().getFirst().toProto().toBuilder().clearFilter().build())).hasMessageContaining("filter is not set");
  }

  @Test
  void aTensorIsTheContractsAndNormalisedOnlyByItsOwnSpec() {
    InputSpec spec = specs().getFirst();
    var tensor = new RgbTensor(new byte[2 * 2 * 3], 1, 2, 2, spec.digest());
    assertThat(RgbTensor.from(tensor.toProto())).usingRecursiveComparison().isEqualTo(tensor);
    assertThatThrownBy(() -> tensor.normalise(specs().get(1), FloatBuffer.allocate(12))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RgbTensor(new byte[11], 1, 2, 2, "")).isInstanceOf(IllegalArgumentException.class);
  }
}
