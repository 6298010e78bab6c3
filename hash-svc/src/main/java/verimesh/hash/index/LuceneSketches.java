package verimesh.hash.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader.CacheHelper;
import org.apache.lucene.index.LeafReader;

/// One bit a dimension of every vector, held in memory by segment: on which side of the segment's mean it lies. The angle
/// between two vectors shows in how many of these bits differ, so the few that differ least hold the nearest. All are
/// compared, at the speed of memory: 48 bytes a vector of 384, a million of them in two or three milliseconds.
///
/// Made when a segment is first searched or merged, and forgotten with it. Thread-safe.
final class LuceneSketches {
  private final Map<Object, Map<String, Sketch>> bySegment = new ConcurrentHashMap<>();

  /// Bits in planes of longs, as [PdqTable] has them; rows are the segment's vectors by ordinal.
  static final class Sketch {
    private static final int BLOCK = 2048; // rows whose sums stay in the first-level cache
    private final float[] mean;
    private final long[][] planes;
    private final int rows;

    private Sketch(float[] mean, int rows) {
      this.mean = mean;
      this.rows = rows;
      this.planes = new long[(mean.length + 63) / 64][rows];
    }

    /// How many bits differ from a query's, for every row.
    short[] distances(float[] unit) {
      long[] query = new long[planes.length];
      for (int i = 0; i < mean.length; i++) if (unit[i] > mean[i]) query[i >> 6] |= 1L << i;
      short[] distances = new short[rows];
      int[] sums = new int[BLOCK];
      for (int from = 0; from < rows; from += BLOCK) {
        int length = Math.min(BLOCK, rows - from);
        Arrays.fill(sums, 0);
        int plane = 0;
        for (; plane + 2 < planes.length; plane += 3) {
          add(planes[plane], planes[plane + 1], planes[plane + 2], from, length, query[plane], query[plane + 1], query[plane + 2], sums);
        }
        for (; plane < planes.length; plane++) add(planes[plane], from, length, query[plane], sums);
        for (int i = 0; i < length; i++) distances[from + i] = (short) sums[i];
      }
      return distances;
    }

    /// Three at a time, since most of the work would be reading and writing sums. Both kept free of branches and calls, so
    /// that C2 turns them into vector code.
    private static void add(long[] a, long[] b, long[] c, int from, int length, long qa, long qb, long qc, int[] sums) {
      for (int i = 0; i < length; i++) {
        sums[i] += Long.bitCount(a[from + i] ^ qa) + Long.bitCount(b[from + i] ^ qb) + Long.bitCount(c[from + i] ^ qc);
      }
    }

    private static void add(long[] plane, int from, int length, long query, int[] sums) {
      for (int i = 0; i < length; i++) sums[i] += Long.bitCount(plane[from + i] ^ query);
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
    for (int row = 0; row < rows; row++) {
      float[] vector = values.vectorValue(row);
      for (int i = 0; i < dimension; i++) if (vector[i] > mean[i]) sketch.planes[i >> 6][row] |= 1L << i;
    }
    return sketch;
  }
}
