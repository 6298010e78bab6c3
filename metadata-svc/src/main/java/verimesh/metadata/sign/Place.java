package verimesh.metadata.sign;

/// Where a sign stands.
///
/// @param carrier container and place, for programs and people: `PNG tEXt parameters`
/// @param sentence for people: `PNG text chunk 'parameters'`
public record Place(String carrier, String sentence) {
  /// @param chunk `PNG tEXt`, `PNG iTXt`, `PNG zTXt`
  static Place text(String chunk, String keyword) {
    return new Place(chunk + " " + keyword, "PNG text chunk '" + keyword + "'");
  }

  /// @param carrier `JPEG COM`, `GIF comment`
  static Place comment(String carrier) {
    return new Place(carrier, carrier.equals("JPEG COM") ? "JPEG comment segment" : carrier);
  }

  /// @param block where the EXIF block stood: `JPEG EXIF`, `PNG eXIf`, ...
  static Place exif(String block, String tag) {
    return new Place(block + " " + tag, "EXIF " + tag);
  }

  /// @param packet where the XMP packet stood: `JPEG APP1 XMP`, ...
  static Place xmp(String packet, String property) {
    return new Place(packet + " " + property, "XMP property '" + property + "'");
  }

  static Place iptc(String block, String dataSet) {
    return new Place((block.isEmpty() ? "IPTC" : block) + " " + dataSet, "IPTC " + dataSet);
  }

  /// @param container `PNG`, `WebP`; `signature` the 15 bytes that the hidden record begins with
  public static Place hidden(String container, String signature) {
    return new Place(container + " " + signature, "hidden in the pixels' lowest bits as " + signature);
  }

  /// @param store where the manifest store stood: `PNG caBX`, ...
  static Place credentials(String store) {
    return new Place(store, "Content Credentials (C2PA, not validated)");
  }
}
