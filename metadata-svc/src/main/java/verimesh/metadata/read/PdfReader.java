package verimesh.metadata.read;

/// PDF, in the simple case: XMP packets that are not compressed, and the C2PA manifest as an embedded file whose file
/// specification and stream stand in the open (METADATA-C2PA.md §2). Object streams and encryption are not followed.
final class PdfReader {
  private static final String RELATIONSHIP = "/C2PA_Manifest";
  private static final int PACKETS_MAX = 4;
  private static final int OBJECT_BYTES = 64 << 10;

  private PdfReader() {}

  static boolean isHeader(Slice f) {
    return f.startsWith("%PDF-");
  }

  static void read(Slice file, Harvest harvest) {
    xmp(file, harvest);
    manifest(file, harvest);
  }

  private static void xmp(Slice file, Harvest harvest) {
    String endTag = "</x:xmpmeta>";
    int at = 0;
    for (int packets = 0; packets < PACKETS_MAX; packets++) {
      int start = file.indexOf("<x:xmpmeta", at);
      if (start < 0) {
        return;
      }
      int end = file.indexOf(endTag, start);
      if (end < 0) {
        XmpReader.read(file.after(start), "PDF XMP", harvest);
        return;
      }
      XmpReader.read(file.clip(start, (long) end + endTag.length() - start), "PDF XMP", harvest);
      at = end;
    }
  }

  private static void manifest(Slice file, Harvest harvest) {
    // Each incremental update may bring a store; the newest, which stands last, is the active one.
    int last = -1;
    for (int at = file.indexOf(RELATIONSHIP, 0); at >= 0; at = file.indexOf(RELATIONSHIP, at + 1)) {
      last = at;
    }
    if (last < 0) {
      return;
    }
    int begin = Math.max(0, last - OBJECT_BYTES);
    int objectStart = begin + Math.max(0, file.clip(begin, (long) last - begin).latin1().lastIndexOf(" obj"));
    int objectEnd = file.indexOf("endobj", last);
    String object = file.clip(objectStart, Math.min(OBJECT_BYTES, (objectEnd < 0 ? file.length() : objectEnd) - (long) objectStart)).latin1();
    int embedded = object.indexOf("/EF");
    int reference = embedded < 0 ? -1 : object.indexOf("/F", embedded + 3);
    String[] words = reference < 0 ? new String[0] : object.substring(reference + 2).strip().split("\\s+", 4);
    if (words.length < 3 || !words[0].matches("\\d{1,9}") || !words[1].matches("\\d{1,5}") || !words[2].startsWith("R")) {
      harvest.finding("UNREACHABLE_ITEM", "A C2PA file specification names no embedded stream that was found", harvest.offset(file) + last);
      return;
    }
    stream(file, words[0] + " " + words[1] + " obj", harvest);
  }

  private static void stream(Slice file, String head, Harvest harvest) {
    int object = -1;
    for (int at = file.indexOf(head, 0); at >= 0; at = file.indexOf(head, at + 1)) {
      if (at == 0 || !Character.isDigit(file.u8(at - 1))) {
        object = at;
      }
    }
    int keyword = object < 0 ? -1 : file.indexOf("stream", object);
    if (keyword < 0 || keyword - object > OBJECT_BYTES) {
      harvest.finding("UNREACHABLE_ITEM", "The C2PA stream is not where it is said to be", harvest.offset(file) + Math.max(object, 0));
      return;
    }
    String dictionary = file.clip(object, (long) keyword - object).latin1();
    int start = keyword + 6;
    if (file.matches(start, "\r\n")) {
      start += 2;
    } else if (file.matches(start, "\n") || file.matches(start, "\r")) {
      start++;
    }
    long length = directLength(dictionary);
    int end = file.indexOf("endstream", start);
    Slice data = length >= 0 && file.has(start, length) ? file.clip(start, length) : file.clip(start, (end < 0 ? file.length() : end) - (long) start);
    byte[] store;
    if (dictionary.contains("/FlateDecode")) {
      store = Inflation.inflate(data, "The C2PA stream", harvest);
    } else if (harvest.afford(data.length(), data)) {
      store = data.copy();
    } else {
      return;
    }
    harvest.store("PDF embedded file", store, harvest.offset(data));
  }

  /// A length that is a number of its own, -1 where it is a reference or absent.
  private static long directLength(String dictionary) {
    int at = dictionary.indexOf("/Length");
    if (at < 0) {
      return -1;
    }
    String rest = dictionary.substring(at + 7).stripLeading();
    int digits = 0;
    while (digits < rest.length() && digits < 10 && rest.charAt(digits) >= '0' && rest.charAt(digits) <= '9') {
      digits++;
    }
    boolean isReference = rest.substring(digits).matches("(?s)\\s+\\d+\\s+R.*");
    return digits == 0 || isReference ? -1 : Long.parseLong(rest.substring(0, digits));
  }
}
