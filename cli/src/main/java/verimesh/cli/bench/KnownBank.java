package verimesh.cli.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import verimesh.chassis.images.pdq.Dihedral;
import verimesh.chassis.images.pdq.Pdq;
import verimesh.chassis.images.pdq.PdqConvention;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.bank.Availability;
import verimesh.hash.bank.Bank;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;
import verimesh.hash.bank.ItemLabel;
import verimesh.hash.index.Batch;
import verimesh.hash.index.Edit;
import verimesh.hash.index.LuceneIndex;
import verimesh.hash.match.ItemMatch;
import verimesh.hash.match.MatchConfig;
import verimesh.hash.match.MatchQuery;
import verimesh.hash.match.Matcher;
import verimesh.hash.match.Odds;
import verimesh.hash.match.PdqCode;

/// Known pictures, registered in an index of their own and looked up as hash-svc does it: with the rule in use, with that
/// rule but no least quality, and at the threshold that the odds allow.
final class KnownBank implements AutoCloseable {
  /// Expected false matches a query at the threshold by odds.
  static final double FALSE_MATCHES = 0.001;

  static final double NEAR_COSINE = 0.85; // DESIGN.md §3.1

  private static final String NAME = "known";
  private static final int BY_CHANCE_BITS_MAX = 127; // half of all bits differ by chance

  /// One picture as the index knows it.
  ///
  /// @param sha256 lower-case hex
  /// @param turned the other ways to turn it
  /// @param unit null without a model
  record Print(String sha256, PdqCode pdq, Map<Dihedral, PdqCode> turned, float[] unit) {
    static Print of(byte[] sha256, Pdq.DihedralResult pdq, float[] unit) {
      var codes = new EnumMap<Dihedral, PdqCode>(Dihedral.class);
      pdq.hashes().forEach((way, hash) -> codes.put(way, PdqCode.of(hash.bytes(), pdq.quality())));
      PdqCode original = codes.remove(Dihedral.ORIGINAL);
      return new Print(HexFormat.of().formatHex(sha256), original, codes, unit);
    }
  }

  /// By which tiers one of the known pictures was found.
  record Found(boolean bytes, boolean pdq, boolean pdqAnyQuality, boolean pdqByOdds, boolean cosine, boolean cosineByOdds) {
    boolean byAny() {
      return bytes || pdq || cosine;
    }
  }

  private final LuceneIndex index;
  private final String space;
  private final Matcher inUse;
  private final Matcher anyQuality;
  private final Matcher byOdds;
  private final int bitsByOdds;
  private final double cosineByOdds;

  /// @param space of the vectors; empty without a model
  KnownBank(Path directory, List<Print> known, String space) {
    this.space = space;
    this.index = new LuceneIndex(directory, LuceneIndex.Tuning.defaults(), LuceneIndex.WhenLocked.REFUSE, InstantSource.system(), Telemetry.unscraped("bench"));
    List<Edit> edits = new ArrayList<>();
    edits.add(new Edit.PutBank(new Bank(NAME, BankKind.POSITIVE, Availability.ON, "", Instant.EPOCH, false)));
    for (Print one : known) edits.add(new Edit.Add(item(one)));
    index.write(new Batch(edits, null)).join();
    int bits = MatchConfig.defaults().pdqDistanceBitsMax();
    int ways = Dihedral.values().length; // in which a picture is compared that matches nothing
    while (bits < BY_CHANCE_BITS_MAX && ways * Odds.pdq(bits + 1, known.size()) <= FALSE_MATCHES) bits++;
    this.bitsByOdds = bits;
    this.cosineByOdds = space.isEmpty() ? 1 : cosineThreshold(known);
    MatchConfig usual = MatchConfig.defaults();
    this.inUse = matcher(usual.pdqDistanceBitsMax(), usual.pdqQualityMin());
    this.anyQuality = matcher(usual.pdqDistanceBitsMax(), 0);
    this.byOdds = matcher(bitsByOdds, usual.pdqQualityMin());
  }

  private Matcher matcher(int bits, int qualityMin) {
    MatchConfig usual = MatchConfig.defaults();
    var config = new MatchConfig(bits, qualityMin, true, PdqConvention.SHRUNK_512, NEAR_COSINE, usual.searchesAtOnce(), usual.searchesWaitingMax(), Duration.ofMinutes(1));
    return new Matcher(index, config, InstantSource.system(), new SimpleMeterRegistry());
  }

  private Item item(Print print) {
    Map<String, float[]> vectors = print.unit() == null ? Map.of() : Map.of(space, print.unit());
    return new Item(id(print), NAME, new Item.About(ItemLabel.AI, false, "", "", "", ""), Instant.EPOCH, "bench", print.sha256(), print.pdq(),
        vectors, vectors.keySet(), Availability.ON, false);
  }

  private static ItemId id(Print print) {
    return ItemId.of(NAME, print.sha256());
  }

  int bitsByOdds() {
    return bitsByOdds;
  }

  double cosineByOdds() {
    return cosineByOdds;
  }

  /// Whether a picture of this quality is compared at all.
  static boolean isComparable(Print print) {
    return print.pdq().quality() >= MatchConfig.defaults().pdqQualityMin() && !print.pdq().isZero();
  }

  /// @param original what must be found; empty: anything counts, as for a picture that should not be found
  /// @param self a picture that must not be found in itself; empty: none is left out
  Found find(Print copy, Optional<Print> original, Optional<Print> self) {
    List<ItemMatch> usual = matches(inUse, copy, original, self);
    List<ItemMatch> wide = matches(byOdds, copy, original, self);
    return new Found(
        usual.stream().anyMatch(ItemMatch.SameBytes.class::isInstance),
        usual.stream().anyMatch(ItemMatch.SamePicture.class::isInstance),
        matches(anyQuality, copy, original, self).stream().anyMatch(ItemMatch.SamePicture.class::isInstance),
        wide.stream().anyMatch(ItemMatch.SamePicture.class::isInstance),
        isNear(usual, NEAR_COSINE),
        isNear(usual, cosineByOdds));
  }

  /// The nearest PDQ among the others, in bits, of any quality; 128 or more reads as 128.
  int nearestBits(Print print) {
    return matches(matcher(BY_CHANCE_BITS_MAX, 0), print, Optional.empty(), Optional.of(print)).stream()
        .mapToInt(match -> match instanceof ItemMatch.SamePicture same ? same.distanceBits() : BY_CHANCE_BITS_MAX + 1)
        .min().orElse(BY_CHANCE_BITS_MAX + 1);
  }

  private List<ItemMatch> matches(Matcher matcher, Print print, Optional<Print> original, Optional<Print> self) {
    var query = new MatchQuery(print.sha256(), print.pdq(), print.turned(), PdqConvention.SHRUNK_512, print.unit() == null ? "" : space, print.unit(),
        MatchQuery.LIMIT_MAX, Set.of());
    return matcher.match(query, false, Duration.ofMinutes(1)).matches().stream()
        .filter(match -> original.isEmpty() || match.item().id().equals(id(original.get())))
        .filter(match -> self.isEmpty() || !match.item().id().equals(id(self.get())))
        .toList();
  }

  private static boolean isNear(List<ItemMatch> matches, double cosine) {
    return matches.stream().anyMatch(match -> match instanceof ItemMatch.Similar similar && similar.cosine() >= cosine);
  }

  private static double cosineThreshold(List<Print> known) {
    Odds.Cosines cosines = Odds.Cosines.of(known.stream().map(Print::unit).limit(128).toList(), known.getFirst().unit().length);
    double low = -1;
    double high = 1;
    for (int i = 0; i < 50; i++) {
      double middle = (low + high) / 2;
      if (cosines.expected(middle, known.size()) > FALSE_MATCHES) low = middle;
      else high = middle;
    }
    return high;
  }

  @Override
  public void close() {
    index.close();
  }
}
