package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import verimesh.metadata.read.ExifRecord;
import verimesh.metadata.read.ExifRecord.Ifd;
import verimesh.metadata.read.FileRecord;
import verimesh.metadata.read.Format;
import verimesh.metadata.read.IptcRecord;
import verimesh.metadata.read.UserComment;
import verimesh.metadata.read.XmpRecord;

/// Everything that a file says in text, decoded once, in the order in which it stands there. Not thread-safe: JSON is
/// parsed when first asked for.
///
/// A JSON object in a place that has no names of its own (UserComment, a comment, a hidden payload) is opened: its members
/// become sayings of their own, since converters put a PNG's chunks there one to one.
public final class Words {
  /// Members of one such object that are opened.
  private static final int MEMBERS_MAX = 64;

  /// Tags in which tools keep text, by the names that answers print. MakerNote only in IFD0, where no camera puts it.
  private static final Map<Integer, String> TAGS = tags();

  /// Texts that are shown for inspection.
  private static final int TEXTS_SHOWN_MAX = 64;

  private static final Set<String> PERSONAL = Set.of("artist", "author", "copyright", "owner", "creator");

  private static final int USER_COMMENT = 0x9286;
  private static final int MAKER_NOTE = 0x927c;

  private final List<Saying> sayings = new ArrayList<>();
  private final Json.Budget budget = new Json.Budget();
  private final XmpRecord xmp;
  private final IptcRecord iptc;
  private final List<FileRecord.SamsungBlock> samsung;
  private final Format format;

  private Words(FileRecord file, XmpRecord xmp, IptcRecord iptc, List<FileRecord.SamsungBlock> samsung) {
    this.format = file.format();
    this.xmp = xmp;
    this.iptc = iptc;
    this.samsung = samsung;
  }

  /// Where a saying comes from, as far as it matters for believing it.
  enum Source { PNG_TEXT, EXIF, COMMENT, HIDDEN }

  /// One text with its name. `key` is the PNG keyword, the EXIF tag's name, `Comment`, or a member's name.
  static final class Saying {
    private final Source source;
    private final String key;
    private final Place place;
    private final boolean opened;
    private final Json.Budget budget;
    private String text;
    private Optional<JsonNode> object;

    private Saying(Source source, String key, String text, Place place, boolean opened, Json.Budget budget) {
      this.source = source;
      this.key = key;
      this.text = text;
      this.place = place;
      this.opened = opened;
      this.budget = budget;
    }

    /// A member of `container` that was opened; an object is parsed already, and its text is made when somebody asks.
    private static Saying member(Saying container, String key, JsonNode value) {
      Saying member = new Saying(container.source, key, value.isObject() ? null : value.asText(), container.place, true, container.budget);
      if (value.isObject()) member.object = Optional.of(value);
      return member;
    }

    boolean opened() {
      return opened;
    }

    Source source() {
      return source;
    }

    String key() {
      return key;
    }

    String text() {
      if (text == null) text = object.orElseThrow().toString();
      return text;
    }

    Place place() {
      return place;
    }

    /// The JSON object that the text is; empty if it is none, or too large to be parsed.
    Optional<JsonNode> object() {
      if (object == null) object = Json.object(text, budget);
      return object;
    }
  }

  public static Words of(FileRecord file) {
    Words words = new Words(file, file.xmp(), file.iptc(), file.samsung());
    for (FileRecord.TextEntry entry : file.texts()) {
      if (entry.keyword().isEmpty()) words.add(words.saying(Source.COMMENT, "Comment", entry.text(), Place.comment(entry.carrier())), true);
      else words.add(words.saying(Source.PNG_TEXT, entry.keyword(), entry.text(), Place.text(entry.carrier(), entry.keyword())), false);
    }
    words.addExif(file.exif());
    file.xmp().all(Xmp.EXIF, "UserComment").findFirst()
        .ifPresent(text -> words.add(words.saying(Source.EXIF, "UserComment", text, Place.xmp(file.xmp().carrier(), "UserComment")), true));
    return words;
  }

  /// What a hidden payload says: nothing but its text.
  public static Words hidden(FileRecord file, String payload, Place place) {
    Words words = new Words(file, XmpRecord.EMPTY, IptcRecord.EMPTY, List.of());
    words.add(words.saying(Source.HIDDEN, "parameters", payload, place), true);
    return words;
  }

  /// A text of this file that stands in none of the usual places.
  Saying saying(Source source, String key, String text, Place place) {
    return new Saying(source, key, text, place, false, budget);
  }

  private void addExif(ExifRecord exif) {
    TAGS.forEach((tag, name) -> exif.value(Ifd.IFD0, tag).ifPresent(value ->
        addExif(saying(Source.EXIF, name, value.text(), Place.exif(exif.carrier(), name)), name.equals("ImageDescription"))));
    for (Ifd ifd : List.of(Ifd.EXIF, Ifd.IFD0)) {
      exif.value(ifd, USER_COMMENT).ifPresent(value ->
          addExif(saying(Source.EXIF, "UserComment", UserComment.decode(value.bytes(), value.order()), Place.exif(exif.carrier(), "UserComment")), true));
    }
    exif.value(Ifd.IFD0, MAKER_NOTE).filter(value -> value.bytes().length < 64).ifPresent(value ->
        addExif(saying(Source.EXIF, "MakerNote", value.text(), Place.exif(exif.carrier(), "MakerNote")), false));
  }

  private void addExif(Saying saying, boolean open) {
    if (saying.text().isBlank()) return;
    add(saying, open);
    // ComfyUI's savers name the content in the value: `prompt:{...}`, `Workflow: {...}`.
    int colon = saying.text().indexOf(':');
    if (colon > 0 && colon <= 32 && saying.text().chars().limit(colon).allMatch(c -> Character.isLetterOrDigit(c) || c == '_')) {
      String rest = saying.text().substring(colon + 1).stripLeading();
      if (rest.startsWith("{")) add(new Saying(saying.source(), saying.text().substring(0, colon).toLowerCase(Locale.ROOT), rest, saying.place(), true, budget), false);
    }
  }

  private void add(Saying saying, boolean open) {
    sayings.add(saying);
    if (!open) return;
    saying.object().filter(object -> !ComfyGraph.isGraph(object)).ifPresent(object -> {
      int opened = 0;
      for (var member : object.properties()) {
        if (++opened > MEMBERS_MAX) return;
        JsonNode value = member.getValue();
        if (value.isObject() || value.isValueNode() && !value.isNull()) sayings.add(Saying.member(saying, member.getKey(), value));
      }
    });
  }

  /// All sayings of these names, in file order.
  Stream<Saying> named(String... keys) {
    List<String> wanted = Arrays.asList(keys);
    return sayings.stream().filter(s -> wanted.contains(s.key()));
  }

  Optional<Saying> first(String... keys) {
    return named(keys).findFirst();
  }

  String text(String... keys) {
    return first(keys).map(Saying::text).orElse("");
  }

  /// The texts as they stand in the file, by their place, for people who want to look; opened members are left out, and
  /// so are fields that hold a person's name.
  public Map<String, String> asWritten() {
    Map<String, String> written = new LinkedHashMap<>();
    for (Saying saying : sayings) {
      if (saying.opened() || PERSONAL.contains(saying.key().toLowerCase(Locale.ROOT))) continue;
      String name = saying.place().carrier();
      for (int i = 2; written.containsKey(name); i++) name = saying.place().carrier() + " (" + i + ")";
      written.put(name, saying.text());
      if (written.size() == TEXTS_SHOWN_MAX) break;
    }
    return written;
  }

  /// What NovelAI's signature may cover: the raw texts of its Comment.
  public List<String> signedComments() {
    return named("Comment").filter(s -> s.text().contains("\"signed_hash\"")).map(Saying::text).toList();
  }

  /// Texts in which tools write whole JSON records.
  Stream<Saying> records() {
    return named("parameters", "UserComment", "Comment");
  }

  XmpRecord xmp() {
    return xmp;
  }

  IptcRecord iptc() {
    return iptc;
  }

  List<FileRecord.SamsungBlock> samsung() {
    return samsung;
  }

  Format format() {
    return format;
  }

  private static Map<Integer, String> tags() {
    Map<Integer, String> tags = new LinkedHashMap<>();
    tags.put(0x010f, "Make");
    tags.put(0x0110, "Model");
    tags.put(0x0131, "Software");
    tags.put(0x013b, "Artist");
    tags.put(0x010e, "ImageDescription");
    tags.put(0x010d, "DocumentName");
    // ComfyUI's animated WebP counts down from Make, a tag for each further record.
    for (int tag = 0x010c; tag >= 0x0107; tag--) tags.put(tag, "0x" + "%04x".formatted(tag));
    return tags;
  }
}
