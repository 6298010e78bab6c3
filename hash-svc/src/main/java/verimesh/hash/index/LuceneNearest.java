package verimesh.hash.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
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
import verimesh.hash.bank.BankKind;

/// The nearest vectors of one field: compared one by one while they are few; else proposed by short codes, of which all are
/// compared ([LuceneSketchSearch]); beyond that by a graph over seven-bit codes. What is proposed is put in order by the float
/// vectors.
///
/// Why not the graph alone: over a million clustered vectors it found the nearest in 94 of 100 queries with 400 candidates, and
/// takes ten times as long (docs/measurements).
final class LuceneNearest {
  /// Short codes of so many vectors are made before somebody asks; those of fewer take no time that anybody would notice.
  private static final int WARM_FROM = 10_000;

  /// A code of fewer numbers says too little, and comparing the vectors themselves is quick.
  private static final int CODED_DIMENSION_MIN = 32;

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
    List<ScoreDoc> nearest = vectors <= tuning.exactVectorsMax() || unit.length < CODED_DIMENSION_MIN
        ? exact(searcher, field, unit, limit, filter)
        : vectors <= tuning.sketchedVectorsMax() ? LuceneSketchSearch.nearest(searcher, sketches, field, unit, Math.max(tuning.candidates(), limit * 2), filter).stream().limit(limit).toList()
        : byGraph(searcher, field, unit, limit, filter);
    List<Near> items = new ArrayList<>();
    for (ScoreDoc hit : nearest) items.add(new Near(LuceneDocuments.read(searcher, hit.doc, false), cosine(hit.score)));
    return items;
  }

  /// Makes ready what searches of a segment will ask for, so that none has to wait seconds for it.
  void warm(LeafReader segment) throws IOException {
    for (FieldInfo field : segment.getFieldInfos()) {
      if (!field.name.startsWith(LuceneDocuments.VECTOR_PREFIX)) continue;
      FloatVectorValues values = segment.getFloatVectorValues(field.name);
      if (values != null && values.size() >= WARM_FROM && values.size() <= tuning.sketchedVectorsMax()) sketches.of(segment, field.name);
    }
  }

  /// Short codes that are made, counted by segment and field.
  int sketches() {
    return sketches.made();
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

  static final Comparator<ScoreDoc> NEAREST_FIRST =
      Comparator.<ScoreDoc>comparingDouble(hit -> hit.score).reversed().thenComparingInt(hit -> hit.doc);

  /// Lucene's dot-product score is (1 + dot product) / 2.
  private static double cosine(float score) {
    return Math.clamp(2.0 * score - 1, -1, 1);
  }
}
