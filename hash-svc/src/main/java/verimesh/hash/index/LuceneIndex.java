package verimesh.hash.index;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Change;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;

/// The embedded engine: Lucene on a local disk, for one process at a time.
///
/// One thread writes. It takes whatever batches wait, adds them, commits (which syncs the files) and only then
/// acknowledges them all: a group commit, so a stream costs one sync a group and not one an item. After `kill -9` the
/// last commit is there, whole.
///
/// A vector lies in a field named by its embedding space and its bank's kind, so a search never meets vectors of another
/// space, and positive and negative banks are searched side by side without filters. Up to [Tuning#exactVectorsMax]
/// vectors in such a field are compared one by one, exactly; beyond, a graph over seven-bit codes proposes
/// [Tuning#candidates] and the float vectors order them.
public final class LuceneIndex implements ItemIndex {

  /// @param exactVectorsMax up to this many vectors are scanned exactly; the scan reads 4 x dimension bytes a vector
  /// @param candidates how many the graph proposes, at least, before the float vectors order them. Seven-bit order alone
  ///     stopped at a recall of 0.971 in a trial (DEPENDENCIES.md, section C)
  /// @param graphLinks links of a node (Lucene's maxConn)
  /// @param graphBeam candidates kept while a node is linked (Lucene's beamWidth)
  /// @param mergeThreads threads that build one graph
  public record Tuning(int exactVectorsMax, int candidates, int graphLinks, int graphBeam, int mergeThreads) {
    public static Tuning defaults() {
      return new Tuning(50_000, 100, 16, 100, Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors())));
    }
  }

  // Segments with fewer vectors than about this many times their logarithm get no graph: comparing 30,000 codes of seven
  // bits takes a millisecond or two, and graphs of small segments are thrown away by the next merge anyway.
  private static final int GRAPH_FROM = 3_000;
  private static final int WAITING_MAX = 4_096; // batches; beyond, writers wait
  private static final int GROUP_MAX = 2_048; // batches acknowledged by one commit
  private static final Duration WRITE_PATIENCE = Duration.ofSeconds(10);

  private static final String ID = "id";
  private static final String BANK = "bank";
  private static final String SHA256 = "sha256";
  private static final String OFF = "off";
  private static final String ROW = "row";
  private static final String REMOVED_FROM = "removed-from";
  private static final String BANK_STATE = "bank-state";
  private static final String CHANGE = "change";
  private static final String CHANGED_BANK = "changed-bank";
  private static final String TEXT = "text";
  private static final String ITEM_PREFIX = "item.";
  private static final String VECTOR_PREFIX = "vector.";
  private static final String KEPT_VECTOR_PREFIX = "kept-vector.";

  /// What to do where another process has the directory.
  public enum WhenLocked {
    /// Say so, and do not open.
    REFUSE,
    /// Open what was committed last, for reading: writes are refused, and later changes are not seen.
    READ_ONLY
  }

  private record Waiting(Batch batch, CompletableFuture<List<Boolean>> done) {}

  private final Path path;
  private final Tuning tuning;
  private final InstantSource clock;
  private final FSDirectory directory;
  private final IndexWriter writer; // null where this process only reads
  private final SearcherManager searchers;
  private final ExecutorService graphBuilders;
  private final Catalogue catalogue = new Catalogue();
  private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Set<ItemId> unseen = new HashSet<>(); // written since the last refresh; the writing thread's own
  private final Thread writing;
  private final Timer commitTime;
  private final DistributionSummary commitBatches;
  private volatile boolean open = true;

  /// @throws ProblemException INDEX_CLOSED if another process has the directory
  public LuceneIndex(Path path, Tuning tuning, WhenLocked whenLocked, InstantSource clock, Telemetry telemetry) {
    this.path = path;
    this.tuning = tuning;
    this.clock = clock;
    this.graphBuilders = Executors.newFixedThreadPool(tuning.mergeThreads(), Thread.ofPlatform().name("hash-graph-", 0).daemon().factory());
    this.commitTime = Timer.builder("verimesh.hash.commit").publishPercentileHistogram().register(telemetry.meters());
    this.commitBatches = DistributionSummary.builder("verimesh.hash.commit.batches").register(telemetry.meters());
    try {
      Files.createDirectories(path);
      this.directory = FSDirectory.open(path);
      this.writer = writer(whenLocked);
      this.searchers = writer == null ? new SearcherManager(directory, null) : new SearcherManager(writer, true, true, null);
      load();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the index in " + path, e);
    }
    this.writing = writer == null ? null : Thread.ofPlatform().name("hash-write").daemon().start(this::writeGroups);
  }

  /// Null where another process writes and this one may only read.
  private IndexWriter writer(WhenLocked whenLocked) throws IOException {
    try {
      return new IndexWriter(directory, writerConfig());
    } catch (LockObtainFailedException e) {
      if (whenLocked == WhenLocked.READ_ONLY && DirectoryReader.indexExists(directory)) return null;
      throw new ProblemException(new Problem.Unavailable("INDEX_CLOSED",
          "Another process has the index in " + path + " open. Stop it, or set VERIMESH_HASH_DIRECTORY to another folder.",
          Duration.ofSeconds(5)), e);
    }
  }

  private IndexWriterConfig writerConfig() {
    KnnVectorsFormat vectors = new Lucene104HnswScalarQuantizedVectorsFormat(ScalarEncoding.SEVEN_BIT, tuning.graphLinks(),
        tuning.graphBeam(), tuning.mergeThreads(), tuning.mergeThreads() > 1 ? graphBuilders : null, GRAPH_FROM);
    return new IndexWriterConfig(NO_ANALYSIS)
        .setCodec(new Lucene104Codec() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return vectors;
          }
        })
        .setRAMBufferSizeMB(256);
  }

  private static final Analyzer NO_ANALYSIS = new Analyzer() {
    @Override
    protected TokenStreamComponents createComponents(String field) {
      throw new IllegalStateException("no field here is analysed: " + field);
    }
  };

  // ---- start

  /// Reads the columns that are held in memory: one short row an item.
  private void load() throws IOException {
    IndexSearcher searcher = searchers.acquire();
    try {
      for (ScoreDoc hit : searcher.search(new TermQuery(new Term(BANK_STATE, "yes")), Integer.MAX_VALUE - 1).scoreDocs) {
        catalogue.put(ItemFields.bank(searcher.storedFields().document(hit.doc).get(TEXT)));
      }
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        Bits live = leaf.reader().getLiveDocs();
        BinaryDocValues rows = leaf.reader().getBinaryDocValues(ROW);
        if (rows != null) {
          for (int doc = rows.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = rows.nextDoc()) {
            if (live != null && !live.get(doc)) continue;
            BytesRef row = rows.binaryValue();
            Row.read(row.bytes, row.offset, row.length).putInto(catalogue);
          }
        }
        for (FieldInfo field : leaf.reader().getFieldInfos()) {
          if (!field.name.startsWith(VECTOR_PREFIX)) continue;
          FloatVectorValues values = leaf.reader().getFloatVectorValues(field.name);
          if (values == null) continue;
          KnnVectorValues.DocIndexIterator docs = values.iterator();
          long count = 0;
          while (docs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) if (live == null || live.get(docs.docID())) count++;
          catalogue.countVector(spaceOf(field.name), field.getVectorDimension(), count);
        }
      }
      String generation = ((DirectoryReader) searcher.getIndexReader()).getIndexCommit().getUserData().get("generation");
      if (generation != null) catalogue.advanceTo(Long.parseLong(generation));
    } finally {
      searchers.release(searcher);
    }
  }

  // ---- writing

  @Override
  public CompletableFuture<List<Boolean>> write(Batch batch) {
    var waiting = new Waiting(batch, new CompletableFuture<>());
    try {
      if (writer == null) {
        throw new ProblemException(new Problem.NotSetUp("INDEX_READ_ONLY",
            "Another process writes to the index in " + path + "; this one only reads it. Ask that one, with --target."));
      }
      if (!open) throw closed(null);
      if (!queue.offer(waiting, WRITE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ProblemException(new Problem.Overloaded("QUEUE_FULL",
            WAITING_MAX + " batches wait to be written already. Come again in a moment.", Duration.ofSeconds(1)));
      }
      if (!open) waiting.done.completeExceptionally(closed(null)); // closed in between: nobody may take it any more
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      waiting.done.completeExceptionally(closed(e));
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
      System.getLogger(LuceneIndex.class.getName()).log(System.Logger.Level.ERROR, "the index in " + path + " is closed", e);
      group.forEach(waiting -> waiting.done.completeExceptionally(closed(e)));
    } finally {
      for (Waiting left = queue.poll(); left != null; left = queue.poll()) left.done.completeExceptionally(closed(null));
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
    writer.setLiveCommitData(Map.of("generation", Long.toString(generation)).entrySet());
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
          writer.updateDocument(new Term(ID, "bank:" + put.bank().name()), bankDocument(put));
          yield isNew;
        }
        case Edit.EraseItems erase -> erase(erase.bank());
      });
    }
    if (batch.change() != null) writer.addDocument(changeDocument(batch.change()));
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
    export(bank, true, items::add);
    for (Item item : items) erase(item);
    writer.deleteDocuments(new Term(REMOVED_FROM, bank));
    return false;
  }

  private void erase(Item item) throws IOException {
    writer.deleteDocuments(new Term(ID, item.id().toString()));
    unseen.add(item.id());
    catalogue.remove(item.id());
    if (!item.removed()) item.vectors().forEach((space, vector) -> catalogue.countVector(space, vector.length, -1));
  }

  /// @param counted the vectors that are counted already
  private void store(Item item, Map<String, float[]> counted) throws IOException {
    writer.updateDocument(new Term(ID, item.id().toString()), itemDocument(item));
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
    return item(id).orElse(null);
  }

  private void refresh() throws IOException {
    searchers.maybeRefreshBlocking();
    if (Thread.currentThread() == writing) unseen.clear();
  }

  private Document itemDocument(Item item) {
    Document document = new Document();
    document.add(new StringField(ID, item.id().toString(), Store.NO));
    ItemFields.of(item).forEach((name, value) -> document.add(new StoredField(ITEM_PREFIX + name, value)));
    if (item.removed()) { // kept for an undo, out of every search's way
      document.add(new StringField(REMOVED_FROM, item.bank(), Store.NO));
      item.vectors().forEach((space, vector) -> document.add(new StoredField(KEPT_VECTOR_PREFIX + space, ItemFields.bytes(vector))));
      return document;
    }
    document.add(new StringField(BANK, item.bank(), Store.NO));
    document.add(new BinaryDocValuesField(ROW, new BytesRef(Row.of(item).bytes())));
    if (!item.sha256().isEmpty()) document.add(new StringField(SHA256, item.sha256(), Store.NO));
    if (item.availability().offUntilMillis() > 0) document.add(new LongPoint(OFF, item.availability().offUntilMillis()));
    BankKind kind = catalogue.bank(item.bank()).orElseThrow().kind();
    item.vectors().forEach((space, vector) ->
        document.add(new KnnFloatVectorField(field(space, kind), vector, VectorSimilarityFunction.DOT_PRODUCT)));
    return document;
  }

  private static Document bankDocument(Edit.PutBank put) {
    Document document = new Document();
    document.add(new StringField(ID, "bank:" + put.bank().name(), Store.NO));
    document.add(new StringField(BANK_STATE, "yes", Store.NO));
    document.add(new StoredField(TEXT, ItemFields.text(put.bank())));
    return document;
  }

  private static Document changeDocument(Change change) {
    Document document = new Document();
    document.add(new StringField(CHANGE, change.id(), Store.NO));
    document.add(new SortedDocValuesField(CHANGE, new BytesRef(change.id())));
    document.add(new StringField(CHANGED_BANK, change.bank(), Store.NO));
    document.add(new StoredField(TEXT, ItemFields.text(change)));
    return document;
  }

  private static String field(String space, BankKind kind) {
    return VECTOR_PREFIX + kind.name().charAt(0) + "." + space;
  }

  private static String spaceOf(String field) {
    return field.substring(VECTOR_PREFIX.length() + 2);
  }

  // ---- reading

  @Override
  public Catalogue catalogue() {
    return catalogue;
  }

  @Override
  public Optional<Item> item(ItemId id) {
    return searching(searcher -> {
      TopDocs found = searcher.search(new TermQuery(new Term(ID, id.toString())), 1);
      return found.scoreDocs.length == 0 ? Optional.empty() : Optional.of(read(searcher, found.scoreDocs[0].doc, true));
    });
  }

  @Override
  public List<Item> items(List<ItemId> ids) {
    return searching(searcher -> {
      List<Item> items = new ArrayList<>();
      for (ItemId id : ids) {
        TopDocs found = searcher.search(new TermQuery(new Term(ID, id.toString())), 1);
        if (found.scoreDocs.length == 0) continue;
        Item item = read(searcher, found.scoreDocs[0].doc, false);
        if (!item.removed()) items.add(item);
      }
      return items;
    });
  }

  @Override
  public List<Item> bySha256(String sha256) {
    return searching(searcher -> {
      List<Item> items = new ArrayList<>();
      // At most one item a bank holds the same bytes, so banks bound this.
      TopDocs found = searcher.search(new TermQuery(new Term(SHA256, sha256)), Math.max(1, catalogue.bankCount()));
      for (ScoreDoc hit : found.scoreDocs) items.add(read(searcher, hit.doc, false));
      return items;
    });
  }

  @Override
  public List<Near> nearest(String space, float[] unit, BankKind kind, int limit, Scope scope) {
    return searching(searcher -> {
      String field = field(space, kind);
      Query filter = filter(kind, scope);
      long vectors = 0;
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        FloatVectorValues values = leaf.reader().getFloatVectorValues(field);
        if (values != null) vectors += values.size();
      }
      if (vectors == 0) return List.of();
      List<ScoreDoc> nearest = vectors <= tuning.exactVectorsMax()
          ? exact(searcher, field, unit, limit, filter)
          : byGraph(searcher, field, unit, limit, filter);
      List<Near> items = new ArrayList<>();
      for (ScoreDoc hit : nearest) items.add(new Near(read(searcher, hit.doc, false), cosine(hit.score)));
      return items;
    });
  }

  /// Null where everything of this kind is on and asked for: the usual case, and the fast one.
  private Query filter(BankKind kind, Scope scope) {
    List<BytesRef> left = new ArrayList<>();
    boolean[] anyItemOff = {false};
    catalogue.banks().forEach((name, bank) -> {
      if (bank.kind() != kind) return;
      if (!bank.isOn(scope.nowMillis()) || !scope.names(name)) left.add(new BytesRef(name));
      else if (catalogue.count(name, scope.nowMillis()).on() < catalogue.count(name, scope.nowMillis()).items()) anyItemOff[0] = true;
    });
    if (left.isEmpty() && !anyItemOff[0]) return null;
    BooleanQuery.Builder filter = new BooleanQuery.Builder().add(MatchAllDocsQuery.INSTANCE, Occur.FILTER);
    if (!left.isEmpty()) filter.add(new TermInSetQuery(BANK, left), Occur.MUST_NOT);
    if (anyItemOff[0]) filter.add(LongPoint.newRangeQuery(OFF, scope.nowMillis() + 1, Long.MAX_VALUE), Occur.MUST_NOT);
    return filter.build();
  }

  private static List<ScoreDoc> exact(IndexSearcher searcher, String field, float[] unit, int limit, Query filter) throws IOException {
    PriorityQueue<ScoreDoc> farthestFirst = new PriorityQueue<>(NEAREST_FIRST.reversed());
    Weight weight = filter == null ? null : searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      FloatVectorValues values = leaf.reader().getFloatVectorValues(field);
      if (values == null || values.size() == 0) continue;
      DocIdSetIterator allowed = null;
      if (weight != null) {
        Scorer scorer = weight.scorer(leaf);
        if (scorer == null) continue;
        allowed = scorer.iterator();
      }
      Bits live = leaf.reader().getLiveDocs();
      VectorScorer scorer = values.rescorer(unit); // over the float vectors, not the seven-bit codes
      DocIdSetIterator docs = scorer.iterator();
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        if (live != null && !live.get(doc)) continue;
        if (allowed != null && (allowed.docID() < doc ? allowed.advance(doc) : allowed.docID()) != doc) continue;
        float score = scorer.score();
        if (farthestFirst.size() == limit) {
          if (score <= farthestFirst.peek().score) continue;
          farthestFirst.poll();
        }
        farthestFirst.add(new ScoreDoc(leaf.docBase + doc, score));
      }
    }
    return farthestFirst.stream().sorted(NEAREST_FIRST).toList();
  }

  private List<ScoreDoc> byGraph(IndexSearcher searcher, String field, float[] unit, int limit, Query filter) throws IOException {
    int candidates = Math.max(tuning.candidates(), limit * 2);
    TopDocs proposed = searcher.search(new KnnFloatVectorQuery(field, unit, candidates, filter), candidates);
    List<ScoreDoc> inOrder = new ArrayList<>(List.of(proposed.scoreDocs));
    inOrder.sort(Comparator.comparingInt(hit -> hit.doc));
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    int leafAt = -1;
    VectorScorer scorer = null;
    for (ScoreDoc hit : inOrder) {
      int leaf = ReaderUtil.subIndex(hit.doc, leaves);
      if (leaf != leafAt) {
        scorer = leaves.get(leaf).reader().getFloatVectorValues(field).rescorer(unit);
        leafAt = leaf;
      }
      scorer.iterator().advance(hit.doc - leaves.get(leaf).docBase);
      hit.score = scorer.score();
    }
    return inOrder.stream().sorted(NEAREST_FIRST).limit(limit).toList();
  }

  private static final Comparator<ScoreDoc> NEAREST_FIRST =
      Comparator.<ScoreDoc>comparingDouble(hit -> hit.score).reversed().thenComparingInt(hit -> hit.doc);

  /// Lucene's dot-product score is (1 + dot product) / 2.
  private static double cosine(float score) {
    return Math.clamp(2.0 * score - 1, -1, 1);
  }

  @Override
  public void export(String bank, boolean withVectors, Consumer<Item> each) {
    searching(searcher -> {
      Weight weight = searcher.createWeight(new TermQuery(new Term(BANK, bank)), ScoreMode.COMPLETE_NO_SCORES, 1);
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        Scorer scorer = weight.scorer(leaf);
        if (scorer == null) continue;
        Bits live = leaf.reader().getLiveDocs();
        DocIdSetIterator docs = scorer.iterator();
        for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
          if (live == null || live.get(doc)) each.accept(read(searcher, leaf.docBase + doc, withVectors));
        }
      }
      return null;
    });
  }

  @Override
  public List<Change> changes(String bank, String before, int limit) {
    return searching(searcher -> {
      BooleanQuery.Builder query = new BooleanQuery.Builder();
      query.add(new TermRangeQuery(CHANGE, null, before.isEmpty() ? null : new BytesRef(before), true, false), Occur.FILTER);
      if (!bank.isEmpty()) query.add(new TermQuery(new Term(CHANGED_BANK, bank)), Occur.FILTER);
      TopDocs found = searcher.search(query.build(), limit, new Sort(new SortField(CHANGE, SortField.Type.STRING, true)));
      List<Change> changes = new ArrayList<>();
      for (ScoreDoc hit : found.scoreDocs) changes.add(ItemFields.change(searcher.storedFields().document(hit.doc).get(TEXT)));
      return changes;
    });
  }

  @Override
  public Optional<Change> change(String id) {
    return searching(searcher -> {
      TopDocs found = searcher.search(new TermQuery(new Term(CHANGE, id)), 1);
      return found.scoreDocs.length == 0
          ? Optional.empty()
          : Optional.of(ItemFields.change(searcher.storedFields().document(found.scoreDocs[0].doc).get(TEXT)));
    });
  }

  @Override
  public List<float[]> sample(String space, int count, long seed) {
    return searching(searcher -> {
      record Slice(FloatVectorValues values, int size) {}
      List<Slice> slices = new ArrayList<>();
      int total = 0;
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        for (BankKind kind : List.of(BankKind.POSITIVE, BankKind.NEGATIVE)) {
          FloatVectorValues values = leaf.reader().getFloatVectorValues(field(space, kind));
          if (values == null || values.size() == 0) continue;
          slices.add(new Slice(values, values.size()));
          total += values.size();
        }
      }
      List<float[]> sample = new ArrayList<>();
      var random = new SplittableRandom(seed);
      for (int i = 0; i < count && total > 0; i++) {
        int at = random.nextInt(total);
        for (Slice slice : slices) {
          if (at < slice.size()) {
            sample.add(slice.values().vectorValue(at).clone());
            break;
          }
          at -= slice.size();
        }
      }
      return sample;
    });
  }

  private static Item read(IndexSearcher searcher, int doc, boolean withVectors) throws IOException {
    StoredFields stored = searcher.storedFields();
    Map<String, String> fields = new HashMap<>();
    Map<String, float[]> vectors = new HashMap<>();
    for (IndexableField field : stored.document(doc)) {
      if (field.name().startsWith(ITEM_PREFIX)) {
        fields.put(field.name().substring(ITEM_PREFIX.length()), field.stringValue());
      } else if (withVectors && field.name().startsWith(KEPT_VECTOR_PREFIX)) {
        BytesRef bytes = field.binaryValue();
        vectors.put(field.name().substring(KEPT_VECTOR_PREFIX.length()), ItemFields.vector(bytes.bytes, bytes.offset, bytes.length));
      }
    }
    if (withVectors && !Boolean.parseBoolean(fields.get("removed"))) {
      List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(doc, leaves));
      for (FieldInfo field : leaf.reader().getFieldInfos()) {
        if (!field.name.startsWith(VECTOR_PREFIX)) continue;
        FloatVectorValues values = leaf.reader().getFloatVectorValues(field.name);
        if (values == null) continue;
        KnnVectorValues.DocIndexIterator docs = values.iterator();
        if (docs.advance(doc - leaf.docBase) == doc - leaf.docBase) {
          vectors.put(spaceOf(field.name), values.vectorValue(docs.index()).clone());
        }
      }
    }
    return ItemFields.item(fields, vectors);
  }

  @FunctionalInterface
  private interface Search<T> {
    T in(IndexSearcher searcher) throws IOException;
  }

  private <T> T searching(Search<T> search) {
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        return search.in(searcher);
      } finally {
        searchers.release(searcher);
      }
    } catch (AlreadyClosedException e) {
      throw closed(e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the index in " + path, e);
    }
  }

  private ProblemException closed(Throwable cause) {
    return new ProblemException(
        new Problem.Unavailable("INDEX_CLOSED", "The index is closed; it opens again when hash-svc starts.", Duration.ofSeconds(5)), cause);
  }

  // ---- upkeep

  /// Merges everything into one segment: the fastest to search, and hours of work for a large index.
  public void compact() {
    try {
      writer.forceMerge(1);
      writer.commit();
      refresh();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compact the index in " + path, e);
    }
  }

  @Override
  public boolean isOpen() {
    return open && (writer == null || writer.isOpen());
  }

  @Override
  public String engine() {
    return "lucene";
  }

  @Override
  public long bytes() {
    try {
      long bytes = 0;
      for (String file : directory.listAll()) {
        try {
          bytes += directory.fileLength(file);
        } catch (NoSuchFileException e) {
          // Merged away between listing and asking.
        }
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  /// Writes what waits, then closes.
  @Override
  public void close() {
    open = false;
    try {
      if (writing != null) writing.join();
      searchers.close();
      if (writer != null) writer.close();
      directory.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the index in " + path, e);
    } finally {
      graphBuilders.shutdown();
    }
  }
}
