package verimesh.metadata.read;

import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// EXIF directories as they were written: raw values that know their type, so that each reader decodes text by its own
/// rule (METADATA.md §1).
///
/// @param thumbnailBytes length of the IFD1 thumbnail, 0 without one
/// @param carrier where the block stood: `JPEG EXIF`, `PNG eXIf`, `WebP EXIF`, `HEIF Exif`, `TIFF`, ...; empty without one
public record ExifRecord(Map<Key, Value> values, int thumbnailBytes, String carrier) {
  public static final ExifRecord EMPTY = new ExifRecord(Map.of(), 0, "");

  public ExifRecord {
    values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /// Which directory a tag stood in. Tools put tags where cameras never do, so the place matters.
  public enum Ifd { IFD0, EXIF, GPS, INTEROP, IFD1, SUB }

  public record Key(Ifd ifd, int tag) {}

  /// @param type TIFF type, 1 to 13
  /// @param count number of elements as declared and really present
  public record Value(int type, int count, byte[] bytes, ByteOrder order) {}

  public boolean isEmpty() {
    return values.isEmpty();
  }

  public Optional<Value> value(Ifd ifd, int tag) {
    return Optional.ofNullable(values.get(new Key(ifd, tag)));
  }

  /// The tag's raw bytes in the first of the directories that has it.
  public Optional<Value> first(int tag, Ifd... ifds) {
    return List.of(ifds).stream().map(ifd -> values.get(new Key(ifd, tag))).filter(java.util.Objects::nonNull).findFirst();
  }
}
