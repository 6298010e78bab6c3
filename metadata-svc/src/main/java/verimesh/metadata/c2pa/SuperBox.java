package verimesh.metadata.c2pa;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A JUMBF superbox: a labelled node whose children are superboxes or content boxes. Holds offsets, not copies.
///
/// @param data the array it lies in, shared; the store itself or a decompressed manifest
/// @param contentFrom offset of the description box; hashes of a box run from here to `contentTo`
/// @param contentTo behind the last child
/// @param type the description's type as four characters (`c2pa`, `c2ma`, `cbor`, ...), or 32 hex digits of a UUID outside
///     the JUMBF range
/// @param label empty without one
public record SuperBox(
    byte[] data, int contentFrom, int contentTo, String type, String label, List<SuperBox> children,
    List<ContentBox> contents) {
  public SuperBox {
    children = List.copyOf(children);
    contents = List.copyOf(contents);
  }

  /// A box that holds bytes and no boxes: `cbor`, `json`, `bfdb`, `bidb`, `brob`, `uuid`.
  /// @param from offset of its payload, `to` behind it, in the superbox's `data`
  public record ContentBox(String type, int from, int to) {}

  public Optional<SuperBox> child(String wantedType) {
    return children.stream().filter(c -> c.type().equals(wantedType)).findFirst();
  }

  /// The child with this label. Two of one label leave the reference unresolved (METADATA-C2PA.md §4).
  public Optional<SuperBox> childLabelled(String wanted) {
    List<SuperBox> found = children.stream().filter(c -> c.label().equals(wanted)).limit(2).toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  public Optional<ContentBox> content(String wantedType) {
    return contents.stream().filter(c -> c.type().equals(wantedType)).findFirst();
  }

  /// The decoded `cbor` content, if there is one and it is well-formed.
  Stream<CborValue> cbor() {
    return content("cbor").stream()
        .map(box -> Cbor.read(data, box.from(), box.to()))
        .flatMap(read -> read instanceof Cbor.Document.Read(CborValue value, int _) ? Stream.of(value) : Stream.empty());
  }
}
