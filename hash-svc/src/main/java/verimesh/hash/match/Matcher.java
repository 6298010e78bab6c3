package verimesh.hash.match;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import verimesh.chassis.images.pdq.Dihedral;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.hash.bank.Bank;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;
import verimesh.hash.index.Catalogue;
import verimesh.hash.index.ItemIndex;
import verimesh.hash.index.Near;
import verimesh.hash.index.PdqHit;
import verimesh.hash.index.Scope;

/// Looks for a picture in three tiers, the surest and cheapest first. All three are searched: what matches by its bytes
/// is worth seeing beside what merely looks alike.
///
/// Thread-safe.
public final class Matcher {
  private static final int SAMPLE = 128; // vectors; their 8128 pairs put the median within about 0.02 deviations
  private static final long SAMPLE_SEED = 42; // the same index gives the same odds

  private record Drawn(long vectors, Odds.Cosines cosines) {}

  private final ItemIndex index;
  private final MatchConfig config;
  private final InstantSource clock;
  private final SearchGate gate;
  private final Map<Tier, Timer> searchTimes = new EnumMap<>(Tier.class);
  private final Map<String, Drawn> drawn = new ConcurrentHashMap<>();

  public Matcher(ItemIndex index, MatchConfig config, InstantSource clock, MeterRegistry meters) {
    this.index = index;
    this.config = config;
    this.clock = clock;
    this.gate = new SearchGate(config.searchesAtOnce(), config.searchesWaitingMax());
    for (Tier tier : Tier.values()) {
      searchTimes.put(tier, Timer.builder("verimesh.hash.search").tag("tier", tier.name().toLowerCase(Locale.ROOT))
          .publishPercentileHistogram().register(meters));
    }
  }

  public MatchConfig config() {
    return config;
  }

  /// @param isBatch waits behind every interactive search
  /// @param timeLeft what the caller's deadline leaves
  /// @throws ProblemException VECTOR_DIMENSION, QUEUE_FULL, SEARCH_TIME, or the engine's own
  public MatchAnswer match(MatchQuery query, boolean isBatch, Duration timeLeft) {
    Duration patience = timeLeft.compareTo(config.searchTime()) < 0 ? timeLeft : config.searchTime();
    return gate.pass(isBatch, patience, () -> match(query));
  }

  private MatchAnswer match(MatchQuery query) {
    long now = clock.millis();
    Catalogue catalogue = index.catalogue();
    long generation = catalogue.generation(now); // before searching: an answer is never newer than it says
    Scope scope = new Scope(query.banks(), now);
    long positive = catalogue.itemsOn(BankKind.POSITIVE, scope);
    long negative = catalogue.itemsOn(BankKind.NEGATIVE, scope);
    List<ItemMatch> matches = new ArrayList<>();
    List<TierReport> tiers = new ArrayList<>();
    for (Tier tier : Tier.values()) {
      tiers.add(searchTimes.get(tier).record(() -> switch (tier) {
        case SHA256 -> bySha256(query, scope, positive + negative, matches);
        case PDQ -> byPdq(query, scope, positive + negative, matches);
        case EMBEDDING -> byEmbedding(query, scope, positive + negative, matches);
      }));
    }
    return new MatchAnswer(List.copyOf(matches), List.copyOf(tiers), positive, negative, generation);
  }

  private TierReport bySha256(MatchQuery query, Scope scope, long items, List<ItemMatch> matches) {
    if (query.sha256().isEmpty()) return TierReport.notSearched(Tier.SHA256, "NO_SHA256", 0);
    if (items == 0) return TierReport.notSearched(Tier.SHA256, "NO_ITEMS", 0);
    List<ItemMatch> found = new ArrayList<>();
    for (Item item : index.bySha256(query.sha256())) {
      kindOf(item, scope).ifPresent(kind -> found.add(new ItemMatch.SameBytes(item, kind)));
    }
    found.sort(Comparator.comparing(ItemMatch::bankKind).thenComparing(match -> match.item().id()));
    matches.addAll(limited(found, query.limit()));
    return new TierReport(Tier.SHA256, true, "", items, Odds.sha256(items), 0);
  }

  private TierReport byPdq(MatchQuery query, Scope scope, long items, List<ItemMatch> matches) {
    int threshold = config.pdqDistanceBitsMax();
    if (query.pdq() == null) return TierReport.notSearched(Tier.PDQ, "NO_PDQ", threshold);
    if (query.pdqConvention() != config.pdqConvention()) return TierReport.notSearched(Tier.PDQ, "PDQ_CONVENTION", threshold);
    if (query.pdq().quality() < Math.max(1, config.pdqQualityMin()) || query.pdq().isZero()) return TierReport.notSearched(Tier.PDQ, "PDQ_QUALITY", threshold);
    if (items == 0) return TierReport.notSearched(Tier.PDQ, "NO_ITEMS", threshold);
    Map<Dihedral, PdqCode> asked = Map.of(Dihedral.ORIGINAL, query.pdq());
    List<ItemMatch.SamePicture> found = samePictures(asked, query.limit(), scope);
    int ways = 1;
    if (found.isEmpty() && config.pdqTurned() && !query.turned().isEmpty()) {
      found = samePictures(query.turned(), query.limit(), scope);
      ways += query.turned().size();
    }
    matches.addAll(found);
    return new TierReport(Tier.PDQ, true, "", items, ways * Odds.pdq(threshold, items), threshold);
  }

  /// What lies near any of some codes, each item once and where it is nearest.
  private List<ItemMatch.SamePicture> samePictures(Map<Dihedral, PdqCode> codes, int limit, Scope scope) {
    int threshold = config.pdqDistanceBitsMax();
    List<Map.Entry<Dihedral, PdqCode>> ways = codes.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
    List<List<PdqHit>> hits = index.catalogue().nearestPdqs(
        ways.stream().map(Map.Entry::getValue).toList(), threshold, Math.max(1, config.pdqQualityMin()), limit, scope);
    Map<ItemId, Item> byId = new HashMap<>();
    for (Item item : index.items(hits.stream().flatMap(List::stream).map(PdqHit::id).distinct().toList())) byId.put(item.id(), item);
    Map<ItemId, ItemMatch.SamePicture> nearest = new HashMap<>();
    for (int way = 0; way < ways.size(); way++) {
      for (PdqHit hit : hits.get(way)) {
        Item item = byId.get(hit.id());
        if (item == null || item.pdq() == null) continue;
        // The table in memory may be a moment ahead of or behind the engine; the item itself decides.
        int bits = item.pdq().distanceBits(ways.get(way).getValue());
        ItemMatch.SamePicture before = nearest.get(item.id());
        if (bits > threshold || before != null && before.distanceBits() <= bits) continue;
        Dihedral turn = ways.get(way).getKey();
        kindOf(item, scope).ifPresent(kind -> nearest.put(item.id(), new ItemMatch.SamePicture(item, kind, bits, turn)));
      }
    }
    List<ItemMatch.SamePicture> sorted = nearest.values().stream()
        .sorted(Comparator.comparingInt(ItemMatch.SamePicture::distanceBits).thenComparing(ItemMatch::bankKind).thenComparing(match -> match.item().id()))
        .toList();
    return limited(sorted, limit);
  }

  private TierReport byEmbedding(MatchQuery query, Scope scope, long items, List<ItemMatch> matches) {
    double threshold = config.nearCosine();
    if (query.unit() == null) return TierReport.notSearched(Tier.EMBEDDING, "NO_VECTOR", threshold);
    if (items == 0) return TierReport.notSearched(Tier.EMBEDDING, "NO_ITEMS", threshold);
    Map<String, Long> spaces = index.catalogue().vectors();
    long vectors = spaces.getOrDefault(query.space(), 0L);
    if (vectors == 0) { // vectors of another model are no match, however near their numbers lie
      return TierReport.notSearched(Tier.EMBEDDING, spaces.isEmpty() ? "NO_VECTORS" : "MODEL_MISMATCH", threshold);
    }
    int dimension = index.catalogue().dimension(query.space()).orElseThrow();
    if (query.unit().length != dimension) {
      throw new ProblemException(new Problem.Invalid("VECTOR_DIMENSION",
          "The vector has " + query.unit().length + " numbers; those of " + query.space() + " have " + dimension + "."));
    }
    List<ItemMatch> found = new ArrayList<>();
    for (BankKind kind : List.of(BankKind.POSITIVE, BankKind.NEGATIVE)) {
      for (Near near : index.nearest(query.space(), query.unit(), kind, query.limit(), scope)) {
        found.add(new ItemMatch.Similar(near.item(), kind, near.cosine()));
      }
    }
    found.sort(Comparator.<ItemMatch>comparingDouble(match -> -((ItemMatch.Similar) match).cosine())
        .thenComparing(ItemMatch::bankKind).thenComparing(match -> match.item().id()));
    matches.addAll(found);
    long compared = Math.min(items, vectors);
    Odds.Cosines cosines = cosinesOf(query.space(), vectors, dimension);
    return new TierReport(Tier.EMBEDDING, true, cosines.sampled() ? "" : "ODDS_ISOTROPIC", compared, cosines.expected(threshold, compared), threshold);
  }

  /// Drawn again when the space has doubled or halved since.
  private Odds.Cosines cosinesOf(String space, long vectors, int dimension) {
    Drawn before = drawn.get(space);
    if (before != null && vectors < 2 * before.vectors() && 2 * vectors > before.vectors()) return before.cosines();
    Odds.Cosines cosines = Odds.Cosines.of(index.sample(space, (int) Math.min(SAMPLE, vectors), SAMPLE_SEED), dimension);
    drawn.put(space, new Drawn(vectors, cosines));
    return cosines;
  }

  /// Empty where the item does not take part.
  private Optional<BankKind> kindOf(Item item, Scope scope) {
    if (item.removed() || !item.availability().isOn(scope.nowMillis())) return Optional.empty();
    if (!scope.banks().isEmpty() && !scope.banks().contains(item.bank())) return Optional.empty();
    return index.catalogue().bank(item.bank())
        .filter(bank -> bank.isOn(scope.nowMillis()))
        .map(Bank::kind)
        .filter(kind -> kind != BankKind.QUARANTINE);
  }

  /// The first `limit` of each kind of bank.
  private static <T extends ItemMatch> List<T> limited(List<T> sorted, int limit) {
    Map<BankKind, Long> taken = new EnumMap<>(BankKind.class);
    return sorted.stream().filter(match -> taken.merge(match.bankKind(), 1L, Long::sum) <= limit).collect(Collectors.toList());
  }
}
