package verimesh.hash.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader.CacheHelper;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.VectorUtil;

/// Short codes of every vector, held in memory by segment; the segment's mean is taken from each vector first.
///
/// - Signs: one bit of each number, for the first two thirds of them. The angle between two vectors shows in how many of these
///   bits differ. 32 bytes for 384 numbers.
/// - Pairs: two bits of each number, its sign and whether it is among the vector's larger ones, and one factor a vector, by which
///   the product with a query is estimated without a bias (after RaBitQ, SIGMOD 2024, section 3.2, with two bits in place of one
///   and no rotation). 104 bytes for 384 numbers.
///
/// Made when they are first asked for, and forgotten with the segment. Thread-safe.
final class LuceneSketches {
  private final Map<Object, Map<String, Sketch>> bySegment = new ConcurrentHashMap<>();

  /// The codes of one segment and field; rows are the segment's vectors by ordinal.
  static final class Sketch {
    /// Rows that lie together: their signs in planes of longs, as in [PdqTable], their pairs one row after the other.
    static final int BLOCK = 2048;

    /// Bits of a query's numbers, when it is compared with pairs.
    private static final int QUERY_BITS = 4;

    /// What a number of a vector is taken for, by whether it is among the larger ones: the means of both halves of a normal
    /// distribution that is cut at the mean of its magnitudes, in multiples of that.
    private static final float SMALL = 0.49f;
    private static final float LARGE = 1.7f;

    private final float[] mean;
    private final int rows;
    private final int planes;
    private final int words; // of one bit a number
    private final long[][] signs; // by block: plane after plane
    /// By block, row after row: the factor, then the bits that say "positive", then those that say "large".
    private final long[][] pairs;
    private final int width; // longs a row

    private Sketch(float[] mean, int rows) {
      this.mean = mean;
      this.rows = rows;
      this.planes = (mean.length * 2 / 3 + 63) / 64;
      this.words = (mean.length + 63) / 64;
      int blocks = (rows + BLOCK - 1) / BLOCK;
      this.signs = new long[blocks][planes * BLOCK];
      this.width = 1 + 2 * words;
      this.pairs = new long[blocks][width * BLOCK];
    }

    int rows() {
      return rows;
    }

    int blocks() {
      return signs.length;
    }

    int rowsOf(int block) {
      return Math.min(BLOCK, rows - block * BLOCK);
    }

    private void put(int row, float[] vector) {
      int block = row / BLOCK;
      int at = row % BLOCK;
      long[] bits = signs(vector);
      for (int plane = 0; plane < planes; plane++) signs[block][plane * BLOCK + at] = bits[plane];
      double magnitudes = 0;
      for (int i = 0; i < mean.length; i++) magnitudes += Math.abs(vector[i] - mean[i]);
      float large = (float) (magnitudes / mean.length);
      double squares = 0;
      double product = 0; // of the vector and its code
      long[] into = pairs[block];
      int positives = at * width + 1;
      int larges = positives + words;
      for (int i = 0; i < mean.length; i++) {
        float number = vector[i] - mean[i];
        boolean isLarge = Math.abs(number) > large;
        if (number > 0) into[positives + i / 64] |= 1L << i;
        if (isLarge) into[larges + i / 64] |= 1L << i;
        squares += number * number;
        product += Math.abs(number) * (isLarge ? LARGE : SMALL);
      }
      float factor = product > 0 ? (float) (squares / product) : 0;
      into[at * width] = Float.floatToRawIntBits(factor) & 0xFFFF_FFFFL;
    }

    /// A query's signs, to be compared with a segment's.
    long[] signs(float[] unit) {
      long[] bits = new long[planes];
      for (int i = 0; i < Math.min(mean.length, planes * 64); i++) if (unit[i] > mean[i]) bits[i >> 6] |= 1L << i;
      return bits;
    }

    /// How many signs differ from a query's, for the rows of a block.
    /// @param sums [#BLOCK] of them; those past the last row mean nothing
    void differing(long[] query, int block, int[] sums) {
      long[] words = signs[block];
      Arrays.fill(sums, 0);
      int plane = 0;
      for (; plane + 3 < planes; plane += 4) add(words, plane * BLOCK, query[plane], query[plane + 1], query[plane + 2], query[plane + 3], sums);
      for (; plane < planes; plane++) add(words, plane * BLOCK, query[plane], sums);
    }

    /// Four planes at a time, since most of the work would be reading and writing sums. Both kept free of branches and calls, so
    /// that C2 turns them into vector code.
    private static void add(long[] words, int from, long a, long b, long c, long d, int[] sums) {
      for (int i = 0; i < BLOCK; i++) {
        sums[i] += Long.bitCount(words[from + i] ^ a) + Long.bitCount(words[from + BLOCK + i] ^ b)
            + Long.bitCount(words[from + 2 * BLOCK + i] ^ c) + Long.bitCount(words[from + 3 * BLOCK + i] ^ d);
      }
    }

    private static void add(long[] words, int from, long query, int[] sums) {
      for (int i = 0; i < BLOCK; i++) sums[i] += Long.bitCount(words[from + i] ^ query);
    }

    /// Reads a row's pairs for nothing, so that they are at hand when they are multiplied: one after the other, each would be waited
    /// for; many such reads are under way at once. Java has no other way to say that.
    /// @return anything; to be kept, or the compiler leaves the reading out
    long fetch(int row) {
      long[] from = pairs[row / BLOCK];
      int start = row % BLOCK * width;
      return from[start] ^ from[start + width / 2] ^ from[start + width - 1];
    }

    PairQuery pairQuery(float[] unit) {
      return new PairQuery(this, unit);
    }
  }

  /// A query to be multiplied with pairs. Its numbers are rounded to whole steps and taken apart into planes of bits, so that
  /// products become counts of bits: `sum of q over S = least * |S| + step * sum of 2^p * |S and plane p|`.
  static final class PairQuery {
    private final Sketch sketch;
    private final long[] planes; // word by word, the planes of each together
    private final float least;
    private final float step;
    private final float sum; // of the rounded numbers
    private final float meanProduct;

    private PairQuery(Sketch sketch, float[] unit) {
      this.sketch = sketch;
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      for (float number : unit) {
        low = Math.min(low, number);
        high = Math.max(high, number);
      }
      least = low;
      step = (high - low) / ((1 << Sketch.QUERY_BITS) - 1);
      planes = new long[sketch.words * Sketch.QUERY_BITS];
      float rounded = 0;
      for (int i = 0; i < unit.length; i++) {
        int steps = step == 0 ? 0 : Math.round((unit[i] - least) / step);
        rounded += least + step * steps;
        for (int bit = 0; bit < Sketch.QUERY_BITS; bit++) {
          if ((steps >> bit & 1) != 0) planes[i / 64 * Sketch.QUERY_BITS + bit] |= 1L << i;
        }
      }
      sum = rounded;
      meanProduct = VectorUtil.dotProduct(unit, sketch.mean);
    }

    /// Estimates the product with a row's vector.
    float product(int row) {
      int words = sketch.words;
      long[] pairs = sketch.pairs[row / Sketch.BLOCK];
      int at = row % Sketch.BLOCK * sketch.width;
      float factor = Float.intBitsToFloat((int) pairs[at++]);
      int positives = 0;
      int larges = 0;
      int boths = 0;
      int positive = 0;
      int large = 0;
      int both = 0;
      for (int word = 0; word < words; word++) {
        long p = pairs[at + word];
        long l = pairs[at + words + word];
        long b = p & l;
        positives += Long.bitCount(p);
        larges += Long.bitCount(l);
        boths += Long.bitCount(b);
        int plane = word * Sketch.QUERY_BITS;
        long q0 = planes[plane];
        long q1 = planes[plane + 1];
        long q2 = planes[plane + 2];
        long q3 = planes[plane + 3];
        positive += weighed(p, q0, q1, q2, q3);
        large += weighed(l, q0, q1, q2, q3);
        both += weighed(b, q0, q1, q2, q3);
      }
      // Sums of the query's numbers where the row's are positive, large, and both; a number counts with its row's sign.
      float overPositive = least * positives + step * positive;
      float overLarge = least * larges + step * large;
      float overBoth = least * boths + step * both;
      float signed = Sketch.SMALL * (2 * overPositive - sum) + (Sketch.LARGE - Sketch.SMALL) * (2 * overBoth - overLarge);
      return meanProduct + factor * signed;
    }

    private static int weighed(long bits, long q0, long q1, long q2, long q3) {
      return Long.bitCount(bits & q0) + 2 * Long.bitCount(bits & q1) + 4 * Long.bitCount(bits & q2) + 8 * Long.bitCount(bits & q3);
    }
  }

  /// Null where the segment has no vectors in that field.
  Sketch of(LeafReader segment, String field) throws IOException {
    CacheHelper helper = segment.getCoreCacheHelper();
    if (helper == null) return make(segment, field);
    Map<String, Sketch> fields = bySegment.computeIfAbsent(helper.getKey(), key -> {
      helper.addClosedListener(bySegment::remove);
      return new ConcurrentHashMap<>();
    });
    try {
      return fields.computeIfAbsent(field, name -> {
        try {
          return make(segment, name);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  int made() {
    return bySegment.values().stream().mapToInt(Map::size).sum();
  }

  private static Sketch make(LeafReader segment, String field) throws IOException {
    FloatVectorValues values = segment.getFloatVectorValues(field);
    if (values == null || values.size() == 0) return null;
    int rows = values.size();
    int dimension = values.dimension();
    double[] sums = new double[dimension];
    int step = Math.max(1, rows / 20_000); // so many are plenty for a mean
    int counted = 0;
    for (int row = 0; row < rows; row += step, counted++) {
      float[] vector = values.vectorValue(row);
      for (int i = 0; i < dimension; i++) sums[i] += vector[i];
    }
    float[] mean = new float[dimension];
    for (int i = 0; i < dimension; i++) mean[i] = (float) (sums[i] / counted);
    Sketch sketch = new Sketch(mean, rows);
    for (int row = 0; row < rows; row++) sketch.put(row, values.vectorValue(row));
    return sketch;
  }
}
