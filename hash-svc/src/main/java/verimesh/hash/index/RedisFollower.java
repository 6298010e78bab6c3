package verimesh.hash.index;

import io.lettuce.core.Limit;
import io.lettuce.core.MapScanCursor;
import io.lettuce.core.Range;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.ItemId;

/// Keeps the [Catalogue] of one replica: reads every row at start, then follows the log that all replicas write to.
final class RedisFollower {
  private static final Duration LOG_WAIT = Duration.ofMillis(500);

  private final RedisLink link;
  private final RedisKeys keys;
  private final Catalogue catalogue;
  private final String replica;
  private final InstantSource clock;
  private final Thread following;
  private volatile boolean open = true;
  private volatile boolean followed;

  /// @param replica this one's name, by which it knows its own lines of the log
  RedisFollower(RedisLink link, RedisKeys keys, Catalogue catalogue, String replica, InstantSource clock) {
    this.link = link;
    this.keys = keys;
    this.catalogue = catalogue;
    this.replica = replica;
    this.clock = clock;
    String start = lastOfLog(); // before the rows: what comes in between is applied twice, which is harmless
    catalogue.reload(this::load);
    this.followed = true;
    this.following = Thread.ofVirtual().name("hash-follow").start(() -> follow(start));
  }

  /// Whether the log could be read when that was tried last.
  boolean isFollowing() {
    return followed;
  }

  void close() throws InterruptedException {
    open = false;
    link.closeLog(); // or it would wait for the next line of the log
    following.join();
  }

  private void load() {
    link.get(link.redis().hgetall(keys.key("bank"))).values().forEach(text -> catalogue.put(ItemFields.bank(RedisLink.string(text))));
    refreshFacts();
    refreshVectors();
    for (int shard = 0; shard < keys.shards(); shard++) {
      ScanCursor cursor = ScanCursor.INITIAL;
      do {
        MapScanCursor<String, byte[]> page = link.get(link.redis().hscan(keys.key("row:" + shard), cursor, ScanArgs.Builder.limit(2_000)));
        page.getMap().values().forEach(this::put);
        cursor = page;
      } while (!cursor.isFinished());
    }
    byte[] generation = link.get(link.redis().get(keys.key("generation")));
    if (generation != null) catalogue.advanceTo(Long.parseLong(RedisLink.string(generation)));
    catalogue.advance(clock.millis()); // two replicas may have stored theirs in either order
  }

  private String lastOfLog() {
    List<StreamMessage<String, byte[]>> last = link.get(link.redis().xrevrange(keys.key("log"), Range.unbounded(), Limit.from(1)));
    return last.isEmpty() ? "0-0" : last.getFirst().getId();
  }

  private void follow(String start) {
    String last = start;
    boolean missed = false;
    while (open) {
      try {
        if (missed) { // the connection was away: was more written meanwhile than the log keeps?
          // Or did it come back with less than it had?
          List<StreamMessage<String, byte[]>> first = link.get(link.redis().xrange(keys.key("log"), Range.unbounded(), Limit.from(1)));
          String latest = lastOfLog();
          if (!first.isEmpty() && after(first.getFirst().getId(), last) || after(last, latest)) {
            last = latest;
            catalogue.reload(this::load);
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
    return link.get(link.logReader().xread(XReadArgs.Builder.block(LOG_WAIT.toMillis()).count(2_000), StreamOffset.from(keys.key("log"), last)),
        LOG_WAIT.plus(link.timeout()));
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
    if (line.containsKey("bank")) catalogue.put(ItemFields.bank(RedisLink.string(line.get("bank"))));
    if (line.containsKey("row")) put(line.get("row"));
    if (line.containsKey("gone")) catalogue.remove(ItemId.parse(RedisLink.string(line.get("gone"))));
    // Another replica's change may bear a generation that this one has given out already.
    if (!RedisLink.string(line.get("by")).equals(replica)) catalogue.advance(clock.millis());
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

  void refreshFacts() {
    link.get(link.redis().hgetall(keys.key("fact"))).forEach((fact, value) -> catalogue.settle(fact, RedisLink.string(value)));
  }

  void refreshVectors() {
    Map<String, byte[]> dimensions = link.get(link.redis().hgetall(keys.key("dimension")));
    Map<String, List<RedisFuture<Long>>> counts = new LinkedHashMap<>();
    dimensions.forEach((space, dimension) -> {
      List<RedisFuture<Long>> shards = new ArrayList<>();
      for (BankKind kind : BankKind.values()) {
        for (int shard = 0; shard < keys.shards(); shard++) shards.add(link.redis().vcard(keys.near(kind, shard, space)));
      }
      counts.put(space, shards);
    });
    counts.forEach((space, shards) -> catalogue.setVectors(
        space, Integer.parseInt(RedisLink.string(dimensions.get(space))), shards.stream().mapToLong(count -> orZero(link.get(count))).sum()));
  }

  private static long orZero(Long count) {
    return count == null ? 0 : count;
  }
}
