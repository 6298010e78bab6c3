package verimesh.chassis.images.pdq;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import verimesh.chassis.images.StoredPixels;

/// Hashes pixels as the reference does, equal to the last bit where the pixels are: single precision throughout, sums in the
/// reference's order. Pure and thread-safe.
///
/// ```
/// stored pixels -> (shrink) -> luma -> Jarosz filter -> 64x64 -> 16x16 of its cosine transform -> median -> 256 bits
/// ```
public final class Pdq {
  /// A side shorter than this gives [PdqHash#ZERO] and quality 0 (`MIN_HASHABLE_DIM` of the reference).
  private static final int SIDE_MIN = 5;

  private Pdq() {}

  /// @param quality 0 (flat, says nothing) to 100
  public record Result(PdqHash hash, int quality) {}

  /// @param hashes one for each way to turn and mirror the picture, made of the same transform
  /// @param quality the same for all
  public record DihedralResult(Map<Dihedral, PdqHash> hashes, int quality) {
    public DihedralResult {
      hashes = Map.copyOf(hashes);
    }

    /// Of the picture as it is.
    public Result original() {
      return new Result(hashes.get(Dihedral.ORIGINAL), quality);
    }
  }

  /// By the convention that most exchanged banks hold.
  public static Result hash(StoredPixels stored) {
    return hash(stored, PdqConvention.SHRUNK_512);
  }

  public static Result hash(StoredPixels stored, PdqConvention convention) {
    if (isTooSmall(stored)) return new Result(PdqHash.ZERO, 0);
    float[] small = Downscale.to64(stored, convention);
    return new Result(bits(CosineTransform.of(small)), quality(small));
  }

  public static DihedralResult dihedralHashes(StoredPixels stored, PdqConvention convention) {
    var hashes = new EnumMap<Dihedral, PdqHash>(Dihedral.class);
    if (isTooSmall(stored)) {
      for (Dihedral way : Dihedral.values()) hashes.put(way, PdqHash.ZERO);
      return new DihedralResult(hashes, 0);
    }
    float[] small = Downscale.to64(stored, convention);
    float[] transform = CosineTransform.of(small);
    for (Dihedral way : Dihedral.values()) hashes.put(way, bits(turned(transform, way)));
    return new DihedralResult(hashes, quality(small));
  }

  private static boolean isTooSmall(StoredPixels stored) {
    return stored.width() < SIDE_MIN || stored.height() < SIDE_MIN;
  }

  /// How much there is to hash: the sum of the steps between neighbours, in percent of the whole range, each cut to an integer.
  private static int quality(float[] small) {
    int side = Downscale.SIDE;
    int sum = 0;
    for (int i = 0; i < side * (side - 1); i++) sum += step(small[i], small[i + side]);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side - 1; x++) sum += step(small[y * side + x], small[y * side + x + 1]);
    }
    return Math.min(100, sum / 90);
  }

  private static int step(float u, float v) {
    return Math.abs((int) ((u - v) * 100 / 255));
  }

  private static float[] turned(float[] transform, Dihedral way) {
    int side = CosineTransform.SIDE;
    float[] turned = new float[side * side];
    for (int i = 0; i < side; i++) {
      for (int j = 0; j < side; j++) {
        float value = transform[i * side + j];
        turned[way.transposes() ? j * side + i : i * side + j] = way.negates(i, j) ? -value : value;
      }
    }
    return turned;
  }

  private static PdqHash bits(float[] transform) {
    float[] sorted = transform.clone();
    Arrays.sort(sorted);
    float median = sorted[sorted.length / 2 - 1]; // the lower of the two middle ones, as Torben's method gives it
    long[] words = new long[4];
    for (int bit = 0; bit < transform.length; bit++) {
      if (transform[bit] > median) words[bit / 64] |= 1L << bit % 64;
    }
    return new PdqHash(words[0], words[1], words[2], words[3]);
  }
}
