package verimesh.chassis.images.pdq;

/// A one-dimensional box filter by a running sum, in the reference's order (`box1DFloat`): add what enters on the right,
/// subtract what leaves on the left, divide by how many there are.
final class Box {
  private Box() {}

  static void rows(float[] in, float[] out, int width, int height, int window) {
    for (int y = 0; y < height; y++) line(in, out, y * width, width, 1, window);
  }

  static void columns(float[] in, float[] out, int width, int height, int window) {
    for (int x = 0; x < width; x++) line(in, out, x, height, width, window);
  }

  private static void line(float[] in, float[] out, int at, int length, int stride, int window) {
    int half = (window + 2) / 2;
    int left = at;
    int right = at;
    int to = at;
    int count = 0;
    float sum = 0;
    for (int i = 0; i < half - 1; i++, right += stride) {
      sum += in[right];
      count++;
    }
    for (int i = 0; i < window - half + 1; i++, right += stride, to += stride) {
      sum += in[right];
      count++;
      out[to] = sum / count;
    }
    for (int i = 0; i < length - window; i++, left += stride, right += stride, to += stride) {
      sum += in[right];
      sum -= in[left];
      out[to] = sum / count;
    }
    for (int i = 0; i < half - 1; i++, left += stride, to += stride) {
      sum -= in[left];
      count--;
      out[to] = sum / count;
    }
  }
}
