package verimesh.cli.bench;

import java.util.Arrays;

/// The true nearest vectors of some queries, found by comparing all. Not thread-safe.
final class ExactNeighbours {
  private final float[][] queries;
  private final int k;
  private final long[][] numbers; // nearest first
  private final float[][] cosines;

  ExactNeighbours(float[][] queries, int k) {
    this.queries = queries;
    this.k = k;
    numbers = new long[queries.length][k];
    cosines = new float[queries.length][k];
    for (float[] row : cosines) Arrays.fill(row, Float.NEGATIVE_INFINITY);
  }

  void offer(long number, float[] vector) {
    for (int q = 0; q < queries.length; q++) {
      float cosine = dot(queries[q], vector);
      if (cosine <= cosines[q][k - 1]) continue;
      int at = k - 1;
      for (; at > 0 && cosines[q][at - 1] < cosine; at--) {
        cosines[q][at] = cosines[q][at - 1];
        numbers[q][at] = numbers[q][at - 1];
      }
      cosines[q][at] = cosine;
      numbers[q][at] = number;
    }
  }

  /// Numbers of the nearest, nearest first.
  long[] of(int query) {
    return numbers[query];
  }

  /// Eight sums side by side, which C2 turns into vector code: a float sum in one variable may not be reordered.
  private static float dot(float[] a, float[] b) {
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    int i = 0;
    for (; i + 7 < a.length; i += 8) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
      s4 += a[i + 4] * b[i + 4];
      s5 += a[i + 5] * b[i + 5];
      s6 += a[i + 6] * b[i + 6];
      s7 += a[i + 7] * b[i + 7];
    }
    float sum = s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7;
    for (; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }
}
