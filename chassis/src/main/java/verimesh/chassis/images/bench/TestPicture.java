package verimesh.chassis.images.bench;

import java.util.Arrays;
import java.util.SplittableRandom;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.StoredPixels.Layout;

/// A picture with a photograph's spread of detail, from a seed: value noise of many sizes, each twice as fine and half as strong,
/// and a grain on top. No file is needed to measure.
final class TestPicture {
  private static final int COARSEST = 512; // pixels between two values of the coarsest noise
  private static final int FINEST = 2;
  private static final double GRAIN = 22; // levels

  private TestPicture() {}

  static StoredPixels make(int width, int height, long seed) {
    var random = new SplittableRandom(seed);
    float[] plane = new float[width * height];
    byte[] rgb = new byte[width * height * 3];
    for (int c = 0; c < 3; c++) {
      Arrays.fill(plane, 128);
      double strength = 60;
      for (int cell = COARSEST; cell >= FINEST; cell /= 2, strength *= 0.62) addNoise(plane, width, height, cell, strength, random);
      for (int i = 0; i < plane.length; i++) {
        rgb[i * 3 + c] = (byte) Math.clamp(Math.round(plane[i] + GRAIN * (random.nextDouble() - 0.5)), 0, 255);
      }
    }
    return new StoredPixels(width, height, Layout.RGB, rgb);
  }

  private static void addNoise(float[] plane, int width, int height, int cell, double strength, SplittableRandom random) {
    int columns = width / cell + 2;
    int rows = height / cell + 2;
    float[] grid = new float[columns * rows];
    for (int i = 0; i < grid.length; i++) grid[i] = (float) (strength * (random.nextDouble() * 2 - 1));
    for (int y = 0; y < height; y++) {
      float v = (float) (y % cell) / cell;
      int above = y / cell * columns;
      for (int x = 0; x < width; x++) {
        float u = (float) (x % cell) / cell;
        int at = above + x / cell;
        float top = grid[at] + u * (grid[at + 1] - grid[at]);
        float bottom = grid[at + columns] + u * (grid[at + columns + 1] - grid[at + columns]);
        plane[y * width + x] += top + v * (bottom - top);
      }
    }
  }
}
