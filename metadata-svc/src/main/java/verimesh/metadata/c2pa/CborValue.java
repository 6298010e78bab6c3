package verimesh.metadata.c2pa;

import java.util.List;
import java.util.Optional;

/// One decoded CBOR item (RFC 8949). Byte strings stay slices of the store, so nothing is copied and a validator can hash
/// the very bytes that were read.
public sealed interface CborValue {
  /// An integer that fits 64 signed bits.
  record Int(long value) implements CborValue {}

  /// An integer that does not: magnitude as unsigned bits; the number itself is `-1 - magnitude` if negative.
  record Huge(boolean negative, long magnitude) implements CborValue {}

  record Float(double value) implements CborValue {}

  /// @param data the array it lies in, shared; bytes `from` (inclusive) to `to` (exclusive) are the string
  record Bytes(byte[] data, int from, int to) implements CborValue {
    public byte[] copy() {
      return java.util.Arrays.copyOfRange(data, from, to);
    }

    public int length() {
      return to - from;
    }
  }

  record Text(String value) implements CborValue {}

  record Items(List<CborValue> values) implements CborValue {
    public Items {
      values = List.copyOf(values);
    }
  }

  /// A map in file order; duplicate keys are kept, for they are a finding and not a choice of the parser.
  record Entries(List<Entry> entries) implements CborValue {
    public Entries {
      entries = List.copyOf(entries);
    }
  }

  record Entry(CborValue key, CborValue value) {}

  record Tagged(long tag, CborValue value) implements CborValue {}

  /// false 20, true 21, null 22, undefined 23, others as written.
  record Simple(int code) implements CborValue {}

  /// The first entry with this text key; empty for anything that is no map.
  default Optional<CborValue> get(String key) {
    return untagged() instanceof Entries map
        ? map.entries().stream().filter(e -> e.key() instanceof Text t && t.value().equals(key)).map(Entry::value).findFirst()
        : Optional.empty();
  }

  /// The first entry with this integer key, as COSE headers have them.
  default Optional<CborValue> get(long key) {
    return untagged() instanceof Entries map
        ? map.entries().stream().filter(e -> e.key() instanceof Int i && i.value() == key).map(Entry::value).findFirst()
        : Optional.empty();
  }

  default Optional<String> text(String key) {
    return get(key).flatMap(CborValue::asText);
  }

  default Optional<String> asText() {
    return untagged() instanceof Text t ? Optional.of(t.value()) : Optional.empty();
  }

  /// The elements of an array; empty for anything else.
  default List<CborValue> items() {
    return untagged() instanceof Items list ? list.values() : List.of();
  }

  default boolean isTrue() {
    return this instanceof Simple s && s.code() == 21;
  }

  /// The item without its tags (dates carry tag 0).
  default CborValue untagged() {
    CborValue value = this;
    while (value instanceof Tagged tagged) value = tagged.value();
    return value;
  }
}
