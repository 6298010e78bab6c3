package verimesh.metadata.read;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// EXIF directories as they were written: raw values that know their type, so that each reader decodes text by its own
/// rule (METADATA.md §1).
///
/// @param values the first value of each tag in each kind of directory, in file order
/// @param thumbnailBytes length of the IFD1 thumbnail as declared, 0 without one
/// @param carrier where the block stood: `JPEG EXIF`, `PNG eXIf`, `WebP EXIF`, `HEIC Exif`, `TIFF`, ...; empty without one
public record ExifRecord(Map<Key, Value> values, int thumbnailBytes, String carrier) {
  public static final ExifRecord EMPTY = new ExifRecord(Map.of(), 0, "");

  private static final int USER_COMMENT = 0x9286;
  /// XPTitle, XPComment, XPAuthor, XPKeywords, XPSubject: Windows writes UTF-16LE into bytes.
  private static final int XP_FIRST = 0x9c9b;
  private static final int XP_LAST = 0x9c9f;

  public ExifRecord {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /// Which directory a tag stood in. Tools put tags where cameras never do, so the place matters.
  public enum Ifd { IFD0, EXIF, GPS, INTEROP, IFD1, SUB }

  public record Key(Ifd ifd, int tag) {}

  /// @param type TIFF type, 1 to 13; 16 to 18 from BigTIFF, 129 for EXIF 3.0's UTF-8
  /// @param count number of elements as declared and really present
  /// @param bytes all of them, but at most 64 KiB of a maker note, 4 KiB of other arrays and 8 MiB of a text
  public record Value(int type, int count, byte[] bytes, ByteOrder order) {
    /// The bytes as text whatever the type, up to the first NUL, UTF-8 where they are valid UTF-8, else latin-1. NULs at
    /// the very beginning are skipped: NovelAI's WebP has some.
    public String text() {
      Slice all = Slice.of(bytes);
      int start = 0;
      while (start < bytes.length && bytes[start] == 0) {
        start++;
      }
      int nul = all.indexOf(0, start, bytes.length);
      return TextDecoding.utf8OrLatin1(all.clip(start, (nul < 0 ? bytes.length : nul) - (long) start)).strip();
    }

    /// The i-th element as a number; empty for text, for elements that are not there, and for a rational over zero.
    public OptionalDouble number(int i) {
      int size = TiffDirectories.sizeOf(type);
      Slice all = Slice.of(bytes);
      if (i < 0 || size == 0 || !all.has((long) i * size, size)) {
        return OptionalDouble.empty();
      }
      int at = i * size;
      return switch (type) {
        case 1 -> OptionalDouble.of(all.u8(at));
        case 3 -> OptionalDouble.of(all.u16(at, order));
        case 4, 13 -> OptionalDouble.of(all.u32(at, order));
        case 5 -> ratio(all.u32(at, order), all.u32(at + 4, order));
        case 6 -> OptionalDouble.of((byte) all.u8(at));
        case 8 -> OptionalDouble.of((short) all.u16(at, order));
        case 9 -> OptionalDouble.of((int) all.u32(at, order));
        case 10 -> ratio((int) all.u32(at, order), (int) all.u32(at + 4, order));
        case 11 -> finite(Float.intBitsToFloat((int) all.u32(at, order)));
        case 12 -> finite(Double.longBitsToDouble(all.u64(at, order)));
        case 16, 17, 18 -> OptionalDouble.of(all.u64(at, order));
        default -> OptionalDouble.empty();
      };
    }

    public OptionalDouble number() {
      return number(0);
    }

    private static OptionalDouble ratio(long numerator, long denominator) {
      return denominator == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) numerator / denominator);
    }

    private static OptionalDouble finite(double d) {
      return Double.isFinite(d) ? OptionalDouble.of(d) : OptionalDouble.empty();
    }
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  public boolean has(Ifd ifd, int tag) {
    return values.containsKey(new Key(ifd, tag));
  }

  public Optional<Value> value(Ifd ifd, int tag) {
    return Optional.ofNullable(values.get(new Key(ifd, tag)));
  }

  /// The tag's raw bytes in the first of the directories that has it.
  public Optional<Value> first(int tag, Ifd... ifds) {
    for (Ifd ifd : ifds) {
      Value value = values.get(new Key(ifd, tag));
      if (value != null) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /// A tag as text: UserComment by its own rule, Windows' XP tags as UTF-16LE, the rest by [Value#text]. Empty if the tag
  /// is not there or blank.
  public Optional<String> text(Ifd ifd, int tag) {
    return value(ifd, tag).map(value -> text(tag, value)).filter(text -> !text.isBlank());
  }

  /// [#text(Ifd, int)] of the first directory in which the tag says something.
  public Optional<String> firstText(int tag, Ifd... ifds) {
    for (Ifd ifd : ifds) {
      Optional<String> text = text(ifd, tag);
      if (text.isPresent()) {
        return text;
      }
    }
    return Optional.empty();
  }

  /// The first number of a tag in the first directory that has it.
  public OptionalDouble number(int tag, Ifd... ifds) {
    return first(tag, ifds).map(Value::number).orElse(OptionalDouble.empty());
  }

  /// UserComment from wherever it stands: cameras have it in the EXIF directory, some tools write it into IFD0.
  public Optional<String> userComment() {
    return firstText(USER_COMMENT, Ifd.EXIF, Ifd.IFD0, Ifd.SUB, Ifd.IFD1);
  }

  private static String text(int tag, Value value) {
    if (tag == USER_COMMENT) {
      return UserComment.decode(value.bytes(), value.order());
    }
    if (tag >= XP_FIRST && tag <= XP_LAST) {
      String text = new String(value.bytes(), StandardCharsets.UTF_16LE);
      int nul = text.indexOf('\0');
      return (nul < 0 ? text : text.substring(0, nul)).strip();
    }
    return value.text();
  }
}
