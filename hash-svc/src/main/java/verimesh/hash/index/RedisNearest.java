package verimesh.hash.index;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.VSimArgs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import verimesh.hash.bank.Bank;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;

/// The nearest vectors of one kind of bank: every shard's vector set proposes some by its eight-bit codes, and their float
/// vectors put them in order.
final class RedisNearest {
  private final RedisLink link;
  private final RedisKeys keys;
  private final RedisItems items;
  private final Catalogue catalogue;
  private final int usualCandidates;
  private final int exploration;

  RedisNearest(RedisLink link, RedisIndex.Place place, RedisKeys keys, RedisItems items, Catalogue catalogue) {
    this.link = link;
    this.keys = keys;
    this.items = items;
    this.catalogue = catalogue;
    this.usualCandidates = place.candidates();
    this.exploration = place.exploration();
  }

  List<Near> of(String space, float[] unit, BankKind kind, int limit, Scope scope) {
    int candidates = Math.max(usualCandidates, 2 * limit);
    Double[] query = new Double[unit.length];
    for (int i = 0; i < unit.length; i++) query[i] = (double) unit[i];
    VSimArgs arguments = new VSimArgs().count((long) candidates).explorationFactor((long) Math.max(exploration, candidates));
    String filter = filter(kind, scope);
    if (filter != null) arguments.filter(filter);
    List<RedisFuture<Map<byte[], Double>>> shards = new ArrayList<>();
    for (int shard = 0; shard < keys.shards(); shard++) shards.add(link.redis().vsimWithScore(keys.near(kind, shard, space), arguments, query));
    record Candidate(ItemId id, double score) {}
    List<Candidate> proposed = new ArrayList<>();
    for (RedisFuture<Map<byte[], Double>> shard : shards) {
      Map<byte[], Double> some = link.get(shard);
      if (some != null) some.forEach((id, score) -> proposed.add(new Candidate(ItemId.parse(RedisLink.string(id)), score)));
    }
    List<Candidate> best = proposed.stream().sorted(Comparator.comparingDouble(candidate -> -candidate.score())).limit(candidates).toList();
    Map<ItemId, RedisFuture<byte[]>> vectors = new LinkedHashMap<>();
    best.forEach(candidate -> vectors.put(candidate.id(), link.redis().hget(keys.key("item:" + candidate.id()), RedisItems.VECTOR + space)));
    List<Candidate> exact = new ArrayList<>();
    vectors.forEach((id, vector) -> {
      byte[] floats = link.get(vector);
      if (floats != null) exact.add(new Candidate(id, dot(unit, ItemFields.vector(floats, 0, floats.length))));
    });
    exact.sort(Comparator.<Candidate>comparingDouble(candidate -> -candidate.score()).thenComparing(Candidate::id));
    Map<ItemId, Item> found = items.fetch(exact.stream().limit(limit).map(Candidate::id).toList(), false);
    List<Near> near = new ArrayList<>();
    for (Candidate candidate : exact) {
      Item item = found.get(candidate.id());
      if (item != null && !item.removed()) near.add(new Near(item, Math.clamp(candidate.score(), -1, 1)));
    }
    return near;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < Math.min(a.length, b.length); i++) sum += (double) a[i] * b[i];
    return sum;
  }

  /// Null where everything of this kind is on and asked for: the usual case, and the fast one.
  private String filter(BankKind kind, Scope scope) {
    List<String> searched = new ArrayList<>();
    boolean all = true;
    boolean anyItemOff = false;
    for (Bank bank : catalogue.banks().values()) {
      if (bank.kind() != kind) continue;
      if (!bank.isOn(scope.nowMillis()) || !scope.names(bank.name())) {
        all = false;
        continue;
      }
      searched.add("\"" + bank.name() + "\"");
      Catalogue.Count count = catalogue.count(bank.name(), scope.nowMillis());
      anyItemOff |= count.on() < count.items();
    }
    if (all && !anyItemOff) return null;
    List<String> conditions = new ArrayList<>();
    if (!all) conditions.add(searched.isEmpty() ? "1 == 0" : ".bank in [" + String.join(", ", searched) + "]");
    if (anyItemOff) conditions.add(".off <= " + scope.nowMillis());
    return String.join(" and ", conditions);
  }
}
