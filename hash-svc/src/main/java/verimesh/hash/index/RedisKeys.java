package verimesh.hash.index;

import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.ItemId;

/// Names of keys: a prefix, so that several indexes share a server, and shards, so that a cluster spreads the work.
///
/// @param shards vector sets and rows are split into so many keys
record RedisKeys(String prefix, int shards) {
  String key(String name) {
    return prefix + name;
  }

  String near(BankKind kind, int shard, String space) {
    return key("near:" + kind.name().charAt(0) + ":" + shard + ":" + space);
  }

  int shard(ItemId id) {
    return (int) Long.remainderUnsigned(id.high(), shards);
  }
}
