package verimesh.hash.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import verimesh.hash.bank.Availability;
import verimesh.hash.bank.Bank;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Change;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;
import verimesh.hash.bank.ItemLabel;
import verimesh.hash.match.PdqCode;

/// Items, banks and changes as named texts: how both engines store them. Unknown names are ignored and missing ones
/// read as empty, so that a newer version may add some.
final class ItemFields {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ItemFields() {}

  static Map<String, String> of(Item item) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("id", item.id().toString());
    fields.put("bank", item.bank());
    fields.put("label", item.about().label().name());
    fields.put("edit", Boolean.toString(item.about().aiEdit()));
    fields.put("generator", item.about().generator());
    fields.put("source", item.about().source());
    fields.put("external", item.about().externalId());
    fields.put("note", item.about().note());
    fields.put("added", Long.toString(item.added().toEpochMilli()));
    fields.put("by", item.by());
    fields.put("sha256", item.sha256());
    if (item.pdq() != null) {
      fields.put("pdq", item.pdq().hex());
      fields.put("quality", Integer.toString(item.pdq().quality()));
    }
    fields.put("spaces", String.join("\n", new TreeSet<>(item.spaces())));
    fields.put("off", Long.toString(item.availability().offUntilMillis()));
    fields.put("removed", Boolean.toString(item.removed()));
    return fields;
  }

  static Item item(Map<String, String> fields, Map<String, float[]> vectors) {
    String pdq = fields.getOrDefault("pdq", "");
    String spaces = fields.getOrDefault("spaces", "");
    return new Item(
        ItemId.parse(fields.get("id")),
        fields.get("bank"),
        new Item.About(
            ItemLabel.valueOf(fields.getOrDefault("label", "OTHER")),
            Boolean.parseBoolean(fields.get("edit")),
            fields.getOrDefault("generator", ""),
            fields.getOrDefault("source", ""),
            fields.getOrDefault("external", ""),
            fields.getOrDefault("note", "")),
        Instant.ofEpochMilli(Long.parseLong(fields.getOrDefault("added", "0"))),
        fields.getOrDefault("by", ""),
        fields.getOrDefault("sha256", ""),
        pdq.isEmpty() ? null : PdqCode.of(HexFormat.of().parseHex(pdq), Integer.parseInt(fields.getOrDefault("quality", "0"))),
        vectors,
        spaces.isEmpty() ? Set.of() : Set.of(spaces.split("\n")),
        new Availability(Long.parseLong(fields.getOrDefault("off", "0"))),
        Boolean.parseBoolean(fields.get("removed")));
  }

  static String text(Bank bank) {
    return JSON.createObjectNode()
        .put("name", bank.name())
        .put("kind", bank.kind().name())
        .put("off", bank.availability().offUntilMillis())
        .put("note", bank.note())
        .put("created", bank.created().toEpochMilli())
        .put("removed", bank.removed())
        .toString();
  }

  static Bank bank(String text) {
    JsonNode node = parse(text);
    return new Bank(
        node.path("name").asText(),
        BankKind.valueOf(node.path("kind").asText()),
        new Availability(node.path("off").asLong()),
        node.path("note").asText(),
        Instant.ofEpochMilli(node.path("created").asLong()),
        node.path("removed").asBoolean());
  }

  static String text(Change change) {
    ObjectNode node = JSON.createObjectNode()
        .put("id", change.id())
        .put("at", change.at().toEpochMilli())
        .put("by", change.by())
        .put("kind", change.kind().name())
        .put("bank", change.bank())
        .put("undoes", change.undoes());
    change.items().forEach(node.putArray("items")::add);
    change.before().forEach(node.putObject("before")::put);
    return node.toString();
  }

  static Change change(String text) {
    JsonNode node = parse(text);
    List<String> items = new ArrayList<>();
    node.path("items").forEach(item -> items.add(item.asText()));
    Map<String, String> before = new LinkedHashMap<>();
    node.path("before").properties().forEach(entry -> before.put(entry.getKey(), entry.getValue().asText()));
    return new Change(
        node.path("id").asText(),
        Instant.ofEpochMilli(node.path("at").asLong()),
        node.path("by").asText(),
        Change.Kind.valueOf(node.path("kind").asText()),
        node.path("bank").asText(),
        items,
        before,
        node.path("undoes").asText());
  }

  /// Little-endian float32, as NumPy and Redis have it.
  static byte[] bytes(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }

  static float[] vector(byte[] bytes, int from, int length) {
    float[] vector = new float[length / Float.BYTES];
    ByteBuffer.wrap(bytes, from, length).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the index holds a text that is no JSON: " + text, e);
    }
  }
}
