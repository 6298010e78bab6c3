package verimesh.hash.index;

import io.lettuce.core.KeyValue;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Change;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;

/// Reads items and the audit log from Redis.
final class RedisItems {
  static final String VECTOR = "vector.";

  private final RedisLink link;
  private final RedisKeys keys;

  RedisItems(RedisLink link, RedisKeys keys) {
    this.link = link;
    this.keys = keys;
  }

  Optional<Item> item(ItemId id) {
    return Optional.ofNullable(fetch(List.of(id), true).get(id));
  }

  List<Item> items(List<ItemId> ids) {
    Map<ItemId, Item> found = fetch(ids, false);
    return ids.stream().map(found::get).filter(item -> item != null && !item.removed()).toList();
  }

  private static final String[] ITEM_FIELDS = {"id", "bank", "label", "edit", "generator", "source", "external", "note", "added", "by",
      "sha256", "pdq", "quality", "spaces", "off", "removed"};

  /// Items by id, removed ones too; those that are not there, or only half, are left out.
  Map<ItemId, Item> fetch(List<ItemId> ids, boolean withVectors) {
    Map<ItemId, RedisFuture<List<KeyValue<String, byte[]>>>> some = new LinkedHashMap<>();
    Map<ItemId, RedisFuture<Map<String, byte[]>>> all = new LinkedHashMap<>();
    for (ItemId id : ids) {
      if (withVectors) all.put(id, link.redis().hgetall(keys.key("item:" + id)));
      else some.put(id, link.redis().hmget(keys.key("item:" + id), ITEM_FIELDS));
    }
    Map<ItemId, Item> items = new HashMap<>();
    all.forEach((id, answer) -> read(id, link.get(answer), items));
    some.forEach((id, answer) -> {
      Map<String, byte[]> fields = new HashMap<>();
      link.get(answer).forEach(field -> field.ifHasValue(value -> fields.put(field.getKey(), value)));
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
      else fields.put(name, RedisLink.string(value));
    });
    items.put(id, ItemFields.item(fields, vectors));
  }

  List<Item> bySha256(String sha256) {
    Set<byte[]> ids = link.get(link.redis().smembers(keys.key("sha256:" + sha256)));
    if (ids.isEmpty()) return List.of();
    return items(ids.stream().map(id -> ItemId.parse(RedisLink.string(id))).toList());
  }

  void export(String bank, boolean withVectors, Consumer<Item> each) {
    ScanCursor cursor = ScanCursor.INITIAL;
    Set<ItemId> seen = new HashSet<>(); // a scan may bring a member twice
    do {
      var page = link.get(link.redis().sscan(keys.key("held:" + bank), cursor, ScanArgs.Builder.limit(500)));
      List<ItemId> ids = page.getValues().stream().map(id -> ItemId.parse(RedisLink.string(id))).filter(seen::add).toList();
      fetch(ids, withVectors).values().stream().filter(item -> !item.removed()).forEach(each);
      cursor = page;
    } while (!cursor.isFinished());
  }

  List<Change> changes(String bank, String before, int limit) {
    List<Change> changes = new ArrayList<>();
    String below = before;
    while (changes.size() < limit) {
      Range<byte[]> range = below.isEmpty() ? Range.unbounded() : Range.from(Range.Boundary.unbounded(), Range.Boundary.excluding(RedisLink.bytes(below)));
      List<byte[]> ids = link.get(link.redis().zrevrangebylex(keys.key("changes"), range, Limit.from(bank.isEmpty() ? limit : 500)));
      if (ids.isEmpty()) break;
      List<RedisFuture<byte[]>> texts = ids.stream().map(id -> link.redis().get(keys.key("change:" + RedisLink.string(id)))).toList();
      for (RedisFuture<byte[]> text : texts) {
        byte[] found = link.get(text);
        if (found == null) continue;
        Change change = ItemFields.change(RedisLink.string(found));
        if (changes.size() < limit && (bank.isEmpty() || change.bank().equals(bank))) changes.add(change);
      }
      below = RedisLink.string(ids.getLast());
    }
    return changes;
  }

  Optional<Change> change(String id) {
    byte[] text = link.get(link.redis().get(keys.key("change:" + id)));
    return text == null ? Optional.empty() : Optional.of(ItemFields.change(RedisLink.string(text)));
  }

  List<float[]> sample(String space, int count, long seed) {
    // Redis picks at random by itself, so another replica may draw other vectors; the odds hardly move.
    List<ItemId> ids = new ArrayList<>();
    for (BankKind kind : List.of(BankKind.POSITIVE, BankKind.NEGATIVE)) {
      for (int shard = 0; shard < keys.shards(); shard++) {
        List<byte[]> picked = link.get(link.redis().vrandmember(keys.near(kind, shard, space), Math.max(1, count / keys.shards() + 1)));
        if (picked != null) picked.forEach(id -> ids.add(ItemId.parse(RedisLink.string(id))));
      }
    }
    return fetch(ids.stream().limit(count).toList(), true).values().stream()
        .map(item -> item.vectors().get(space)).filter(vector -> vector != null).toList();
  }

  // ---- upkeep

  long removed(String bank) {
    return link.get(link.redis().scard(keys.key("removed:" + bank)));
  }
}
