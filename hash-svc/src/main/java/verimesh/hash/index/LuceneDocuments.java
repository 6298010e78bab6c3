package verimesh.hash.index;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.BytesRef;
import verimesh.hash.bank.Bank;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Change;
import verimesh.hash.bank.Item;

/// How items, banks and changes lie in Lucene's documents.
///
/// A vector lies in a field named by its embedding space and its bank's kind, so a search never meets vectors of another
/// space, and positive and negative banks are searched side by side without filters. What was removed keeps its vectors as
/// stored bytes, out of every search's way.
final class LuceneDocuments {
  static final String ID = "id";
  static final String BANK = "bank";
  static final String SHA256 = "sha256";
  static final String OFF = "off";
  static final String ROW = "row";
  static final String REMOVED_FROM = "removed-from";
  static final String BANK_STATE = "bank-state";
  static final String CHANGE = "change";
  static final String CHANGED_BANK = "changed-bank";
  static final String TEXT = "text";
  static final String VECTOR_PREFIX = "vector.";
  private static final String ITEM_PREFIX = "item.";
  private static final String KEPT_VECTOR_PREFIX = "kept-vector.";

  private LuceneDocuments() {}

  /// @param kind of the bank that the item lies in
  static Document of(Item item, BankKind kind) {
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
    item.vectors().forEach((space, vector) ->
        document.add(new KnnFloatVectorField(field(space, kind), vector, VectorSimilarityFunction.DOT_PRODUCT)));
    return document;
  }

  static Document of(Bank bank) {
    Document document = new Document();
    document.add(new StringField(ID, "bank:" + bank.name(), Store.NO));
    document.add(new StringField(BANK_STATE, "yes", Store.NO));
    document.add(new StoredField(TEXT, ItemFields.text(bank)));
    return document;
  }

  static Document of(Change change) {
    Document document = new Document();
    document.add(new StringField(CHANGE, change.id(), Store.NO));
    document.add(new SortedDocValuesField(CHANGE, new BytesRef(change.id())));
    document.add(new StringField(CHANGED_BANK, change.bank(), Store.NO));
    document.add(new StoredField(TEXT, ItemFields.text(change)));
    return document;
  }

  static String field(String space, BankKind kind) {
    return VECTOR_PREFIX + kind.name().charAt(0) + "." + space;
  }

  static String spaceOf(String field) {
    return field.substring(VECTOR_PREFIX.length() + 2);
  }

  static Item read(IndexSearcher searcher, int doc, boolean withVectors) throws IOException {
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

}
