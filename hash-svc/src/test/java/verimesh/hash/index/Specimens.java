package verimesh.hash.index;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import verimesh.hash.bank.Availability;
import verimesh.hash.bank.Bank;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;
import verimesh.hash.bank.ItemLabel;
import verimesh.hash.bank.UnitVector;
import verimesh.hash.match.PdqCode;

/// Banks, items, hashes and vectors out of a seed.
public final class Specimens {
  public static final Instant ADDED = Instant.parse("2026-11-25T12:00:00Z");
  public static final String SPACE = "dinov2/0011/2233/cls";

  private static final Set<Long> SHOWN = ConcurrentHashMap.newKeySet();

  private final SplittableRandom random;

  public Specimens(long seed) {
    random = new SplittableRandom(seed);
  }

  /// `-Dverimesh.seed`, or the given one.
  public static Specimens seeded(long usual) {
    long seed = Long.getLong("verimesh.seed", usual);
    if (SHOWN.add(seed)) System.out.println("specimens: replay with -Dverimesh.seed=" + seed);
    return new Specimens(seed);
  }

  public static Bank bank(String name, BankKind kind) {
    return new Bank(name, kind, Availability.ON, "", ADDED, false);
  }

  public String sha256() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  public PdqCode pdq() {
    return new PdqCode(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong(), 100);
  }

  /// A code that many bits away.
  public PdqCode pdqAt(PdqCode code, int bits) {
    long[] words = {code.a(), code.b(), code.c(), code.d()};
    for (int flipped = 0; flipped < bits; ) {
      int bit = random.nextInt(256);
      long before = words[bit >> 6];
      long original = new long[] {code.a(), code.b(), code.c(), code.d()}[bit >> 6];
      if (((before ^ original) >>> (bit & 63) & 1) != 0) continue;
      words[bit >> 6] = before ^ 1L << (bit & 63);
      flipped++;
    }
    return new PdqCode(words[0], words[1], words[2], words[3], code.quality());
  }

  public float[] unit(int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) vector[i] = (float) random.nextGaussian();
    return UnitVector.of(vector);
  }

  /// A unit vector whose cosine with another one is about the given one.
  public float[] unitAt(float[] unit, double cosine) {
    float[] other = unit(unit.length);
    double dot = 0;
    for (int i = 0; i < unit.length; i++) dot += unit[i] * other[i];
    float[] aside = new float[unit.length];
    for (int i = 0; i < unit.length; i++) aside[i] = (float) (other[i] - dot * unit[i]);
    aside = UnitVector.of(aside);
    float[] result = new float[unit.length];
    for (int i = 0; i < unit.length; i++) result[i] = (float) (cosine * unit[i] + Math.sqrt(1 - cosine * cosine) * aside[i]);
    return UnitVector.of(result);
  }

  public Item item(String bank) {
    return item(bank, sha256(), pdq(), Map.of());
  }

  public static Item item(String bank, String sha256, PdqCode pdq, Map<String, float[]> vectors) {
    return new Item(ItemId.of(bank, sha256), bank, new Item.About(ItemLabel.AI, false, "a generator", "a test", "42", "a note\nof two lines"),
        ADDED, "tester", sha256, pdq, vectors, vectors.keySet(), Availability.ON, false);
  }
}
