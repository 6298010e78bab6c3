package verimesh.embedding.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import verimesh.chassis.inference.torch.FloatTensor;

class BoxTableTest {
  private static final List<String> LABELS = List.of("cat", "dog");
  /// Centre x, centre y, width, height, cat, dog, in a square of 100 px.
  private static final float[][] BOXES = {
    {50, 50, 40, 20, .9f, .1f},
    {52, 50, 40, 20, .8f, .2f}, // nearly the same box, less sure: the same cat
    {52, 50, 40, 20, .1f, .7f}, // the same box, another thing
    {95, 5, 20, 20, .6f, .3f}, // reaches over the edge
    {20, 80, 10, 10, .2f, .1f}, // not sure enough
    {200, 80, 10, 10, .9f, .1f}, // outside
    {20, 20, Float.NaN, 10, Float.NaN, Float.NaN}
  };

  @Test
  void bothLayoutsGiveTheSameRegions() {
    List<Region> fromEight = new BoxTable(versionEight(), 2).regions(LABELS, 100, .25, 10);
    assertThat(fromEight).isEqualTo(new BoxTable(versionFive(), 2).regions(LABELS, 100, .25, 10));
    assertThat(fromEight.stream().map(r -> r.label() + " " + Math.round(r.score() * 10)).toList()).containsExactly("cat 9", "dog 7", "cat 6");
    Region first = fromEight.getFirst();
    assertThat(new double[] {first.left(), first.top(), first.right(), first.bottom()}).containsExactly(new double[] {.3, .4, .7, .6}, within(1e-6)); // 32-bit numbers
    assertThat(fromEight.getLast().right()).as("cut at the edge").isEqualTo(1);
    assertThat(fromEight.getLast().top()).isZero();
  }

  @Test
  void noMoreThanWereAskedForAndTheSurestOfThem() {
    assertThat(new BoxTable(versionEight(), 2).regions(LABELS, 100, 0, 1)).extracting(Region::score).containsExactly((double) .9f);
    assertThat(new BoxTable(versionEight(), 2).regions(LABELS, 100, .95, 10)).isEmpty();
  }

  @Test
  void aTableForOtherLabelsIsRefused() {
    assertThatThrownBy(() -> new BoxTable(versionEight(), 3)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("3 labels");
  }

  private static FloatTensor versionEight() {
    float[] values = new float[6 * BOXES.length];
    for (int box = 0; box < BOXES.length; box++) for (int field = 0; field < 6; field++) values[field * BOXES.length + box] = BOXES[box][field];
    return new FloatTensor(values, new long[] {6, BOXES.length});
  }

  /// With an objectness of one half and twice the scores.
  private static FloatTensor versionFive() {
    float[] values = new float[7 * BOXES.length];
    for (int box = 0; box < BOXES.length; box++) {
      System.arraycopy(BOXES[box], 0, values, box * 7, 4);
      values[box * 7 + 4] = .5f;
      for (int label = 0; label < 2; label++) values[box * 7 + 5 + label] = 2 * BOXES[box][4 + label];
    }
    return new FloatTensor(values, new long[] {BOXES.length, 7});
  }
}
