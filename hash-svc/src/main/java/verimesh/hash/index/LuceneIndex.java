package verimesh.hash.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
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
/// [LuceneWriter] acknowledges what it has committed; [LuceneReader] finds items by what they are, [LuceneNearest] by their
/// vectors; [LuceneDocuments] says how all of it lies on disk.
public final class LuceneIndex implements ItemIndex {

  /// @param exactVectorsMax up to this many vectors are scanned exactly; the scan reads 4 x dimension bytes a vector
  /// @param sketchedVectorsMax up to this many vectors are proposed by short codes, of which all are compared: 136 bytes of
  ///     memory a vector of 384; beyond, by the graph
  /// @param candidates how many the graph proposes, at least, before the float vectors order them. Seven-bit order alone
  ///     stopped at a recall of 0.971 in a trial (DEPENDENCIES.md, section C)
  /// @param graphLinks links of a node (Lucene's maxConn, twice as many at the bottom). With 16 the graph over clustered vectors
  ///     loses neighbours that no number of candidates brings back (docs/measurements)
  /// @param graphBeam candidates kept while a node is linked (Lucene's beamWidth)
  /// @param mergeThreads threads that build one graph
  public record Tuning(int exactVectorsMax, int sketchedVectorsMax, int candidates, int graphLinks, int graphBeam, int mergeThreads) {
    public static Tuning defaults() {
      return new Tuning(50_000, 4_000_000, 100, 32, 100, Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors())));
    }
  }

  // Segments with fewer vectors than about this many times their logarithm get no graph: comparing 30,000 codes of seven
  // bits takes a millisecond or two, and graphs of small segments are thrown away by the next merge anyway.
  private static final int GRAPH_FROM = 3_000;

  /// What to do where another process has the directory.
  public enum WhenLocked {
    /// Say so, and do not open.
    REFUSE,
    /// Open what was committed last, for reading: writes are refused, and later changes are not seen.
    READ_ONLY
  }

  private final Path path;
  private final FSDirectory directory;
  private final LuceneReader reader;
  private final Optional<LuceneWriter> writer; // empty where this process only reads
  private final LuceneNearest nearest;
  private final ExecutorService graphBuilders;
  private final Catalogue catalogue = new Catalogue();
  private volatile boolean open = true;

  /// @throws ProblemException INDEX_CLOSED if another process has the directory
  public LuceneIndex(Path path, Tuning tuning, WhenLocked whenLocked, InstantSource clock, Telemetry telemetry) {
    this.path = path;
    this.nearest = new LuceneNearest(tuning, catalogue);
    this.graphBuilders = Executors.newFixedThreadPool(tuning.mergeThreads(), Thread.ofPlatform().name("hash-graph-", 0).daemon().factory());
    try {
      Files.createDirectories(path);
      this.directory = FSDirectory.open(path);
      IndexWriter files = files(tuning, whenLocked);
      this.reader = new LuceneReader(path, directory, files, catalogue);
      reader.load();
      Thread.ofPlatform().name("hash-warm").daemon().start(this::warm);
      this.writer = Optional.ofNullable(files).map(into -> new LuceneWriter(path, into, reader, catalogue, clock, telemetry));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the index in " + path, e);
    }
  }

  /// Null where another process writes and this one may only read.
  private IndexWriter files(Tuning tuning, WhenLocked whenLocked) throws IOException {
    try {
      return new IndexWriter(directory, settings(tuning));
    } catch (LockObtainFailedException e) {
      if (whenLocked == WhenLocked.READ_ONLY && DirectoryReader.indexExists(directory)) return null;
      throw new ProblemException(new Problem.Unavailable("INDEX_CLOSED",
          "Another process has the index in " + path + " open. Stop it, or set VERIMESH_HASH_DIRECTORY to another folder.",
          Duration.ofSeconds(5)), e);
    }
  }

  private IndexWriterConfig settings(Tuning tuning) {
    KnnVectorsFormat vectors = new Lucene104HnswScalarQuantizedVectorsFormat(ScalarEncoding.SEVEN_BIT, tuning.graphLinks(),
        tuning.graphBeam(), tuning.mergeThreads(), tuning.mergeThreads() > 1 ? graphBuilders : null, GRAPH_FROM);
    return new IndexWriterConfig(NO_ANALYSIS)
        .setCodec(new Lucene104Codec() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return vectors;
          }
        })
        .setMergedSegmentWarmer(nearest::warm)
        .setRAMBufferSizeMB(256);
  }

  /// Whoever searches meanwhile waits for the segment that is being read, and not for all of them.
  private void warm() {
    try {
      reader.searching(searcher -> {
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
          if (!open) break;
          nearest.warm(leaf.reader());
        }
        return null;
      });
    } catch (ProblemException e) {
      // Closed before it was warm.
    }
  }

  /// For tests: how many segments and fields are ready to be searched.
  int sketches() {
    return nearest.sketches();
  }

  private static final Analyzer NO_ANALYSIS = new Analyzer() {
    @Override
    protected TokenStreamComponents createComponents(String field) {
      throw new IllegalStateException("no field here is analysed: " + field);
    }
  };

  @Override
  public Catalogue catalogue() {
    return catalogue;
  }

  @Override
  public CompletableFuture<List<Boolean>> write(Batch batch) {
    if (writer.isPresent()) return writer.get().write(batch);
    return CompletableFuture.failedFuture(new ProblemException(new Problem.NotSetUp("INDEX_READ_ONLY",
        "Another process writes to the index in " + path + "; this one only reads it. Ask that one, with --target.")));
  }

  @Override
  public Optional<Item> item(ItemId id) {
    return reader.item(id);
  }

  @Override
  public List<Item> items(List<ItemId> ids) {
    return reader.items(ids);
  }

  @Override
  public List<Item> bySha256(String sha256) {
    return reader.bySha256(sha256);
  }

  @Override
  public List<Near> nearest(String space, float[] unit, BankKind kind, int limit, Scope scope) {
    return reader.searching(searcher -> nearest.in(searcher, space, unit, kind, limit, scope));
  }

  @Override
  public void export(String bank, boolean withVectors, Consumer<Item> each) {
    reader.export(bank, withVectors, each);
  }

  @Override
  public long removed(String bank) {
    return reader.removed(bank);
  }

  @Override
  public List<Change> changes(String bank, String before, int limit) {
    return reader.changes(bank, before, limit);
  }

  @Override
  public Optional<Change> change(String id) {
    return reader.change(id);
  }

  @Override
  public List<float[]> sample(String space, int count, long seed) {
    return reader.sample(space, count, seed);
  }

  static ProblemException closed(Throwable cause) {
    return new ProblemException(
        new Problem.Unavailable("INDEX_CLOSED", "The index is closed; it opens again when hash-svc starts.", Duration.ofSeconds(5)), cause);
  }

  /// Merges everything into one segment: the fastest to search, and hours of work for a large index.
  public void compact() {
    try {
      writer.orElseThrow().compact();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compact the index in " + path, e);
    }
  }

  @Override
  public boolean isOpen() {
    return open && writer.map(LuceneWriter::isOpen).orElse(true);
  }

  @Override
  public boolean isWritable() {
    return writer.isPresent();
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
      if (writer.isPresent()) writer.get().close();
      reader.close();
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
