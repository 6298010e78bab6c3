package verimesh.metadata.read;

/// What one file may cost, METADATA.md §16. Real files stay far below each of these; hostile ones meet a finding.
final class Limits {
  /// Bytes of metadata taken from one file, inflated size counted.
  static final int METADATA_BYTES = 32 << 20;
  /// Bytes of one text or packet, inflated. Workflows of 30 to 250 KB are normal, 1 to 5 MB occur (METADATA.md §1).
  static final int TEXT_BYTES = 8 << 20;
  /// What is kept of a text that went over [#TEXT_BYTES] or that grew like a bomb: enough to recognise a tool by.
  static final int TEXT_BYTES_KEPT = 256 << 10;
  /// From this size on, a deflate ratio above [#INFLATE_RATIO] is called a bomb. JSON graphs reach about 30.
  static final int INFLATE_RATIO_FROM_BYTES = 1 << 20;
  static final int INFLATE_RATIO = 200;
  /// Text entries, EXIF values, IIM data sets and XMP properties, each. The richest real file at hand has 400.
  static final int ENTRIES = 8_000;
  /// Values of one XMP list. Photoshop's DocumentAncestors holds thousands, none of which says anything to us.
  static final int LIST_ITEMS = 1_000;
  /// Directories of one EXIF block.
  static final int DIRECTORIES = 64;
  /// Nested XML elements.
  static final int XML_DEPTH = 64;
  /// XMP packets of one file; real ones have up to three. Each costs a parser, however short it is.
  static final int XMP_PACKETS = 64;
  /// Chunks, segments, boxes or GIF sub-blocks walked over in one file; a 32 MiB GIF has 131,000 sub-blocks of 255 bytes.
  static final int PARTS = 1 << 20;
  /// Manifest stores kept; a file with two is wrong already.
  static final int MANIFEST_STORES = 16;
  /// Samsung trailer blocks kept.
  static final int TRAILER_BLOCKS = 64;
  /// Bytes kept of one camera maker note: its beginning names the format, and nobody here reads more.
  static final int MAKER_NOTE_BYTES = 64 << 10;
  /// Bytes kept of one array of numbers, such as strip offsets.
  static final int NUMBERS_BYTES = 4 << 10;
  /// Findings listed; the rest is counted.
  static final int FINDINGS = 64;

  private Limits() {}
}
