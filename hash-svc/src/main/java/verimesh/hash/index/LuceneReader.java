package verimesh.hash.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.Weight;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Change;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;

/// Reads an open Lucene index: items, the audit log, and the columns that are held in memory. Sees what was refreshed last.
final class LuceneReader implements AutoCloseable {
  private static final String GENERATION = "generation";
  private static final String FACT_PREFIX = "fact.";

  private final Path path;
  private final SearcherManager searchers;
  private final Catalogue catalogue;

  /// @param writer null where this process only reads
  LuceneReader(Path path, FSDirectory directory, IndexWriter writer, Catalogue catalogue) throws IOException {
    this.path = path;
    this.catalogue = catalogue;
    this.searchers = writer == null ? new SearcherManager(directory, null) : new SearcherManager(writer, true, true, null);
  }

  /// Reads the columns that are held in memory: one short row an item.
  void load() throws IOException {
    IndexSearcher searcher = searchers.acquire();
    try {
      for (ScoreDoc hit : searcher.search(new TermQuery(new Term(LuceneDocuments.BANK_STATE, "yes")), Integer.MAX_VALUE - 1).scoreDocs) {
        catalogue.put(ItemFields.bank(searcher.storedFields().document(hit.doc).get(LuceneDocuments.TEXT)));
      }
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        Bits live = leaf.reader().getLiveDocs();
        BinaryDocValues rows = leaf.reader().getBinaryDocValues(LuceneDocuments.ROW);
        if (rows != null) {
          for (int doc = rows.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = rows.nextDoc()) {
            if (live != null && !live.get(doc)) continue;
            BytesRef row = rows.binaryValue();
            Row.read(row.bytes, row.offset, row.length).putInto(catalogue);
          }
        }
        for (FieldInfo field : leaf.reader().getFieldInfos()) {
          if (!field.name.startsWith(LuceneDocuments.VECTOR_PREFIX)) continue;
          FloatVectorValues values = leaf.reader().getFloatVectorValues(field.name);
          if (values == null) continue;
          KnnVectorValues.DocIndexIterator docs = values.iterator();
          long count = 0;
          while (docs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) if (live == null || live.get(docs.docID())) count++;
          catalogue.countVector(LuceneDocuments.spaceOf(field.name), field.getVectorDimension(), count);
        }
      }
      Map<String, String> committed = ((DirectoryReader) searcher.getIndexReader()).getIndexCommit().getUserData();
      if (committed.containsKey(GENERATION)) catalogue.advanceTo(Long.parseLong(committed.get(GENERATION)));
      committed.forEach((name, value) -> {
        if (name.startsWith(FACT_PREFIX)) catalogue.settle(name.substring(FACT_PREFIX.length()), value);
      });
    } finally {
      searchers.release(searcher);
    }
  }

  /// What is committed beside the documents: the generation, and facts that hold for the whole index.
  static Map<String, String> commitData(Catalogue catalogue, long generation) {
    Map<String, String> data = new HashMap<>();
    data.put(GENERATION, Long.toString(generation));
    catalogue.facts().forEach((name, value) -> data.put(FACT_PREFIX + name, value));
    return data;
  }

  Optional<Item> item(ItemId id) {
    return searching(searcher -> {
      TopDocs found = searcher.search(new TermQuery(new Term(LuceneDocuments.ID, id.toString())), 1);
      return found.scoreDocs.length == 0 ? Optional.empty() : Optional.of(LuceneDocuments.read(searcher, found.scoreDocs[0].doc, true));
    });
  }

  List<Item> items(List<ItemId> ids) {
    return searching(searcher -> {
      List<Item> items = new ArrayList<>();
      for (ItemId id : ids) {
        TopDocs found = searcher.search(new TermQuery(new Term(LuceneDocuments.ID, id.toString())), 1);
        if (found.scoreDocs.length == 0) continue;
        Item item = LuceneDocuments.read(searcher, found.scoreDocs[0].doc, false);
        if (!item.removed()) items.add(item);
      }
      return items;
    });
  }

  List<Item> bySha256(String sha256) {
    return searching(searcher -> {
      List<Item> items = new ArrayList<>();
      // At most one item a bank holds the same bytes, so banks bound this.
      TopDocs found = searcher.search(new TermQuery(new Term(LuceneDocuments.SHA256, sha256)), Math.max(1, catalogue.bankCount()));
      for (ScoreDoc hit : found.scoreDocs) items.add(LuceneDocuments.read(searcher, hit.doc, false));
      return items;
    });
  }

  long removed(String bank) {
    return searching(searcher -> (long) searcher.count(new TermQuery(new Term(LuceneDocuments.REMOVED_FROM, bank))));
  }

  void export(String bank, boolean withVectors, Consumer<Item> each) {
    searching(searcher -> {
      Weight weight = searcher.createWeight(new TermQuery(new Term(LuceneDocuments.BANK, bank)), ScoreMode.COMPLETE_NO_SCORES, 1);
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        Scorer scorer = weight.scorer(leaf);
        if (scorer == null) continue;
        Bits live = leaf.reader().getLiveDocs();
        DocIdSetIterator docs = scorer.iterator();
        for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
          if (live == null || live.get(doc)) each.accept(LuceneDocuments.read(searcher, leaf.docBase + doc, withVectors));
        }
      }
      return null;
    });
  }

  List<Change> changes(String bank, String before, int limit) {
    return searching(searcher -> {
      BooleanQuery.Builder query = new BooleanQuery.Builder();
      query.add(new TermRangeQuery(LuceneDocuments.CHANGE, null, before.isEmpty() ? null : new BytesRef(before), true, false), Occur.FILTER);
      if (!bank.isEmpty()) query.add(new TermQuery(new Term(LuceneDocuments.CHANGED_BANK, bank)), Occur.FILTER);
      TopDocs found = searcher.search(query.build(), limit, new Sort(new SortField(LuceneDocuments.CHANGE, SortField.Type.STRING, true)));
      List<Change> changes = new ArrayList<>();
      for (ScoreDoc hit : found.scoreDocs) changes.add(ItemFields.change(searcher.storedFields().document(hit.doc).get(LuceneDocuments.TEXT)));
      return changes;
    });
  }

  Optional<Change> change(String id) {
    return searching(searcher -> {
      TopDocs found = searcher.search(new TermQuery(new Term(LuceneDocuments.CHANGE, id)), 1);
      return found.scoreDocs.length == 0
          ? Optional.empty()
          : Optional.of(ItemFields.change(searcher.storedFields().document(found.scoreDocs[0].doc).get(LuceneDocuments.TEXT)));
    });
  }

  List<float[]> sample(String space, int count, long seed) {
    return searching(searcher -> {
      record Slice(FloatVectorValues values, int size) {}
      List<Slice> slices = new ArrayList<>();
      int total = 0;
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        for (BankKind kind : List.of(BankKind.POSITIVE, BankKind.NEGATIVE)) {
          FloatVectorValues values = leaf.reader().getFloatVectorValues(LuceneDocuments.field(space, kind));
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

  @FunctionalInterface
  interface Search<T> {
    T in(IndexSearcher searcher) throws IOException;
  }

  <T> T searching(Search<T> search) {
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        return search.in(searcher);
      } finally {
        searchers.release(searcher);
      }
    } catch (AlreadyClosedException e) {
      throw LuceneIndex.closed(e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the index in " + path, e);
    }
  }

  /// Makes what was written until now visible.
  void refresh() throws IOException {
    searchers.maybeRefreshBlocking();
  }

  @Override
  public void close() throws IOException {
    searchers.close();
  }
}
