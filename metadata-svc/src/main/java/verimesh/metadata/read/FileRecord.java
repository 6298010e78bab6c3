package verimesh.metadata.read;

import java.util.List;
import java.util.Optional;

/// Everything that one file says of itself, read once and not judged yet. Immutable; byte arrays in it belong to the
/// record and must not be changed by anyone.
///
/// @param width stored pixels from the header, 0 where it could not be read
/// @param height likewise
/// @param texts PNG text chunks, JPEG and GIF comments, TC260 labels in JPEG APP segments and comments before an SVG's
///     root, in file order, decoded by METADATA.md §1
/// @param exif all EXIF directories that were found, `ExifRecord.EMPTY` without any
/// @param xmp all packets joined (extended XMP too), `XmpRecord.EMPTY` without any
/// @param iptc IIM data sets, `IptcRecord.EMPTY` without any
/// @param c2pa the manifest stores found, as JUMBF bytes; more than one is an error of the file
/// @param jpeg coding facts of a JPEG
/// @param samsung blocks of a Samsung trailer behind EOI
/// @param icc the colour profile that travels with the pixels
/// @param hasAlpha whether the stored pixels have an alpha channel (PNG, WebP): stealth records need one
/// @param animated whether the header or chunks announce more than one frame
/// @param findings damage and limits reached; the rest of the record stands
public record FileRecord(
    Format format, int width, int height, List<TextEntry> texts, ExifRecord exif, XmpRecord xmp, IptcRecord iptc,
    List<ManifestStore> c2pa, Optional<JpegRecord> jpeg, List<SamsungBlock> samsung, Optional<IccProfile> icc,
    boolean hasAlpha, boolean animated, List<ReadFinding> findings) {
  public FileRecord {
    texts = List.copyOf(texts);
    c2pa = List.copyOf(c2pa);
    samsung = List.copyOf(samsung);
    findings = List.copyOf(findings);
  }

  /// One text with its place.
  /// @param carrier container and place for people: `PNG tEXt`, `PNG iTXt`, `PNG zTXt`, `JPEG COM`, `JPEG APP9`,
  ///     `GIF comment`, `SVG comment`
  /// @param keyword a PNG chunk's keyword as written (case kept), `AIGC` for a label in a JPEG APP segment, else empty
  /// @param text decoded, at most 8 MiB
  public record TextEntry(String carrier, String keyword, String text) {}

  /// One C2PA manifest store (JUMBF superbox `c2pa`), not parsed here.
  /// @param carrier `PNG caBX`, `JPEG APP11`, `WebP C2PA`, `AVIF uuid`, ...
  /// @param offset where the embedding begins in the file
  public record ManifestStore(String carrier, byte[] jumbf, long offset) {}

  /// @param type SEF block type, for example 0x0ba1
  public record SamsungBlock(int type, String name, byte[] data) {}

  /// @param description the profile's own name, for example `sRGB IEC61966-2.1` or `Display P3`; empty if it has none
  /// @param copyright likewise; some networks put their mark here
  /// @param bytes its length as stored, 0 where unknown
  public record IccProfile(String description, String copyright, int bytes) {}

  /// @param code UPPER_SNAKE, as `metadata.proto` Finding lists
  /// @param offset byte offset in the file, -1 where unknown
  public record ReadFinding(String code, String text, long offset) {}

  /// Coding facts of a JPEG that tell who encoded it.
  /// @param luminance 64 numbers in zigzag order, empty array if there is no table
  /// @param chrominance likewise
  /// @param ijgQuality 1 to 100 where both tables are IJG's own for that quality, 0 otherwise
  /// @param sampling `4:2:0`, `4:2:2`, `4:4:0`, `4:4:4`, `4:1:1`, or empty (grey)
  /// @param components 1, 3 or 4
  /// @param jfif whether an APP0 JFIF segment exists
  /// @param markers marker names in file order up to the first SOS: `SOI`, `APP1`, `DQT`, ...
  /// @param truncated whether EOI is missing
  public record JpegRecord(
      int[] luminance, int[] chrominance, int ijgQuality, String sampling, int components, boolean progressive,
      boolean jfif, List<String> markers, boolean truncated) {}
}
