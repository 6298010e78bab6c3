package verimesh.hash.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.VectorUtil;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LuceneSketchSearchTest {
  private static final String FIELD = "vector";
  private static final int CANDIDATES = 100;
  private static final int TOP = 10;

  private static final Codec WITHOUT_GRAPH = new Lucene104Codec() {
    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
      return new Lucene104HnswScalarQuantizedVectorsFormat(ScalarEncoding.SEVEN_BIT, 16, 10, 1, null, 1_000_000);
    }
  };

  private final Specimens specimens = Specimens.seeded(41);
  private final List<float[]> vectors = new ArrayList<>();

  @FunctionalInterface
  private interface Check {
    void in(IndexSearcher searcher) throws IOException;
  }

  /// Three segments; of every seventh document the vector is missing, and every fifth one is deleted again.
  private void index(int dimension, int documents, Check check) throws IOException {
    float[][] centres = new float[20][];
    for (int i = 0; i < centres.length; i++) centres[i] = specimens.unit(dimension);
    try (var directory = new ByteBuffersDirectory();
        var writer = new IndexWriter(directory, new IndexWriterConfig().setCodec(WITHOUT_GRAPH).setMergePolicy(NoMergePolicy.INSTANCE))) {
      for (int i = 0; i < documents; i++) {
        var document = new Document();
        document.add(new StringField("number", Integer.toString(i), Field.Store.YES));
        document.add(new StringField("third", Integer.toString(i % 3), Field.Store.NO));
        float[] vector = specimens.unitAt(centres[i % centres.length], 0.6);
        if (i % 7 != 0) document.add(new KnnFloatVectorField(FIELD, vector, VectorSimilarityFunction.DOT_PRODUCT));
        vectors.add(i % 7 != 0 && i % 5 != 0 ? vector : null);
        writer.addDocument(document);
        if (i % (documents / 3) == documents / 3 - 1) writer.commit();
      }
      for (int i = 0; i < documents; i += 5) writer.deleteDocuments(new Term("number", Integer.toString(i)));
      writer.commit();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertThat(reader.leaves()).hasSizeGreaterThanOrEqualTo(3);
        check.in(new IndexSearcher(reader));
      }
    }
  }

  private List<Integer> found(IndexSearcher searcher, float[] query, Query filter, int pieceMin) throws IOException {
    List<Integer> found = new ArrayList<>();
    List<ScoreDoc> hits = LuceneSketchSearch.nearest(searcher, new LuceneSketches(), FIELD, query, CANDIDATES, filter, pieceMin);
    for (ScoreDoc hit : hits.subList(0, Math.min(TOP, hits.size()))) {
      int number = Integer.parseInt(searcher.storedFields().document(hit.doc).get("number"));
      assertThat(2 * hit.score - 1).isCloseTo(VectorUtil.dotProduct(query, vectors.get(number)), within(1e-4f));
      found.add(number);
    }
    return found;
  }

  private List<Integer> nearest(float[] query, int third) {
    return IntStream.range(0, vectors.size()).boxed()
        .filter(i -> vectors.get(i) != null && (third < 0 || i % 3 == third))
        .sorted(Comparator.comparingDouble(i -> -VectorUtil.dotProduct(query, vectors.get(i)))).limit(TOP).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 100, 384, 768})
  void theNearestAreFoundWhateverTheDimension(int dimension) throws IOException {
    index(dimension, dimension > 100 ? 3_000 : 6_000, searcher -> {
      int hits = 0;
      for (int q = 0; q < 20; q++) {
        float[] query = specimens.unitAt(vectors.get(q * 100 + firstFrom(q * 100)), 0.8);
        List<Integer> expected = nearest(query, -1);
        List<Integer> whole = found(searcher, query, null, Integer.MAX_VALUE);
        assertThat(found(searcher, query, null, 1_000)).as("in pieces").isEqualTo(whole);
        hits += (int) expected.stream().filter(whole::contains).count();
      }
      assertThat(hits).isGreaterThanOrEqualTo(196);
    });
  }

  /// How far it is to the next document with a vector.
  private int firstFrom(int number) {
    int on = 0;
    while (vectors.get(number + on) == null) on++;
    return on;
  }

  @Test
  void aFilterLeavesRoomForWhatItAllows() throws IOException {
    index(64, 9_000, searcher -> {
      for (int q = 0; q < 10; q++) {
        float[] query = specimens.unit(64);
        List<Integer> expected = nearest(query, q % 3);
        List<Integer> found = found(searcher, query, new TermQuery(new Term("third", Integer.toString(q % 3))), 1_000);
        assertThat(found).hasSize(TOP).allMatch(number -> vectors.get(number) != null);
        assertThat(expected.stream().filter(found::contains).count()).isGreaterThanOrEqualTo(9);
      }
      assertThat(found(searcher, specimens.unit(64), new TermQuery(new Term("third", "none")), 1_000)).isEmpty();
      assertThat(found(searcher, specimens.unit(64), new TermQuery(new Term("number", "8")), 1_000)).containsExactly(8);
    });
  }

  /// Two bits a number tell a product to about a fortieth, to neither side.
  @Test
  void pairsEstimateProductsWithoutABias() throws IOException {
    index(384, 3_000, searcher -> {
      LeafReader segment = searcher.getIndexReader().leaves().getFirst().reader();
      var values = segment.getFloatVectorValues(FIELD);
      LuceneSketches.Sketch sketch = new LuceneSketches().of(segment, FIELD);
      float[] query = specimens.unit(384);
      LuceneSketches.PairQuery pairs = sketch.pairQuery(query);
      double sum = 0;
      double squares = 0;
      for (int row = 0; row < values.size(); row++) {
        double error = pairs.product(row) - VectorUtil.dotProduct(query, values.vectorValue(row));
        sum += error;
        squares += error * error;
      }
      assertThat(sum / values.size()).isCloseTo(0, within(0.002));
      assertThat(Math.sqrt(squares / values.size())).isLessThan(0.025);
    });
  }

  @Test
  void oneVectorAloneAndTwoThatAreTheSameAreFound() throws IOException {
    try (var directory = new ByteBuffersDirectory(); var writer = new IndexWriter(directory, new IndexWriterConfig())) {
      float[] unit = specimens.unit(48);
      for (int i = 0; i < 2; i++) {
        var document = new Document();
        document.add(new KnnFloatVectorField(FIELD, unit, VectorSimilarityFunction.DOT_PRODUCT));
        writer.addDocument(document);
        writer.commit();
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          List<ScoreDoc> hits = LuceneSketchSearch.nearest(new IndexSearcher(reader), new LuceneSketches(), FIELD, unit, CANDIDATES, null);
          assertThat(hits).hasSize(i + 1).allMatch(hit -> hit.score > 0.9999f);
        }
      }
    }
  }
}
