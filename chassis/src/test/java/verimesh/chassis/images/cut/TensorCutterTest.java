package verimesh.chassis.images.cut;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.InputSpec.Filter;
import verimesh.chassis.images.InputSpec.Fit;
import verimesh.chassis.images.InputSpec.Fit.NativeCrops;
import verimesh.chassis.images.InputSpec.Placement;
import verimesh.chassis.images.RgbTensor;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.StoredPixels.Layout;
import verimesh.chassis.images.cut.Crops.Corner;

class TensorCutterTest {
  private static InputSpec spec(int size, Fit fit) {
    return new InputSpec(size, fit, Filter.BICUBIC, List.of(.5, .5, .5), List.of(.5, .5, .5));
  }

  /// Each pixel's red is its column, its green its row.
  private static StoredPixels chart(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < width * height; i++) {
      rgb[i * 3] = (byte) (i % width);
      rgb[i * 3 + 1] = (byte) (i / width);
    }
    return new StoredPixels(width, height, Layout.RGB, rgb);
  }

  @Test
  void theMiddleComesFirstThenAnEvenGridRowByRow() {
    assertThat(Crops.of(100, 50, 20, 20, new NativeCrops(1, Placement.CENTRE))).containsExactly(new Corner(40, 15));
    // 8 around the middle of a 2:1 picture: two rows of four.
    assertThat(Crops.of(100, 50, 20, 20, new NativeCrops(9, Placement.GRID))).containsExactly(new Corner(40, 15),
        new Corner(0, 0), new Corner(26, 0), new Corner(53, 0), new Corner(80, 0),
        new Corner(0, 30), new Corner(26, 30), new Corner(53, 30), new Corner(80, 30));
    // 5 in a square: sqrt(4) rows of two.
    assertThat(Crops.of(60, 60, 20, 20, new NativeCrops(5, Placement.GRID))).containsExactly(new Corner(20, 20),
        new Corner(0, 0), new Corner(40, 0), new Corner(0, 40), new Corner(40, 40));
  }

  @Test
  void aPlaceThatComesUpTwiceIsCutOnce() {
    // The nine of a 3x3 grid have the middle among them.
    assertThat(Crops.of(60, 60, 20, 20, new NativeCrops(10, Placement.GRID))).hasSize(9).doesNotHaveDuplicates();
    assertThat(Crops.of(20, 20, 20, 20, new NativeCrops(64, Placement.GRID))).containsExactly(new Corner(0, 0));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "16384, 1", "1, 16384", "640, 480", "333, 777"})
  void everyCropLiesInThePicture(int width, int height) {
    for (int crops = 1; crops <= 64; crops++) {
      int side = 13;
      int w = Math.min(side, width);
      int h = Math.min(side, height);
      assertThat(Crops.of(width, height, w, h, new NativeCrops(crops, Placement.GRID))).hasSizeLessThanOrEqualTo(crops)
          .allMatch(corner -> corner.left() >= 0 && corner.top() >= 0 && corner.left() + w <= width && corner.top() + h <= height);
    }
  }

  @Test
  void nativeCropsAreTheStoredPixelsThemselves() {
    StoredPixels turned = chart(100, 50).withOrientation(6);
    RgbTensor tensor = TensorCutter.cut(turned, List.of(spec(20, new NativeCrops(5, Placement.GRID)))).getFirst();
    List<Corner> corners = Crops.of(100, 50, 20, 20, new NativeCrops(5, Placement.GRID));
    assertThat(List.of(tensor.count(), tensor.height(), tensor.width())).isEqualTo(List.of(corners.size(), 20, 20));
    for (int n = 0; n < corners.size(); n++) {
      for (int i = 0; i < 400; i++) {
        assertThat(tensor.rgb()[(n * 400 + i) * 3]).isEqualTo((byte) (corners.get(n).left() + i % 20));
        assertThat(tensor.rgb()[(n * 400 + i) * 3 + 1]).isEqualTo((byte) (corners.get(n).top() + i / 20));
      }
    }
  }

  @Test
  void aSmallPictureGivesASmallNativeCrop() {
    RgbTensor tensor = TensorCutter.cut(chart(30, 50), List.of(spec(40, new NativeCrops(4, Placement.GRID)))).getFirst();
    assertThat(List.of(tensor.height(), tensor.width())).isEqualTo(List.of(40, 30));
    assertThat(tensor.count()).isEqualTo(Crops.of(30, 50, 30, 40, new NativeCrops(4, Placement.GRID)).size());
  }

  @ParameterizedTest
  @CsvSource({"100, 100, 7, 10", "100, 60, 7, 10", "60, 100, 7, 10", "10, 10, 9, 20", "3, 200, 2, 5"})
  void whatACropLacksIsBlack(int width, int height, int resize, int size) {
    byte[] white = new byte[width * height * 3];
    Arrays.fill(white, (byte) 255);
    byte[] cut = TensorCutter.cut(new StoredPixels(width, height, Layout.RGB, white), List.of(spec(size, new Fit.ShortestEdgeCrop(resize))))
        .getFirst().rgb();
    int w = Math.min(size, width <= height ? resize : resize * width / height);
    int h = Math.min(size, width <= height ? resize * height / width : resize);
    int left = (size - w + 1) / 2;
    int top = (size - h + 1) / 2;
    assertThat(IntStream.range(0, size * size).allMatch(i -> {
      boolean inside = i % size >= left && i % size < left + w && i / size >= top && i / size < top + h;
      return cut[i * 3] == (byte) (inside ? 255 : 0);
    })).isTrue();
  }

  @Test
  void tensorsComeInTheOrderOfTheirSpecs() {
    var specs = List.of(spec(5, new NativeCrops(1, Placement.CENTRE)), spec(6, new Fit.Squash()), spec(7, new Fit.ShortestEdgeCrop(9)),
        spec(8, new NativeCrops(1, Placement.CENTRE)), spec(9, new Fit.Squash()));
    List<RgbTensor> tensors = TensorCutter.cut(chart(40, 30), specs);
    assertThat(tensors.stream().map(RgbTensor::inputSpecDigest)).isEqualTo(specs.stream().map(InputSpec::digest).toList());
    for (int i = 0; i < specs.size(); i++) {
      RgbTensor alone = TensorCutter.cut(chart(40, 30), List.of(specs.get(i))).getFirst();
      assertThat(Arrays.equals(tensors.get(i).rgb(), alone.rgb())).isTrue();
    }
  }

  @Test
  void anExtremePictureCostsNoMoreThanItsCrop() {
    // Resized as a whole it would be 224 x 3,670,016 pixels.
    RgbTensor tensor = TensorCutter.cut(new StoredPixels(1, 16384, Layout.GREY, new byte[16384]), List.of(spec(224, new Fit.ShortestEdgeCrop(224)))).getFirst();
    assertThat(tensor.rgb()).hasSize(224 * 224 * 3);
  }
}
