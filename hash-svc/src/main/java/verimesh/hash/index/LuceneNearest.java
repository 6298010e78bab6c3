package verimesh.hash.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
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
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.VectorUtil;
import verimesh.hash.bank.BankKind;

/// The nearest vectors of one field: compared one by one while they are few; else proposed by their sign bits, of which all
/// are compared; beyond that by a graph over seven-bit codes. What is proposed is put in order by the float vectors.
///
/// Why not the graph alone: over a million clustered vectors it found the nearest in 94 of 100 queries with 400 candidates,
/// while 2,000 vectors proposed by their sign bits held it in all (docs/measurements).
final class LuceneNearest {
  /// Sign bits order less well than seven-bit codes: over a million clustered vectors, 1,000 of them held the nearest in 97 of
  /// 100 queries and 2,000 in all 200 (docs/measurements).
  private static final int SKETCHES_A_CANDIDATE = 20;

  private static final int DISTANCES_COUNTED = 60_000; // of a segment

  private final LuceneIndex.Tuning tuning;
  private final Catalogue catalogue;
  private final LuceneSketches sketches = new LuceneSketches();

  LuceneNearest(LuceneIndex.Tuning tuning, Catalogue catalogue) {
    this.tuning = tuning;
    this.catalogue = catalogue;
  }

  List<Near> in(IndexSearcher searcher, String space, float[] unit, BankKind kind, int limit, Scope scope) throws IOException {
    String field = LuceneDocuments.field(space, kind);
    Query filter = filter(kind, scope);
    long vectors = 0;
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      FloatVectorValues values = leaf.reader().getFloatVectorValues(field);
      if (values != null) vectors += values.size();
    }
    if (vectors == 0) return List.of();
    List<ScoreDoc> nearest = vectors <= tuning.exactVectorsMax()
        ? exact(searcher, field, unit, limit, filter)
        : vectors <= tuning.sketchedVectorsMax() ? bySketch(searcher, field, unit, limit, filter)
        : byGraph(searcher, field, unit, limit, filter);
    List<Near> items = new ArrayList<>();
    for (ScoreDoc hit : nearest) items.add(new Near(LuceneDocuments.read(searcher, hit.doc, false), cosine(hit.score)));
    return items;
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
    if (!left.isEmpty()) filter.add(new TermInSetQuery(LuceneDocuments.BANK, left), Occur.MUST_NOT);
    if (anyItemOff[0]) filter.add(LongPoint.newRangeQuery(LuceneDocuments.OFF, scope.nowMillis() + 1, Long.MAX_VALUE), Occur.MUST_NOT);
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

  private record Segment(LeafReaderContext leaf, FloatVectorValues values, short[] distances, Bits allowed) {
    /// Whether a vector may be found at all: its item is there, on, and asked for.
    boolean allows(int row) {
      return allowed == null || allowed.get(values.ordToDoc(row));
    }
  }

  private List<ScoreDoc> bySketch(IndexSearcher searcher, String field, float[] unit, int limit, Query filter) throws IOException {
    int candidates = Math.max(tuning.candidates(), limit) * SKETCHES_A_CANDIDATE;
    Weight weight = filter == null ? null : searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
    int[] counts = new int[unit.length + 1];
    List<Segment> segments = new ArrayList<>();
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      FloatVectorValues values = leaf.reader().getFloatVectorValues(field);
      if (values == null || values.size() == 0) continue;
      Segment segment = new Segment(leaf, values, sketches.of(leaf.reader(), field).distances(unit), allowed(leaf, weight));
      // A sample tells well enough at which distance so many lie.
      int step = Math.max(1, values.size() / DISTANCES_COUNTED);
      for (int row = 0; row < values.size(); row += step) if (segment.allows(row)) counts[segment.distances()[row]] += step;
      segments.add(segment);
    }
    int most = 0;
    for (int seen = counts[0]; seen < candidates && most < unit.length; ) seen += counts[++most];
    List<ScoreDoc> proposed = new ArrayList<>();
    for (Segment segment : segments) {
      for (int row = 0; row < segment.distances().length; row++) {
        if (segment.distances()[row] > most || !segment.allows(row)) continue;
        float dot = VectorUtil.dotProduct(unit, segment.values().vectorValue(row));
        proposed.add(new ScoreDoc(segment.leaf().docBase + segment.values().ordToDoc(row), (1 + dot) / 2));
      }
    }
    return proposed.stream().sorted(NEAREST_FIRST).limit(limit).toList();
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
}
