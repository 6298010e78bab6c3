package verimesh.metadata.read;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// XMP properties of all packets, flattened: attributes, elements and list items come out alike.
/// @param carrier where the first packet stood: `PNG tEXt XMP`, `JPEG APP1 XMP`, ...; empty without one
public record XmpRecord(List<Property> properties, String carrier) {
  public static final XmpRecord EMPTY = new XmpRecord(List.of(), "");

  public XmpRecord {
    properties = List.copyOf(properties);
  }

  /// @param namespace URI as written
  /// @param name local name of the property itself
  /// @param path local names from the top down to the property, joined by `/`, list positions left out:
  ///     `History/softwareAgent`; equal to `name` at the top
  /// @param value text, entities resolved
  public record Property(String namespace, String name, String path, String value) {}

  /// All values of a top-level or nested property.
  public Stream<String> all(String namespace, String name) {
    return properties.stream().filter(p -> p.name().equals(name) && p.namespace().equals(namespace)).map(Property::value);
  }

  public Optional<String> first(String namespace, String name) {
    return all(namespace, name).findFirst();
  }

  public boolean isEmpty() {
    return properties.isEmpty();
  }
}
