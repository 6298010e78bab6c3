package verimesh.hash.index;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Limit;
import io.lettuce.core.MapScanCursor;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.VAddArgs;
import io.lettuce.core.VSimArgs;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.vector.QuantizationType;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.bank.Bank;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Change;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;

/// The distributed engine: Redis 8 with vector sets, for any number of hash-svc replicas.
///
/// Every command touches one key, and keys are spread by shard, so a cluster spreads the work:
///
/// | key | type | holds |
/// | --- | --- | --- |
/// | `bank` | hash | every bank, by name |
/// | `item:ID` | hash | an item; its vectors in float32 under `vector.SPACE` |
/// | `sha256:HEX` | set | ids of items with these bytes |
/// | `held:BANK` | set | ids in a bank |
/// | `removed:BANK` | set | ids of items that were removed from it |
/// | `row:SHARD` | hash | by id, the short row that every replica holds in memory |
/// | `near:KIND:SHARD:SPACE` | vector set | vectors in eight bits, with attributes `bank` and `off` for filters |
/// | `dimension` | hash | a space's dimension |
/// | `change:ID`, `changes` | string, sorted set | the audit log |
/// | `log` | stream | what changed, for the other replicas |
/// | `generation` | string | the generation that was given out last |
///
/// An item is written in this order: its searchable traces, itself, its row and the log. Whoever dies in between leaves
/// traces that lead to no item, which every search drops and the next registration completes. Redis must keep an
/// append-only file; where it does, an acknowledgement waits until that file is synced.
///
/// Vector sets order by eight-bit codes, so more candidates are fetched and put in order by their float vectors.
public final class RedisIndex implements ItemIndex {

  /// @param uri `redis://user:password@host:port`, or `rediss://`
  /// @param cluster true for a Redis cluster, of which the uri names one node
  /// @param prefix of every key
  /// @param shards vector sets and rows are split into so many keys; fixed once the index has items
  /// @param candidates fetched from each shard, at least, before the float vectors order them
  /// @param exploration how many nodes of the graph a search looks at (`EF`)
  /// @param timeout of one command
  /// @param syncs wait for the append-only file before acknowledging
  public record Place(String uri, boolean cluster, String prefix, int shards, int candidates, int exploration, Duration timeout, boolean syncs) {}

  private static final int WRITES_AT_ONCE = 64;
  private static final int LOG_LENGTH = 200_000; // entries kept; a replica that missed more reads everything again
  private static final Duration LOG_WAIT = Duration.ofMillis(500);
  private static final Duration SYNC_WAIT = Duration.ofSeconds(5);
  private static final String VECTOR = "vector.";

  private final Place place;
  private final InstantSource clock;
  private final AbstractRedisClient client;
  private final StatefulConnection<String, byte[]> connection;
  private final StatefulConnection<String, byte[]> logConnection; // blocks while it waits for the log
  private final RedisClusterAsyncCommands<String, byte[]> redis;
  private final RedisClusterAsyncCommands<String, byte[]> logReader;
  private final Catalogue catalogue = new Catalogue();
  private final String replica = UUID.randomUUID().toString(); // tells own lines of the log from others'
  private final ExecutorService writes = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore writing = new Semaphore(WRITES_AT_ONCE);
  private final boolean appendOnly;
  private final Thread following;
  private final Timer writeTime;
  private volatile boolean open = true;
  private volatile boolean followed;

  /// @throws ProblemException INDEX_UNREACHABLE
  public RedisIndex(Place place, InstantSource clock, Telemetry telemetry) {
    this.place = place;
    this.clock = clock;
    this.writeTime = Timer.builder("verimesh.hash.commit").publishPercentileHistogram().register(telemetry.meters());
    RedisURI uri = RedisURI.create(place.uri());
    uri.setTimeout(place.timeout());
    RedisCodec<String, byte[]> codec = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    SocketOptions socket = SocketOptions.builder().connectTimeout(place.timeout()).keepAlive(true).build();
    TimeoutOptions noTimeout = TimeoutOptions.create(); // callers here wait with a timeout of their own
    try {
      if (place.cluster()) {
        RedisClusterClient cluster = RedisClusterClient.create(uri);
        cluster.setOptions(ClusterClientOptions.builder().socketOptions(socket).timeoutOptions(noTimeout)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS).build());
        client = cluster;
        var main = cluster.connect(codec);
        var log = cluster.connect(codec);
        connection = main;
        logConnection = log;
        redis = main.async();
        logReader = log.async();
      } else {
        RedisClient single = RedisClient.create(uri);
        single.setOptions(ClientOptions.builder().socketOptions(socket).timeoutOptions(noTimeout)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS).build());
        client = single;
        var main = single.connect(codec);
        var log = single.connect(codec);
        connection = main;
        logConnection = log;
        RedisAsyncCommands<String, byte[]> commands = main.async();
        redis = commands;
        logReader = log.async();
      }
      String start = lastOfLog();
      load();
      appendOnly = place.syncs() && get(redis.info("persistence")).contains("aof_enabled:1");
      if (place.syncs() && !appendOnly) {
        System.getLogger(RedisIndex.class.getName()).log(System.Logger.Level.WARNING,
            "Redis keeps no append-only file: what is acknowledged is lost with it. Set `appendonly yes` there.");
      }
      followed = true;
      following = Thread.ofVirtual().name("hash-follow").start(() -> follow(start));
    } catch (RedisException e) {
      throw unreachable(e);
    }
  }

  // ---- start, and following the other replicas

  /// @return ids of everything that was read
  private Set<ItemId> load() {
    Set<ItemId> ids = new HashSet<>();
    get(redis.hgetall(key("bank"))).values().forEach(text -> catalogue.put(ItemFields.bank(string(text))));
    refreshVectors();
    for (int shard = 0; shard < place.shards(); shard++) {
      ScanCursor cursor = ScanCursor.INITIAL;
      do {
        MapScanCursor<String, byte[]> page = get(redis.hscan(key("row:" + shard), cursor, ScanArgs.Builder.limit(2_000)));
        page.getMap().values().forEach(row -> {
          put(row);
          ids.add(Row.read(row, 0, row.length).id());
        });
        cursor = page;
      } while (!cursor.isFinished());
    }
    byte[] generation = get(redis.get(key("generation")));
    if (generation != null) catalogue.advanceTo(Long.parseLong(string(generation)));
    catalogue.advance(clock.millis()); // two replicas may have stored theirs in either order
    return ids;
  }

  private String lastOfLog() {
    List<StreamMessage<String, byte[]>> last = get(redis.xrevrange(key("log"), Range.unbounded(), Limit.from(1)));
    return last.isEmpty() ? "0-0" : last.getFirst().getId();
  }

  private void follow(String start) {
    String last = start;
    boolean missed = false;
    while (open) {
      try {
        if (missed) { // the connection was away: was more written meanwhile than the log keeps?
          List<StreamMessage<String, byte[]>> first = get(redis.xrange(key("log"), Range.unbounded(), Limit.from(1)));
          if (!first.isEmpty() && after(first.getFirst().getId(), last)) {
            last = lastOfLog();
            catalogue.retain(load());
          }
          missed = false;
        }
        List<StreamMessage<String, byte[]>> news = newsAfter(last);
        boolean vectors = false;
        for (StreamMessage<String, byte[]> line : news) {
          apply(line.getBody());
          vectors |= line.getBody().containsKey("vectors");
          last = line.getId();
        }
        if (vectors) refreshVectors();
        followed = true;
      } catch (RuntimeException e) {
        followed = false;
        missed = true;
        if (!open) return;
        pause();
      }
    }
  }

  @SuppressWarnings("unchecked") // Lettuce takes streams as varargs of a generic type; there is no other way to call it
  private List<StreamMessage<String, byte[]>> newsAfter(String last) {
    return get(logReader.xread(XReadArgs.Builder.block(LOG_WAIT.toMillis()).count(2_000), StreamOffset.from(key("log"), last)),
        LOG_WAIT.plus(place.timeout()));
  }

  /// A replica whose Redis is away asks again after a while; there is no event to wait for.
  private void pause() {
    try {
      Thread.sleep(LOG_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      open = false;
    }
  }

  private void apply(Map<String, byte[]> line) {
    if (line.containsKey("bank")) catalogue.put(ItemFields.bank(string(line.get("bank"))));
    if (line.containsKey("row")) put(line.get("row"));
    if (line.containsKey("gone")) catalogue.remove(ItemId.parse(string(line.get("gone"))));
    // Another replica's change may bear a generation that this one has given out already.
    if (!string(line.get("by")).equals(replica)) catalogue.advance(clock.millis());
  }

  private static boolean after(String id, String other) {
    String[] a = id.split("-");
    String[] b = other.split("-");
    int byTime = Long.compare(Long.parseLong(a[0]), Long.parseLong(b[0]));
    return byTime > 0 || byTime == 0 && Long.parseLong(a[1]) > Long.parseLong(b[1]);
  }

  private void put(byte[] row) {
    Row read = Row.read(row, 0, row.length);
    if (catalogue.bank(read.bank()).isPresent()) read.putInto(catalogue); // else erased with its bank meanwhile
  }

  private void refreshVectors() {
    Map<String, byte[]> dimensions = get(redis.hgetall(key("dimension")));
    Map<String, List<RedisFuture<Long>>> counts = new LinkedHashMap<>();
    dimensions.forEach((space, dimension) -> {
      List<RedisFuture<Long>> shards = new ArrayList<>();
      for (BankKind kind : BankKind.values()) {
        for (int shard = 0; shard < place.shards(); shard++) shards.add(redis.vcard(near(kind, shard, space)));
      }
      counts.put(space, shards);
    });
    counts.forEach((space, shards) -> catalogue.setVectors(
        space, Integer.parseInt(string(dimensions.get(space))), shards.stream().mapToLong(count -> orZero(get(count))).sum()));
  }

  private static long orZero(Long count) {
    return count == null ? 0 : count;
  }

  // ---- writing

  @Override
  public CompletableFuture<List<Boolean>> write(Batch batch) {
    if (!open) return CompletableFuture.failedFuture(closed());
    return CompletableFuture.supplyAsync(() -> {
      writing.acquireUninterruptibly();
      try {
        return writeTime.record(() -> writeNow(batch));
      } finally {
        writing.release();
      }
    }, writes);
  }

  private List<Boolean> writeNow(Batch batch) {
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
        case Edit.EraseItems erase -> erase(erase.bank());
      });
      vectors = true;
    }
    made.addAll(addAll(adds));
    if (batch.change() != null) {
      get(redis.set(key("change:" + batch.change().id()), bytes(ItemFields.text(batch.change()))));
      get(redis.zadd(key("changes"), 0, bytes(batch.change().id())));
    }
    if (vectors) refreshVectors();
    get(redis.set(key("generation"), bytes(Long.toString(catalogue.advance(clock.millis())))));
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
      get(redis.hsetnx(key("dimension"), space, bytes(Integer.toString(dimension))));
      int agreed = Integer.parseInt(string(get(redis.hget(key("dimension"), space))));
      if (agreed != dimension) throw new ProblemException(Dimensions.mismatch(space, dimension, agreed));
    });
    return any;
  }

  private List<Boolean> addAll(List<Edit.Add> adds) {
    if (adds.isEmpty()) return List.of();
    Map<ItemId, Item> wanted = new LinkedHashMap<>();
    for (Edit.Add add : adds) wanted.putIfAbsent(add.item().id(), add.item());
    Map<ItemId, Item> held = fetch(List.copyOf(wanted.keySet()), false);
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
      if (missing.isEmpty()) return;
      missing.forEach((space, unit) -> placeVector(there, space, unit, traces));
      Set<String> spaces = new HashSet<>(there.spaces());
      spaces.addAll(missing.keySet());
      stored.add(new Item(there.id(), there.bank(), there.about(), there.added(), there.by(), there.sha256(), there.pdq(), missing,
          spaces, there.availability(), false));
    });
    awaitAll(traces);
    store(stored);
    Set<ItemId> seen = new HashSet<>();
    return adds.stream().map(add -> {
      Item there = held.get(add.item().id());
      return seen.add(add.item().id()) && (there == null || there.removed());
    }).toList();
  }

  private boolean put(Item state) {
    Item held = fetch(List.of(state.id()), true).get(state.id());
    if (held == null) return false;
    Item now = state.with(held.vectors());
    List<RedisFuture<?>> traces = new ArrayList<>();
    if (now.removed()) unplace(held, traces);
    else place(now, traces); // again, for its attributes
    if (now.removed()) traces.add(redis.sadd(key("removed:" + now.bank()), bytes(now.id().toString())));
    else traces.add(redis.srem(key("removed:" + now.bank()), bytes(now.id().toString())));
    awaitAll(traces);
    store(List.of(now));
    return false;
  }

  private boolean move(Edit.Move move) {
    Map<ItemId, Item> both = fetch(List.of(move.from(), move.to().id()), true);
    Item held = both.get(move.from());
    if (held == null) return false;
    Item there = both.get(move.to().id());
    boolean isThere = there != null && !there.removed();
    Map<String, float[]> vectors = new HashMap<>(held.vectors());
    if (isThere) vectors.putAll(there.vectors());
    Item moved = (isThere ? there : move.to()).with(vectors);
    List<RedisFuture<?>> traces = new ArrayList<>();
    place(moved, traces);
    awaitAll(traces);
    store(List.of(moved));
    forget(held); // last: a crash leaves it in both banks rather than in none
    return !isThere;
  }

  private boolean putBank(Bank bank) {
    boolean isNew = get(redis.hset(key("bank"), bank.name(), bytes(ItemFields.text(bank))));
    catalogue.put(bank);
    log(Map.of("bank", bytes(ItemFields.text(bank))));
    return isNew;
  }

  private boolean erase(String bank) {
    for (String set : List.of("held:", "removed:")) {
      for (byte[] id : get(redis.smembers(key(set + bank)))) {
        Item item = fetch(List.of(ItemId.parse(string(id))), true).get(ItemId.parse(string(id)));
        if (item != null) forget(item);
      }
      get(redis.del(key(set + bank)));
    }
    return false;
  }

  private void forget(Item item) {
    List<RedisFuture<?>> traces = new ArrayList<>();
    unplace(item, traces);
    traces.add(redis.srem(key("removed:" + item.bank()), bytes(item.id().toString())));
    traces.add(redis.del(key("item:" + item.id())));
    awaitAll(traces);
    catalogue.remove(item.id());
    log(Map.of("gone", bytes(item.id().toString()), "vectors", bytes("-")));
  }

  /// Everything by which an item is found.
  private void place(Item item, List<RedisFuture<?>> traces) {
    if (!item.sha256().isEmpty()) traces.add(redis.sadd(key("sha256:" + item.sha256()), bytes(item.id().toString())));
    traces.add(redis.sadd(key("held:" + item.bank()), bytes(item.id().toString())));
    item.vectors().forEach((space, unit) -> placeVector(item, space, unit, traces));
  }

  private void placeVector(Item item, String space, float[] unit, List<RedisFuture<?>> traces) {
    Double[] values = new Double[unit.length];
    for (int i = 0; i < unit.length; i++) values[i] = (double) unit[i];
    BankKind kind = catalogue.bank(item.bank()).orElseThrow().kind();
    // Doubles above 2^53 lose their last digits, so "off for good" is said by a lesser number.
    long off = Math.min(item.availability().offUntilMillis(), 1L << 52);
    traces.add(redis.vadd(near(kind, shard(item.id()), space), bytes(item.id().toString()),
        new VAddArgs().quantizationType(QuantizationType.Q8).explorationFactor(200L)
            .attributes("{\"bank\":\"" + item.bank() + "\",\"off\":" + off + "}"), values));
  }

  private void unplace(Item item, List<RedisFuture<?>> traces) {
    byte[] id = bytes(item.id().toString());
    BankKind kind = catalogue.bank(item.bank()).orElseThrow().kind();
    for (String space : item.spaces()) traces.add(redis.vrem(near(kind, shard(item.id()), space), id));
    if (!item.sha256().isEmpty()) traces.add(redis.srem(key("sha256:" + item.sha256()), id));
    traces.add(redis.srem(key("held:" + item.bank()), id));
    traces.add(redis.hdel(key("row:" + shard(item.id())), item.id().toString()));
  }

  private void store(List<Item> items) {
    List<RedisFuture<?>> stored = new ArrayList<>();
    for (Item item : items) {
      Map<String, byte[]> fields = new HashMap<>();
      ItemFields.of(item).forEach((name, value) -> fields.put(name, bytes(value)));
      item.vectors().forEach((space, unit) -> fields.put(VECTOR + space, ItemFields.bytes(unit)));
      stored.add(redis.hset(key("item:" + item.id()), fields));
    }
    awaitAll(stored);
    List<RedisFuture<?>> told = new ArrayList<>();
    for (Item item : items) {
      String id = item.id().toString();
      Map<String, byte[]> line = new HashMap<>();
      if (item.removed()) line.put("gone", bytes(id));
      else {
        byte[] row = Row.of(item).bytes();
        told.add(redis.hset(key("row:" + shard(item.id())), id, row));
        line.put("row", row);
      }
      if (!item.vectors().isEmpty()) line.put("vectors", bytes("+"));
      line.put("by", bytes(replica));
      told.add(redis.xadd(key("log"), XAddArgs.Builder.maxlen(LOG_LENGTH).approximateTrimming(), line));
      catalogue.put(item.id(), item.bank(), item.pdq(), item.availability(), item.removed());
    }
    awaitAll(told);
  }

  private void log(Map<String, byte[]> line) {
    Map<String, byte[]> signed = new HashMap<>(line);
    signed.put("by", bytes(replica));
    get(redis.xadd(key("log"), XAddArgs.Builder.maxlen(LOG_LENGTH).approximateTrimming(), signed));
  }

  /// Waits until the append-only file is on the disk of the server.
  private void sync() {
    var arguments = new CommandArgs<>(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE))
        .add(1).add(0).add(SYNC_WAIT.toMillis());
    List<Object> synced = get(redis.dispatch(WAITAOF, new ArrayOutput<>(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)), arguments),
        SYNC_WAIT.plus(place.timeout()));
    if (synced.isEmpty() || !(synced.getFirst() instanceof Long files) || files < 1) {
      throw new ProblemException(new Problem.Unavailable("INDEX_UNREACHABLE",
          "Redis did not sync its append-only file in time; whether this was kept is not known. Register it again.", Duration.ofSeconds(1)));
    }
  }

  private static final ProtocolKeyword WAITAOF = new ProtocolKeyword() {
    @Override
    public byte[] getBytes() {
      return bytes("WAITAOF");
    }

    @Override
    public String toString() {
      return "WAITAOF";
    }
  };

  // ---- reading

  @Override
  public Catalogue catalogue() {
    return catalogue;
  }

  @Override
  public Optional<Item> item(ItemId id) {
    return Optional.ofNullable(fetch(List.of(id), true).get(id));
  }

  @Override
  public List<Item> items(List<ItemId> ids) {
    Map<ItemId, Item> found = fetch(ids, false);
    return ids.stream().map(found::get).filter(item -> item != null && !item.removed()).toList();
  }

  private static final String[] ITEM_FIELDS = {"id", "bank", "label", "edit", "generator", "source", "external", "note", "added", "by",
      "sha256", "pdq", "quality", "spaces", "off", "removed"};

  /// Items by id, removed ones too; those that are not there, or only half, are left out.
  private Map<ItemId, Item> fetch(List<ItemId> ids, boolean withVectors) {
    Map<ItemId, RedisFuture<List<KeyValue<String, byte[]>>>> some = new LinkedHashMap<>();
    Map<ItemId, RedisFuture<Map<String, byte[]>>> all = new LinkedHashMap<>();
    for (ItemId id : ids) {
      if (withVectors) all.put(id, redis.hgetall(key("item:" + id)));
      else some.put(id, redis.hmget(key("item:" + id), ITEM_FIELDS));
    }
    Map<ItemId, Item> items = new HashMap<>();
    all.forEach((id, answer) -> read(id, get(answer), items));
    some.forEach((id, answer) -> {
      Map<String, byte[]> fields = new HashMap<>();
      get(answer).forEach(field -> field.ifHasValue(value -> fields.put(field.getKey(), value)));
      read(id, fields, items);
    });
    return items;
  }

  private static void read(ItemId id, Map<String, byte[]> stored, Map<ItemId, Item> items) {
    if (!stored.containsKey("bank")) return;
    Map<String, String> fields = new HashMap<>();
    Map<String, float[]> vectors = new HashMap<>();
    stored.forEach((name, value) -> {
      if (name.startsWith(VECTOR)) vectors.put(name.substring(VECTOR.length()), ItemFields.vector(value, 0, value.length));
      else fields.put(name, string(value));
    });
    items.put(id, ItemFields.item(fields, vectors));
  }

  @Override
  public List<Item> bySha256(String sha256) {
    Set<byte[]> ids = get(redis.smembers(key("sha256:" + sha256)));
    if (ids.isEmpty()) return List.of();
    return items(ids.stream().map(id -> ItemId.parse(string(id))).toList());
  }

  @Override
  public List<Near> nearest(String space, float[] unit, BankKind kind, int limit, Scope scope) {
    int candidates = Math.max(place.candidates(), 2 * limit);
    Double[] query = new Double[unit.length];
    for (int i = 0; i < unit.length; i++) query[i] = (double) unit[i];
    VSimArgs arguments = new VSimArgs().count((long) candidates).explorationFactor((long) Math.max(place.exploration(), candidates));
    String filter = filter(kind, scope);
    if (filter != null) arguments.filter(filter);
    List<RedisFuture<Map<byte[], Double>>> shards = new ArrayList<>();
    for (int shard = 0; shard < place.shards(); shard++) shards.add(redis.vsimWithScore(near(kind, shard, space), arguments, query));
    record Candidate(ItemId id, double score) {}
    List<Candidate> proposed = new ArrayList<>();
    for (RedisFuture<Map<byte[], Double>> shard : shards) {
      Map<byte[], Double> found = get(shard);
      if (found != null) found.forEach((id, score) -> proposed.add(new Candidate(ItemId.parse(string(id)), score)));
    }
    List<Candidate> best = proposed.stream().sorted(Comparator.comparingDouble(candidate -> -candidate.score())).limit(candidates).toList();
    Map<ItemId, RedisFuture<byte[]>> vectors = new LinkedHashMap<>();
    best.forEach(candidate -> vectors.put(candidate.id(), redis.hget(key("item:" + candidate.id()), VECTOR + space)));
    List<Candidate> exact = new ArrayList<>();
    vectors.forEach((id, vector) -> {
      byte[] floats = get(vector);
      if (floats != null) exact.add(new Candidate(id, dot(unit, ItemFields.vector(floats, 0, floats.length))));
    });
    exact.sort(Comparator.<Candidate>comparingDouble(candidate -> -candidate.score()).thenComparing(Candidate::id));
    Map<ItemId, Item> items = fetch(exact.stream().limit(limit).map(Candidate::id).toList(), false);
    List<Near> near = new ArrayList<>();
    for (Candidate candidate : exact) {
      Item item = items.get(candidate.id());
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

  @Override
  public void export(String bank, boolean withVectors, Consumer<Item> each) {
    ScanCursor cursor = ScanCursor.INITIAL;
    Set<ItemId> seen = new HashSet<>(); // a scan may bring a member twice
    do {
      var page = get(redis.sscan(key("held:" + bank), cursor, ScanArgs.Builder.limit(500)));
      List<ItemId> ids = page.getValues().stream().map(id -> ItemId.parse(string(id))).filter(seen::add).toList();
      fetch(ids, withVectors).values().stream().filter(item -> !item.removed()).forEach(each);
      cursor = page;
    } while (!cursor.isFinished());
  }

  @Override
  public List<Change> changes(String bank, String before, int limit) {
    List<Change> changes = new ArrayList<>();
    String below = before;
    while (changes.size() < limit) {
      Range<byte[]> range = below.isEmpty() ? Range.unbounded() : Range.from(Range.Boundary.unbounded(), Range.Boundary.excluding(bytes(below)));
      List<byte[]> ids = get(redis.zrevrangebylex(key("changes"), range, Limit.from(bank.isEmpty() ? limit : 500)));
      if (ids.isEmpty()) break;
      List<RedisFuture<byte[]>> texts = ids.stream().map(id -> redis.get(key("change:" + string(id)))).toList();
      for (RedisFuture<byte[]> text : texts) {
        byte[] found = get(text);
        if (found == null) continue;
        Change change = ItemFields.change(string(found));
        if (changes.size() < limit && (bank.isEmpty() || change.bank().equals(bank))) changes.add(change);
      }
      below = string(ids.getLast());
    }
    return changes;
  }

  @Override
  public Optional<Change> change(String id) {
    byte[] text = get(redis.get(key("change:" + id)));
    return text == null ? Optional.empty() : Optional.of(ItemFields.change(string(text)));
  }

  @Override
  public List<float[]> sample(String space, int count, long seed) {
    // Redis picks at random by itself, so another replica may draw other vectors; the odds hardly move.
    List<ItemId> ids = new ArrayList<>();
    for (BankKind kind : List.of(BankKind.POSITIVE, BankKind.NEGATIVE)) {
      for (int shard = 0; shard < place.shards(); shard++) {
        List<byte[]> picked = get(redis.vrandmember(near(kind, shard, space), Math.max(1, count / place.shards() + 1)));
        if (picked != null) picked.forEach(id -> ids.add(ItemId.parse(string(id))));
      }
    }
    return fetch(ids.stream().limit(count).toList(), true).values().stream()
        .map(item -> item.vectors().get(space)).filter(vector -> vector != null).toList();
  }

  // ---- upkeep

  @Override
  public boolean isOpen() {
    return open && followed;
  }

  @Override
  public String engine() {
    return "redis";
  }

  /// The server's memory, others' data in it included.
  @Override
  public long bytes() {
    for (String line : get(redis.info("memory")).split("\r?\n")) {
      if (line.startsWith("used_memory:")) return Long.parseLong(line.substring("used_memory:".length()).strip());
    }
    return 0;
  }

  /// Removes every key of this index from Redis. For benchmarks and tests, which live under a prefix of their own.
  public void eraseEverything() {
    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      var page = get(redis.scan(cursor, ScanArgs.Builder.matches(place.prefix() + "*").limit(1_000)));
      if (!page.getKeys().isEmpty()) get(redis.unlink(page.getKeys().toArray(String[]::new)));
      cursor = page;
    } while (!cursor.isFinished());
  }

  @Override
  public void close() {
    open = false;
    try {
      following.join();
      writes.shutdown();
      writes.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connection.close();
      logConnection.close();
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }

  // ---- keys, texts, waiting

  private String key(String name) {
    return place.prefix() + name;
  }

  private String near(BankKind kind, int shard, String space) {
    return key("near:" + kind.name().charAt(0) + ":" + shard + ":" + space);
  }

  private int shard(ItemId id) {
    return (int) Long.remainderUnsigned(id.high(), place.shards());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String string(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void awaitAll(List<RedisFuture<?>> answers) {
    for (RedisFuture<?> answer : answers) get(answer);
  }

  private <T> T get(RedisFuture<T> answer) {
    return get(answer, place.timeout());
  }

  private <T> T get(RedisFuture<T> answer, Duration timeout) {
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw unreachable(e.getCause());
    } catch (TimeoutException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(e);
    }
  }

  private static ProblemException unreachable(Throwable cause) {
    return new ProblemException(new Problem.Unavailable("INDEX_UNREACHABLE",
        "The index's Redis does not answer. What is known of pictures is not known right now.", Duration.ofSeconds(1)), cause);
  }

  private static ProblemException closed() {
    return new ProblemException(new Problem.Unavailable("INDEX_CLOSED", "The index is closed; it opens again when hash-svc starts.", Duration.ofSeconds(5)));
  }
}
