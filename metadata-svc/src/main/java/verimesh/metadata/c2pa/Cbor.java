package verimesh.metadata.c2pa;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads one CBOR item out of a byte range, within limits: [#DEPTH_MAX] levels, [#ITEMS_MAX] items, and no allocation
/// before the bytes that fill it are known to be there. Own code because a claim's bytes must stay addressable and the
/// input is a stranger's; it does what claims use and refuses the rest.
public final class Cbor {
  /// Levels of nesting (METADATA-C2PA.md §14).
  static final int DEPTH_MAX = 64;

  /// Items in one document; a claim of 5,000 assertions has about 35,000.
  static final int ITEMS_MAX = 200_000;

  private static final int INDEFINITE = 31;

  private final byte[] data;
  private final int end;
  private int at;
  private int items;

  private Cbor(byte[] data, int from, int to) {
    this.data = data;
    this.at = from;
    this.end = to;
  }

  /// What came of a range of bytes.
  public sealed interface Document {
    /// @param end offset behind the item; less than the range's end if bytes trail
    record Read(CborValue value, int end) implements Document {}

    /// @param at offset where it stopped making sense
    record Malformed(String why, int at) implements Document {}
  }

  /// @param data shared, not changed; `from` inclusive, `to` exclusive, both inside
  public static Document read(byte[] data, int from, int to) {
    java.util.Objects.checkFromToIndex(from, to, data.length);
    Cbor reader = new Cbor(data, from, to);
    try {
      CborValue value = reader.item(0);
      return new Document.Read(value, reader.at);
    } catch (Broken broken) {
      return new Document.Malformed(broken.getMessage(), reader.at);
    }
  }

  /// Leaves the recursion; never leaves this class.
  private static final class Broken extends Exception {
    Broken(String why) {
      super(why, null, false, false);
    }
  }

  private CborValue item(int depth) throws Broken {
    if (depth > DEPTH_MAX) throw new Broken("nested deeper than " + DEPTH_MAX);
    if (++items > ITEMS_MAX) throw new Broken("more than " + ITEMS_MAX + " items");
    int first = octet();
    int major = first >> 5;
    int info = first & 31;
    return switch (major) {
      case 0 -> integer(false, argument(info));
      case 1 -> integer(true, argument(info));
      case 2 -> info == INDEFINITE ? joinedBytes() : bytes(length(info));
      case 3 -> info == INDEFINITE ? joinedText() : text(length(info));
      case 4 -> array(info, depth);
      case 5 -> map(info, depth);
      case 6 -> new CborValue.Tagged(argument(info), item(depth + 1));
      default -> simple(info);
    };
  }

  private static CborValue integer(boolean negative, long argument) {
    if (argument < 0) return new CborValue.Huge(negative, argument); // the 64th bit is set: beyond a signed long
    return new CborValue.Int(negative ? -1 - argument : argument);
  }

  private CborValue array(int info, int depth) throws Broken {
    List<CborValue> values = new ArrayList<>();
    if (info == INDEFINITE) {
      while (!breakFollows()) values.add(item(depth + 1));
    } else {
      int count = length(info); // every item takes a byte, so a count beyond the rest is a lie
      for (int i = 0; i < count; i++) values.add(item(depth + 1));
    }
    return new CborValue.Items(values);
  }

  private CborValue map(int info, int depth) throws Broken {
    List<CborValue.Entry> entries = new ArrayList<>();
    if (info == INDEFINITE) {
      while (!breakFollows()) entries.add(new CborValue.Entry(item(depth + 1), item(depth + 1)));
    } else {
      int count = length(info);
      for (int i = 0; i < count; i++) entries.add(new CborValue.Entry(item(depth + 1), item(depth + 1)));
    }
    return new CborValue.Entries(entries);
  }

  private CborValue simple(int info) throws Broken {
    return switch (info) {
      case 24 -> new CborValue.Simple(octet());
      case 25 -> new CborValue.Float(java.lang.Float.float16ToFloat((short) argument(25)));
      case 26 -> new CborValue.Float(java.lang.Float.intBitsToFloat((int) argument(26)));
      case 27 -> new CborValue.Float(Double.longBitsToDouble(argument(27)));
      case INDEFINITE -> throw new Broken("a break where an item was expected");
      default -> {
        if (info > 23) throw new Broken("reserved additional information " + info);
        yield new CborValue.Simple(info);
      }
    };
  }

  private CborValue.Bytes bytes(int length) throws Broken {
    int from = at;
    at += length;
    return new CborValue.Bytes(data, from, at);
  }

  private CborValue.Text text(int length) throws Broken {
    String text = decode(data, at, length);
    at += length;
    return new CborValue.Text(text);
  }

  private CborValue.Bytes joinedBytes() throws Broken {
    byte[] joined = chunks(2);
    return new CborValue.Bytes(joined, 0, joined.length);
  }

  private CborValue.Text joinedText() throws Broken {
    byte[] joined = chunks(3);
    return new CborValue.Text(decode(joined, 0, joined.length));
  }

  /// The pieces of an indefinite-length string, each of the same major type and of definite length.
  private byte[] chunks(int major) throws Broken {
    java.io.ByteArrayOutputStream joined = new java.io.ByteArrayOutputStream();
    while (!breakFollows()) {
      if (++items > ITEMS_MAX) throw new Broken("more than " + ITEMS_MAX + " items");
      int first = octet();
      if (first >> 5 != major || (first & 31) == INDEFINITE) throw new Broken("a foreign piece in an indefinite string");
      int length = length(first & 31);
      joined.write(data, at, length);
      at += length;
    }
    return joined.toByteArray();
  }

  private static String decode(byte[] bytes, int from, int length) throws Broken {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length)).toString();
    } catch (CharacterCodingException e) {
      throw new Broken("a text string that is no UTF-8");
    }
  }

  private boolean breakFollows() throws Broken {
    if (at >= end) throw new Broken("ends inside an indefinite item");
    if ((data[at] & 0xff) != 0xff) return false;
    at++;
    return true;
  }

  /// A length or count, checked against what is left before anybody allocates for it.
  private int length(int info) throws Broken {
    long length = argument(info);
    if (length < 0 || length > end - at) throw new Broken("declares " + Long.toUnsignedString(length) + " where " + (end - at) + " bytes are left");
    return (int) length;
  }

  private long argument(int info) throws Broken {
    if (info < 24) return info;
    int size = switch (info) {
      case 24 -> 1;
      case 25 -> 2;
      case 26 -> 4;
      case 27 -> 8;
      default -> throw new Broken("reserved additional information " + info);
    };
    long value = 0;
    for (int i = 0; i < size; i++) value = value << 8 | octet();
    return value;
  }

  private int octet() throws Broken {
    if (at >= end) throw new Broken("ends inside an item");
    return data[at++] & 0xff;
  }
}
