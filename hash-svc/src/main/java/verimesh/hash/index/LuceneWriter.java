package verimesh.hash.index;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;

/// The one thread that writes to a Lucene index. It takes whatever batches wait, adds them, commits (which syncs the files)
/// and only then acknowledges them all: a group commit, so a stream costs one sync a group and not one an item. After
/// `kill -9` the last commit is there, whole.
final class LuceneWriter {
  private static final int WAITING_MAX = 4_096; // batches; beyond, writers wait
  private static final int GROUP_MAX = 2_048; // batches acknowledged by one commit
  private static final Duration WRITE_PATIENCE = Duration.ofSeconds(10);

  private record Waiting(Batch batch, CompletableFuture<List<Boolean>> done) {}

  private final Path path;
  private final IndexWriter writer;
  private final LuceneReader reader;
  private final Catalogue catalogue;
  private final InstantSource clock;
  private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Set<ItemId> unseen = new HashSet<>(); // written since the last refresh; the writing thread's own
  private final Timer commitTime;
  private final DistributionSummary commitBatches;
  private final Thread writing;
  private volatile boolean open = true;

  LuceneWriter(Path path, IndexWriter writer, LuceneReader reader, Catalogue catalogue, InstantSource clock, Telemetry telemetry) {
    this.path = path;
    this.writer = writer;
    this.reader = reader;
    this.catalogue = catalogue;
    this.clock = clock;
    this.commitTime = Timer.builder("verimesh.hash.commit").publishPercentileHistogram().register(telemetry.meters());
    this.commitBatches = DistributionSummary.builder("verimesh.hash.commit.batches").register(telemetry.meters());
    this.writing = Thread.ofPlatform().name("hash-write").daemon().start(this::writeGroups);
  }

  CompletableFuture<List<Boolean>> write(Batch batch) {
    var waiting = new Waiting(batch, new CompletableFuture<>());
    try {
      if (!open) throw LuceneIndex.closed(null);
      if (!queue.offer(waiting, WRITE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ProblemException(new Problem.Overloaded("QUEUE_FULL",
            WAITING_MAX + " batches wait to be written already. Come again in a moment.", Duration.ofSeconds(1)));
      }
      if (!open) waiting.done.completeExceptionally(LuceneIndex.closed(null)); // closed in between: nobody may take it any more
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      waiting.done.completeExceptionally(LuceneIndex.closed(e));
    } catch (ProblemException e) {
      waiting.done.completeExceptionally(e);
    }
    return waiting.done;
  }

  private void writeGroups() {
    List<Waiting> group = new ArrayList<>();
    try {
      while (open || !queue.isEmpty()) {
        group.clear();
        Waiting first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first == null) continue;
        group.add(first);
        queue.drainTo(group, GROUP_MAX - 1);
        writeGroup(group);
      }
    } catch (InterruptedException e) {
      // Asked to stop while idle.
    } catch (IOException | RuntimeException | Error e) {
      // A disk that fails: nothing of this group was acknowledged, and nothing more is taken.
      open = false;
      System.getLogger(LuceneWriter.class.getName()).log(System.Logger.Level.ERROR, "the index in " + path + " is closed", e);
      group.forEach(waiting -> waiting.done.completeExceptionally(LuceneIndex.closed(e)));
    } finally {
      for (Waiting left = queue.poll(); left != null; left = queue.poll()) left.done.completeExceptionally(LuceneIndex.closed(null));
    }
  }

  private void writeGroup(List<Waiting> group) throws IOException {
    long start = System.nanoTime();
    Map<Waiting, List<Boolean>> made = new LinkedHashMap<>();
    for (Waiting waiting : group) {
      try {
        made.put(waiting, apply(waiting.batch));
      } catch (ProblemException e) { // this batch's own, found before anything of it was written
        waiting.done.completeExceptionally(e);
      }
    }
    long generation = catalogue.advance(clock.millis());
    writer.setLiveCommitData(LuceneReader.commitData(catalogue, generation).entrySet());
    writer.commit();
    refresh();
    made.forEach((waiting, result) -> waiting.done.complete(result));
    commitTime.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    commitBatches.record(group.size());
  }

  private List<Boolean> apply(Batch batch) throws IOException {
    Map<String, Integer> dimensions = new HashMap<>();
    for (Edit edit : batch.edits()) if (edit instanceof Edit.Add add) Dimensions.check(add.item(), catalogue, dimensions);
    List<Boolean> made = new ArrayList<>();
    for (Edit edit : batch.edits()) {
      made.add(switch (edit) { // no default: a new kind of edit stops the build here
        case Edit.Add add -> add(add.item());
        case Edit.Put put -> put(put.item());
        case Edit.Move move -> move(move);
        case Edit.PutBank put -> {
          boolean isNew = catalogue.bank(put.bank().name()).isEmpty();
          catalogue.put(put.bank());
          writer.updateDocument(new Term(LuceneDocuments.ID, "bank:" + put.bank().name()), LuceneDocuments.of(put.bank()));
          yield isNew;
        }
        case Edit.EraseItems erase -> erase(erase.bank());
        case Edit.EraseRemoved erase -> eraseRemoved(erase.bank());
        case Edit.Settle settle -> catalogue.settle(settle.fact(), settle.value());
      });
    }
    if (batch.change() != null) writer.addDocument(LuceneDocuments.of(batch.change()));
    return made;
  }

  private boolean add(Item item) throws IOException {
    boolean isNew = !catalogue.contains(item.id());
    if (isNew) {
      store(item, Map.of());
      return true;
    }
    Item held = written(item.id());
    Map<String, float[]> vectors = new HashMap<>(item.vectors());
    vectors.keySet().removeAll(held.spaces());
    if (vectors.isEmpty()) return false;
    vectors.putAll(held.vectors());
    store(held.with(vectors), held.vectors());
    return false;
  }

  private boolean put(Item state) throws IOException {
    Item held = written(state.id());
    if (held == null) return false;
    boolean wasThere = !held.removed();
    store(state.with(held.vectors()), wasThere ? held.vectors() : Map.of());
    if (state.removed() && wasThere) held.vectors().forEach((space, vector) -> catalogue.countVector(space, vector.length, -1));
    return false;
  }

  private boolean move(Edit.Move move) throws IOException {
    Item held = written(move.from());
    if (held == null) return false;
    Item there = written(move.to().id());
    Map<String, float[]> vectors = new HashMap<>(held.vectors());
    boolean isThere = there != null && !there.removed();
    if (isThere) vectors.putAll(there.vectors());
    erase(held);
    store((isThere ? there : move.to()).with(vectors), isThere ? there.vectors() : Map.of());
    return !isThere;
  }

  private boolean erase(String bank) throws IOException {
    refresh();
    List<Item> items = new ArrayList<>();
    reader.export(bank, true, items::add);
    for (Item item : items) erase(item);
    return eraseRemoved(bank);
  }

  private boolean eraseRemoved(String bank) throws IOException {
    writer.deleteDocuments(new Term(LuceneDocuments.REMOVED_FROM, bank));
    refresh(); // so that nobody here finds what is gone
    return false;
  }

  private void erase(Item item) throws IOException {
    writer.deleteDocuments(new Term(LuceneDocuments.ID, item.id().toString()));
    unseen.add(item.id());
    catalogue.remove(item.id());
    if (!item.removed()) item.vectors().forEach((space, vector) -> catalogue.countVector(space, vector.length, -1));
  }

  /// @param counted the vectors that are counted already
  private void store(Item item, Map<String, float[]> counted) throws IOException {
    writer.updateDocument(new Term(LuceneDocuments.ID, item.id().toString()), LuceneDocuments.of(item, catalogue.bank(item.bank()).orElseThrow().kind()));
    unseen.add(item.id());
    catalogue.put(item.id(), item.bank(), item.pdq(), item.availability(), item.removed());
    if (item.removed()) return;
    item.vectors().forEach((space, vector) -> {
      if (!counted.containsKey(space)) catalogue.countVector(space, vector.length, 1);
    });
  }

  /// The item as the writing thread left it, committed or not.
  private Item written(ItemId id) throws IOException {
    if (unseen.contains(id)) refresh();
    return reader.item(id).orElse(null);
  }

  private void refresh() throws IOException {
    reader.refresh();
    unseen.clear();
  }

  boolean isOpen() {
    return open && writer.isOpen();
  }

  /// Merges everything into one segment.
  void compact() throws IOException {
    writer.forceMerge(1);
    writer.commit();
    reader.refresh();
  }

  /// Writes what waits, then closes. Merges under way are given up: a large one takes half an hour, no drain waits so long, and
  /// the next writer begins it again.
  void close() throws IOException, InterruptedException {
    open = false;
    writing.join();
    if (!writer.isOpen()) return;
    writer.commit();
    writer.rollback();
  }
}
