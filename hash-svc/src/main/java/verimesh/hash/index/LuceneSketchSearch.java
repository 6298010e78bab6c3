package verimesh.hash.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.IntroSelector;

/// One search through three sieves: the signs of all vectors leave some thousands, codes of two bits a number leave some
/// hundreds of those, and the float vectors put them in order.
///
/// Each sieve reads more of fewer vectors: 32, 104 and 1,536 bytes of one of 384 numbers. What a search costs is what it reads,
/// most of it in the first sieve. A large index is cut into pieces, and the first two sieves go through them side by side.
final class LuceneSketchSearch {
  /// How many a sieve leaves for one candidate. Over a million clustered vectors, the ten nearest of a query were among 4,500 by
  /// their signs and among 220 by their pairs (docs/measurements).
  private static final int BY_SIGNS = 60;
  private static final int BY_PAIRS = 4;

  /// Rows whose pairs are fetched together, so that the processor waits for many of them at once.
  private static final int TOGETHER = 64;

  /// How many signs most of them differ in is told well enough by a sample of about so many vectors, and of every fourth block
  /// where they are few: the sample is read once more than the rest.
  private static final int SAMPLED = 60_000;
  private static final int SAMPLED_STEP_MIN = 4;

  /// Rows of a piece: fewer are gone through sooner than another processor has begun.
  private static final int PIECE_MIN = 100_000;
  /// Pieces a processor, so that one that is held up leaves its share to the others.
  private static final int PIECES = 4;

  /// @param signs the query's
  /// @param allowed by document; null where everything may be found
  private record Segment(LeafReaderContext leaf, LuceneSketches.Sketch sketch, long[] signs, LuceneSketches.PairQuery query, Bits allowed) {}

  /// Some blocks of a segment. For one thread.
  private static final class Slice {
    final Segment segment;
    final int fromBlock;
    final int toBlock;
    private final FloatVectorValues values;
    private int[] rows = {};
    private float[] products;
    private int size;
    private long fetched; // means nothing

    Slice(Segment segment, String field, int fromBlock, int toBlock) throws IOException {
      this.segment = segment;
      this.fromBlock = fromBlock;
      this.toBlock = toBlock;
      this.values = segment.leaf().reader().getFloatVectorValues(field);
    }

    /// Whether a vector may be found at all: its item is there, on, and asked for.
    boolean allows(int row) {
      return segment.allowed() == null || segment.allowed().get(values.ordToDoc(row));
    }

    /// Adds the rows of a block that may be found and whose sums are small enough.
    private void add(int[] sums, int most, int start, int length) {
      if (rows.length - size < length) rows = Arrays.copyOf(rows, Math.max(2 * rows.length, size + length));
      for (int i = 0; i < length; i++) if (sums[i] <= most && allows(start + i)) rows[size++] = start + i;
    }

    void leaveBySigns(int most) {
      int[] sums = new int[LuceneSketches.Sketch.BLOCK];
      for (int block = fromBlock; block < toBlock; block++) {
        segment.sketch().differing(segment.signs(), block, sums);
        add(sums, most, block * LuceneSketches.Sketch.BLOCK, segment.sketch().rowsOf(block));
      }
    }

    void leaveByPairs() {
      products = new float[size];
      for (int from = 0; from < size; from += TOGETHER) {
        int to = Math.min(size, from + TOGETHER);
        for (int i = from; i < to; i++) fetched ^= segment.sketch().fetch(rows[i]);
        for (int i = from; i < to; i++) products[i] = segment.query().product(rows[i]);
      }
    }
  }

  /// Documents and their products, of which some are the best.
  private static final class Products extends IntroSelector {
    final int[] docs;
    final float[] products;
    private int size;
    private float pivot;

    Products(int capacity) {
      docs = new int[capacity];
      products = new float[capacity];
    }

    void addAll(Slice slice) {
      for (int i = 0; i < slice.size; i++) {
        docs[size] = slice.segment.leaf().docBase + slice.values.ordToDoc(slice.rows[i]);
        products[size++] = slice.products[i];
      }
    }

    /// In no particular order.
    int[] best(int number) {
      if (number < size) select(0, size, number);
      return Arrays.copyOf(docs, Math.min(number, size));
    }

    @Override
    protected void setPivot(int i) {
      pivot = products[i];
    }

    @Override
    protected int comparePivot(int i) {
      return Float.compare(products[i], pivot); // the greatest first
    }

    @Override
    protected void swap(int i, int j) {
      int doc = docs[i];
      docs[i] = docs[j];
      docs[j] = doc;
      float product = products[i];
      products[i] = products[j];
      products[j] = product;
    }
  }

  private final String field;
  private final float[] unit;
  private final int candidates;
  private final List<Segment> segments = new ArrayList<>();
  private final int vectors;

  private LuceneSketchSearch(IndexSearcher searcher, LuceneSketches sketches, String field, float[] unit, int candidates, Query filter)
      throws IOException {
    this.field = field;
    this.unit = unit;
    this.candidates = candidates;
    Weight weight = filter == null ? null : searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
    int rows = 0;
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      LuceneSketches.Sketch sketch = sketches.of(leaf.reader(), field);
      if (sketch == null) continue;
      segments.add(new Segment(leaf, sketch, sketch.signs(unit), sketch.pairQuery(unit), allowed(leaf, weight)));
      rows += sketch.rows();
    }
    vectors = rows;
  }

  /// @param candidates how many the float vectors put in order
  /// @return at most so many, nearest first
  static List<ScoreDoc> nearest(IndexSearcher searcher, LuceneSketches sketches, String field, float[] unit, int candidates, Query filter)
      throws IOException {
    return nearest(searcher, sketches, field, unit, candidates, filter, PIECE_MIN);
  }

  /// @param pieceMin rows of a piece, at least
  static List<ScoreDoc> nearest(IndexSearcher searcher, LuceneSketches sketches, String field, float[] unit, int candidates, Query filter,
      int pieceMin) throws IOException {
    return new LuceneSketchSearch(searcher, sketches, field, unit, candidates, filter).run(pieceMin);
  }

  private List<ScoreDoc> run(int pieceMin) throws IOException {
    int most = mostSigns();
    List<List<Slice>> pieces = pieces(pieceMin);
    Stream<List<Slice>> work = pieces.size() == 1 ? pieces.stream() : pieces.parallelStream();
    work.flatMap(List::stream).forEach(slice -> {
      slice.leaveBySigns(most);
      slice.leaveByPairs();
    });
    List<Slice> slices = pieces.stream().flatMap(List::stream).toList();
    var products = new Products(slices.stream().mapToInt(slice -> slice.size).sum());
    slices.forEach(products::addAll);
    return byFloats(products.best(candidates * BY_PAIRS));
  }

  private List<List<Slice>> pieces(int pieceMin) throws IOException {
    int number = Math.clamp(vectors / pieceMin, 1, PIECES * Runtime.getRuntime().availableProcessors());
    int blocks = segments.stream().mapToInt(segment -> segment.sketch().blocks()).sum();
    int size = Math.max(1, (blocks + number - 1) / number);
    List<List<Slice>> pieces = new ArrayList<>();
    int room = 0;
    for (Segment segment : segments) {
      for (int block = 0; block < segment.sketch().blocks(); ) {
        if (room == 0) {
          pieces.add(new ArrayList<>());
          room = size;
        }
        int end = Math.min(segment.sketch().blocks(), block + room);
        pieces.getLast().add(new Slice(segment, field, block, end));
        room -= end - block;
        block = end;
      }
    }
    return pieces;
  }

  /// In how many signs a vector may differ, so that enough are left. Looks at some blocks of all, evenly spread. Where near
  /// vectors lie side by side it may count too many of them, and they are left even so, or too few, and more are left.
  private int mostSigns() throws IOException {
    int step = Math.max(SAMPLED_STEP_MIN, vectors / SAMPLED);
    int[] counts = new int[unit.length + 1];
    int[] sums = new int[LuceneSketches.Sketch.BLOCK];
    int passed = 0;
    for (Segment segment : segments) {
      Slice all = new Slice(segment, field, 0, segment.sketch().blocks());
      for (int block = 0; block < all.toBlock; block++) {
        if (passed++ % step != 0) continue;
        segment.sketch().differing(segment.signs(), block, sums);
        for (int i = 0; i < segment.sketch().rowsOf(block); i++) {
          if (all.allows(block * LuceneSketches.Sketch.BLOCK + i)) counts[sums[i]] += step;
        }
      }
    }
    int most = 0;
    for (int seen = counts[0]; seen < candidates * BY_SIGNS && most < unit.length; ) seen += counts[++most];
    return most;
  }

  /// In the order of their float vectors.
  private List<ScoreDoc> byFloats(int[] docs) throws IOException {
    Arrays.sort(docs);
    List<ScoreDoc> hits = new ArrayList<>();
    int next = 0;
    for (Segment segment : segments) {
      int end = segment.leaf().docBase + segment.leaf().reader().maxDoc();
      if (next == docs.length || docs[next] >= end) continue;
      VectorScorer scorer = segment.leaf().reader().getFloatVectorValues(field).rescorer(unit);
      for (; next < docs.length && docs[next] < end; next++) {
        scorer.iterator().advance(docs[next] - segment.leaf().docBase);
        hits.add(new ScoreDoc(docs[next], scorer.score()));
      }
    }
    hits.sort(LuceneNearest.NEAREST_FIRST);
    return hits;
  }

  /// Null where everything of the segment may be found.
  private static Bits allowed(LeafReaderContext leaf, Weight weight) throws IOException {
    Bits live = leaf.reader().getLiveDocs();
    if (weight == null) return live;
    FixedBitSet allowed = new FixedBitSet(leaf.reader().maxDoc());
    Scorer scorer = weight.scorer(leaf);
    if (scorer == null) return allowed;
    DocIdSetIterator docs = scorer.iterator();
    for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
      if (live == null || live.get(doc)) allowed.set(doc);
    }
    return allowed;
  }
}
