package verimesh.hash.index;

import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.telemetry.Telemetry;
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
/// | `fact` | hash | what holds for the whole index, such as the convention of its PDQ codes |
/// | `generation` | string | the generation that was given out last |
///
/// [RedisWriter] writes batches, [RedisItems] reads items, [RedisNearest] searches by vector, and [RedisFollower] brings
/// what other replicas write. Redis must keep an append-only file.
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

  private final RedisLink link;
  private final RedisKeys keys;
  private final RedisItems items;
  private final RedisNearest nearest;
  private final RedisFollower follower;
  private final RedisWriter writer;
  private final Catalogue catalogue = new Catalogue();
  private final ExecutorService writes = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore writing = new Semaphore(WRITES_AT_ONCE);
  private final Timer writeTime;
  private volatile boolean open = true;

  /// @throws ProblemException INDEX_UNREACHABLE
  public RedisIndex(Place place, InstantSource clock, Telemetry telemetry) {
    String replica = UUID.randomUUID().toString(); // tells own lines of the log from others'
    this.writeTime = Timer.builder("verimesh.hash.commit").publishPercentileHistogram().register(telemetry.meters());
    this.link = new RedisLink(place);
    this.keys = new RedisKeys(place.prefix(), place.shards());
    this.items = new RedisItems(link, keys);
    this.nearest = new RedisNearest(link, place, keys, items, catalogue);
    try {
      this.follower = new RedisFollower(link, keys, catalogue, replica, clock);
      this.writer = new RedisWriter(link, place, keys, items, follower, catalogue, replica, clock);
    } catch (RuntimeException e) {
      link.close();
      throw e;
    }
  }

  @Override
  public CompletableFuture<List<Boolean>> write(Batch batch) {
    if (!open) return CompletableFuture.failedFuture(RedisLink.closed());
    return CompletableFuture.supplyAsync(() -> {
      writing.acquireUninterruptibly();
      try {
        return writeTime.record(() -> writer.write(batch));
      } finally {
        writing.release();
      }
    }, writes);
  }

  @Override
  public Catalogue catalogue() {
    return catalogue;
  }

  @Override
  public Optional<Item> item(ItemId id) {
    return items.item(id);
  }

  @Override
  public List<Item> items(List<ItemId> ids) {
    return items.items(ids);
  }

  @Override
  public List<Item> bySha256(String sha256) {
    return items.bySha256(sha256);
  }

  @Override
  public List<Near> nearest(String space, float[] unit, BankKind kind, int limit, Scope scope) {
    return nearest.of(space, unit, kind, limit, scope);
  }

  @Override
  public void export(String bank, boolean withVectors, Consumer<Item> each) {
    items.export(bank, withVectors, each);
  }

  @Override
  public long removed(String bank) {
    return items.removed(bank);
  }

  @Override
  public List<Change> changes(String bank, String before, int limit) {
    return items.changes(bank, before, limit);
  }

  @Override
  public Optional<Change> change(String id) {
    return items.change(id);
  }

  @Override
  public List<float[]> sample(String space, int count, long seed) {
    return items.sample(space, count, seed);
  }

  @Override
  public boolean isOpen() {
    return open && follower.isFollowing();
  }

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public String engine() {
    return "redis";
  }

  /// The server's memory, others' data in it included.
  @Override
  public long bytes() {
    for (String line : link.get(link.redis().info("memory")).split("\r?\n")) {
      if (line.startsWith("used_memory:")) return Long.parseLong(line.substring("used_memory:".length()).strip());
    }
    return 0;
  }

  /// Removes every key of this index from Redis. For benchmarks and tests, which live under a prefix of their own.
  public void eraseEverything() {
    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      var page = link.get(link.redis().scan(cursor, ScanArgs.Builder.matches(keys.prefix() + "*").limit(1_000)));
      if (!page.getKeys().isEmpty()) link.get(link.redis().unlink(page.getKeys().toArray(String[]::new)));
      cursor = page;
    } while (!cursor.isFinished());
  }

  @Override
  public void close() {
    open = false;
    try {
      follower.close();
      writes.shutdown();
      writes.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      link.close();
    }
  }
}
