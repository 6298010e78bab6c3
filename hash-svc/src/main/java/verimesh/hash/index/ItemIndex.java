package verimesh.hash.index;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Change;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;

/// Holds banks, items, and the audit log. Thread-safe.
///
/// Every method but [#write] blocks until it has its answer. Problems of the engine come as a
/// [verimesh.chassis.problem.ProblemException]: `INDEX_CLOSED`, `INDEX_UNREACHABLE`, `QUEUE_FULL`.
public interface ItemIndex extends AutoCloseable {

  /// What this process holds in memory: banks, counts, PDQ codes. Kept up to date by the index.
  Catalogue catalogue();

  /// Writes a batch. Once the future completes, the batch outlives the process, and every later read here sees it.
  /// @return for each edit whether it made something that was not there before
  CompletableFuture<List<Boolean>> write(Batch batch);

  /// Removed items too. With its vectors.
  Optional<Item> item(ItemId id);

  /// Those of the ids that are there and not removed, without their vectors, in the order asked for.
  List<Item> items(List<ItemId> ids);

  /// Items with these bytes, in all banks; removed ones left out.
  List<Item> bySha256(String sha256);

  /// The nearest items of one kind of bank, nearest first, from the banks and items that are on.
  /// @param unit a unit vector of the space's dimension
  /// @param scope which banks, at which time
  List<Near> nearest(String space, float[] unit, BankKind kind, int limit, Scope scope);

  /// How many items of a bank are removed and kept, so that they could come back.
  long removed(String bank);

  /// All items of a bank that are not removed, in no particular order.
  void export(String bank, boolean withVectors, Consumer<Item> each);

  /// The audit log, newest first.
  /// @param bank only this bank's; empty: all
  /// @param before only changes whose id is lower; empty: from the newest
  List<Change> changes(String bank, String before, int limit);

  Optional<Change> change(String id);

  /// Up to `count` vectors picked at random, for the odds of a false match.
  List<float[]> sample(String space, int count, long seed);

  /// Does it work right now? Never blocks.
  boolean isOpen();

  /// False where another process writes and this one only reads.
  boolean isWritable();

  /// `lucene` or `redis`, for people.
  String engine();

  /// What it takes on disk, or in the server's memory.
  long bytes();

  @Override
  void close();
}
