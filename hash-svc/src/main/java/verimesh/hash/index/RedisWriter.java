package verimesh.hash.index;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.VAddArgs;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.vector.QuantizationType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.hash.bank.Bank;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;

/// Writes batches to Redis.
///
/// An item is written in this order: its searchable traces, itself, its row and the log. Whoever dies in between leaves
/// traces that lead to no item, which every search drops, or an item without a row, which only its PDQ code does not find;
/// the next registration of the same picture completes either. Where Redis keeps an
/// append-only file, an acknowledgement waits until that file is synced.
final class RedisWriter {
  private static final int LOG_LENGTH = 200_000; // entries kept; a replica that missed more reads everything again
  private static final long BUILD_EXPLORATION = 100; // `EF` while a node is linked
  private static final Duration SYNC_WAIT = Duration.ofSeconds(5);

  private final RedisLink link;
  private final RedisKeys keys;
  private final RedisItems items;
  private final RedisFollower follower;
  private final Catalogue catalogue;
  private final String replica;
  private final InstantSource clock;
  private final boolean appendOnly;

  RedisWriter(RedisLink link, RedisIndex.Place place, RedisKeys keys, RedisItems items, RedisFollower follower, Catalogue catalogue,
      String replica, InstantSource clock) {
    this.link = link;
    this.keys = keys;
    this.items = items;
    this.follower = follower;
    this.catalogue = catalogue;
    this.replica = replica;
    this.clock = clock;
    this.appendOnly = place.syncs() && link.get(link.redis().info("persistence")).contains("aof_enabled:1");
    if (place.syncs() && !appendOnly) {
      System.getLogger(RedisWriter.class.getName()).log(System.Logger.Level.WARNING,
          "Redis keeps no append-only file: what is acknowledged is lost with it. Set `appendonly yes` there.");
    }
  }

  List<Boolean> write(Batch batch) {
    boolean vectors = checkDimensions(batch);
    List<Boolean> made = new ArrayList<>();
    List<Edit.Add> adds = new ArrayList<>();
    for (Edit edit : batch.edits()) { // runs of additions go over the wire together
      if (edit instanceof Edit.Add add) {
        adds.add(add);
        continue;
      }
      made.addAll(addAll(adds));
      adds.clear();
      made.add(switch (edit) {
        case Edit.Add _ -> throw new AssertionError("taken above");
        case Edit.Put put -> put(put.item());
        case Edit.Move move -> move(move);
        case Edit.PutBank put -> putBank(put.bank());
        case Edit.EraseItems erase -> erase(erase.bank(), "held:", "removed:");
        case Edit.EraseRemoved erase -> erase(erase.bank(), "removed:");
        case Edit.Settle settle -> settle(settle);
      });
      vectors = true;
    }
    made.addAll(addAll(adds));
    if (batch.change() != null) {
      link.get(link.redis().set(keys.key("change:" + batch.change().id()), RedisLink.bytes(ItemFields.text(batch.change()))));
      link.get(link.redis().zadd(keys.key("changes"), 0, RedisLink.bytes(batch.change().id())));
    }
    if (vectors) follower.refreshVectors();
    link.get(link.redis().set(keys.key("generation"), RedisLink.bytes(Long.toString(catalogue.advance(clock.millis())))));
    if (appendOnly) sync();
    return made;
  }

  /// @return whether there are vectors in the batch
  private boolean checkDimensions(Batch batch) {
    Map<String, Integer> fresh = new HashMap<>();
    boolean any = false;
    for (Edit edit : batch.edits()) {
      if (!(edit instanceof Edit.Add add)) continue;
      Dimensions.check(add.item(), catalogue, fresh);
      any |= !add.item().vectors().isEmpty();
    }
    fresh.forEach((space, dimension) -> { // the first replica to name a space sets its dimension for all
      link.get(link.redis().hsetnx(keys.key("dimension"), space, RedisLink.bytes(Integer.toString(dimension))));
      int agreed = Integer.parseInt(RedisLink.string(link.get(link.redis().hget(keys.key("dimension"), space))));
      if (agreed != dimension) throw new ProblemException(Dimensions.mismatch(space, dimension, agreed));
    });
    return any;
  }

  private List<Boolean> addAll(List<Edit.Add> adds) {
    if (adds.isEmpty()) return List.of();
    Map<ItemId, Item> wanted = new LinkedHashMap<>();
    for (Edit.Add add : adds) wanted.putIfAbsent(add.item().id(), add.item());
    Map<ItemId, Item> held = items.fetch(List.copyOf(wanted.keySet()), false);
    Set<ItemId> rowless = rowless(held.values());
    List<RedisFuture<?>> traces = new ArrayList<>();
    List<Item> stored = new ArrayList<>();
    wanted.forEach((id, item) -> {
      Item there = held.get(id);
      if (there == null || there.removed()) {
        place(item, traces);
        stored.add(item);
        return;
      }
      Map<String, float[]> missing = new HashMap<>(item.vectors());
      missing.keySet().removeAll(there.spaces());
      if (missing.isEmpty() && !rowless.contains(id)) return;
      missing.forEach((space, unit) -> placeVector(there, space, unit, traces));
      Set<String> spaces = new HashSet<>(there.spaces());
      spaces.addAll(missing.keySet());
      stored.add(new Item(there.id(), there.bank(), there.about(), there.added(), there.by(), there.sha256(), there.pdq(), missing,
          spaces, there.availability(), false));
    });
    link.awaitAll(traces);
    store(stored);
    Set<ItemId> seen = new HashSet<>();
    return adds.stream().map(add -> {
      Item there = held.get(add.item().id());
      return seen.add(add.item().id()) && (there == null || there.removed());
    }).toList();
  }

  /// Items whose writer died before their row.
  private Set<ItemId> rowless(Collection<Item> there) {
    Map<ItemId, RedisFuture<Boolean>> rows = new LinkedHashMap<>();
    for (Item item : there) {
      if (!item.removed()) rows.put(item.id(), link.redis().hexists(keys.key("row:" + keys.shard(item.id())), item.id().toString()));
    }
    Set<ItemId> without = new HashSet<>();
    rows.forEach((id, row) -> {
      if (!link.get(row)) without.add(id);
    });
    return without;
  }

  private boolean put(Item state) {
    Item held = items.fetch(List.of(state.id()), true).get(state.id());
    if (held == null) return false;
    Item now = state.with(held.vectors());
    List<RedisFuture<?>> traces = new ArrayList<>();
    if (now.removed()) unplace(held, traces);
    else place(now, traces); // again, for its attributes
    if (now.removed()) traces.add(link.redis().sadd(keys.key("removed:" + now.bank()), RedisLink.bytes(now.id().toString())));
    else traces.add(link.redis().srem(keys.key("removed:" + now.bank()), RedisLink.bytes(now.id().toString())));
    link.awaitAll(traces);
    store(List.of(now));
    return false;
  }

  private boolean move(Edit.Move move) {
    Map<ItemId, Item> both = items.fetch(List.of(move.from(), move.to().id()), true);
    Item held = both.get(move.from());
    if (held == null) return false;
    Item there = both.get(move.to().id());
    boolean isThere = there != null && !there.removed();
    Map<String, float[]> vectors = new HashMap<>(held.vectors());
    if (isThere) vectors.putAll(there.vectors());
    Item moved = (isThere ? there : move.to()).with(vectors);
    List<RedisFuture<?>> traces = new ArrayList<>();
    place(moved, traces);
    link.awaitAll(traces);
    store(List.of(moved));
    forget(held); // last: a crash leaves it in both banks rather than in none
    return !isThere;
  }

  private boolean putBank(Bank bank) {
    boolean isNew = link.get(link.redis().hset(keys.key("bank"), bank.name(), RedisLink.bytes(ItemFields.text(bank))));
    catalogue.put(bank);
    log(Map.of("bank", RedisLink.bytes(ItemFields.text(bank))));
    return isNew;
  }

  private boolean settle(Edit.Settle settle) {
    boolean isNew = link.get(link.redis().hsetnx(keys.key("fact"), settle.fact(), RedisLink.bytes(settle.value())));
    follower.refreshFacts(); // what another replica stated first is what holds
    return isNew;
  }

  private boolean erase(String bank, String... sets) {
    for (String set : sets) {
      for (byte[] member : link.get(link.redis().smembers(keys.key(set + bank)))) {
        ItemId id = ItemId.parse(RedisLink.string(member));
        Item item = items.fetch(List.of(id), true).get(id);
        if (item != null) forget(item);
      }
      link.get(link.redis().del(keys.key(set + bank)));
    }
    return false;
  }

  private void forget(Item item) {
    List<RedisFuture<?>> traces = new ArrayList<>();
    unplace(item, traces);
    traces.add(link.redis().srem(keys.key("removed:" + item.bank()), RedisLink.bytes(item.id().toString())));
    traces.add(link.redis().del(keys.key("item:" + item.id())));
    link.awaitAll(traces);
    catalogue.remove(item.id());
    log(Map.of("gone", RedisLink.bytes(item.id().toString()), "vectors", RedisLink.bytes("-")));
  }

  /// Everything by which an item is found.
  private void place(Item item, List<RedisFuture<?>> traces) {
    if (!item.sha256().isEmpty()) traces.add(link.redis().sadd(keys.key("sha256:" + item.sha256()), RedisLink.bytes(item.id().toString())));
    traces.add(link.redis().sadd(keys.key("held:" + item.bank()), RedisLink.bytes(item.id().toString())));
    item.vectors().forEach((space, unit) -> placeVector(item, space, unit, traces));
  }

  private void placeVector(Item item, String space, float[] unit, List<RedisFuture<?>> traces) {
    Double[] values = new Double[unit.length];
    for (int i = 0; i < unit.length; i++) values[i] = (double) unit[i];
    BankKind kind = catalogue.bank(item.bank()).orElseThrow().kind();
    // Doubles above 2^53 lose their last digits, so "off for good" is said by a lesser number.
    long off = Math.min(item.availability().offUntilMillis(), 1L << 52);
    traces.add(link.redis().vadd(keys.near(kind, keys.shard(item.id()), space), RedisLink.bytes(item.id().toString()),
        new VAddArgs().quantizationType(QuantizationType.Q8).explorationFactor(BUILD_EXPLORATION)
            .attributes("{\"bank\":\"" + item.bank() + "\",\"off\":" + off + "}"), values));
  }

  private void unplace(Item item, List<RedisFuture<?>> traces) {
    byte[] id = RedisLink.bytes(item.id().toString());
    BankKind kind = catalogue.bank(item.bank()).orElseThrow().kind();
    for (String space : item.spaces()) traces.add(link.redis().vrem(keys.near(kind, keys.shard(item.id()), space), id));
    if (!item.sha256().isEmpty()) traces.add(link.redis().srem(keys.key("sha256:" + item.sha256()), id));
    traces.add(link.redis().srem(keys.key("held:" + item.bank()), id));
    traces.add(link.redis().hdel(keys.key("row:" + keys.shard(item.id())), item.id().toString()));
  }

  private void store(List<Item> all) {
    List<RedisFuture<?>> stored = new ArrayList<>();
    for (Item item : all) {
      Map<String, byte[]> fields = new HashMap<>();
      ItemFields.of(item).forEach((name, value) -> fields.put(name, RedisLink.bytes(value)));
      item.vectors().forEach((space, unit) -> fields.put(RedisItems.VECTOR + space, ItemFields.bytes(unit)));
      stored.add(link.redis().hset(keys.key("item:" + item.id()), fields));
    }
    link.awaitAll(stored);
    List<RedisFuture<?>> told = new ArrayList<>();
    for (Item item : all) {
      String id = item.id().toString();
      Map<String, byte[]> line = new HashMap<>();
      if (item.removed()) line.put("gone", RedisLink.bytes(id));
      else {
        byte[] row = Row.of(item).bytes();
        told.add(link.redis().hset(keys.key("row:" + keys.shard(item.id())), id, row));
        line.put("row", row);
      }
      if (!item.vectors().isEmpty()) line.put("vectors", RedisLink.bytes("+"));
      line.put("by", RedisLink.bytes(replica));
      told.add(link.redis().xadd(keys.key("log"), XAddArgs.Builder.maxlen(LOG_LENGTH).approximateTrimming(), line));
    }
    link.awaitAll(told);
    for (Item item : all) catalogue.put(item.id(), item.bank(), item.pdq(), item.availability(), item.removed());
  }

  private void log(Map<String, byte[]> line) {
    Map<String, byte[]> signed = new HashMap<>(line);
    signed.put("by", RedisLink.bytes(replica));
    link.get(link.redis().xadd(keys.key("log"), XAddArgs.Builder.maxlen(LOG_LENGTH).approximateTrimming(), signed));
  }

  /// Waits until the append-only file is on the disk of the server.
  private void sync() {
    var arguments = new CommandArgs<>(RedisLink.CODEC)
        .add(1).add(0).add(SYNC_WAIT.toMillis());
    List<Object> synced = link.get(link.redis().dispatch(WAITAOF, new ArrayOutput<>(RedisLink.CODEC), arguments),
        SYNC_WAIT.plus(link.timeout()));
    if (synced.isEmpty() || !(synced.getFirst() instanceof Long files) || files < 1) {
      throw new ProblemException(new Problem.Unavailable("INDEX_UNREACHABLE",
          "Redis did not sync its append-only file in time; whether this was kept is not known. Register it again.", Duration.ofSeconds(1)));
    }
  }

  private static final ProtocolKeyword WAITAOF = new ProtocolKeyword() {
    @Override
    public byte[] getBytes() {
      return RedisLink.bytes("WAITAOF");
    }

    @Override
    public String toString() {
      return "WAITAOF";
    }
  };
}
