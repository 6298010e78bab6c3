package verimesh.metadata.read;

import java.nio.charset.StandardCharsets;

/// The two names in an ICC profile, ICC.1:2022 §7 and §10: `desc` and `cprt`.
final class IccReader {
  /// Bytes looked at; the tag table and the names stand at the front of every profile seen.
  static final int BYTES_MAX = 1 << 20;
  private static final int HEADER_BYTES = 128;
  private static final int TAGS_MAX = 100;
  private static final int NAME_CHARACTERS_MAX = 256;

  private IccReader() {}

  /// @param name what the container calls the profile, used where the profile does not say itself
  /// @param storedBytes length as it stands in the file
  static FileRecord.IccProfile read(Slice profile, String name, int storedBytes) {
    String description = "";
    String copyright = "";
    if (profile.has(HEADER_BYTES, 4)) {
      int tags = (int) Math.min(profile.u32(HEADER_BYTES), TAGS_MAX);
      for (int i = 0; i < tags && profile.has(HEADER_BYTES + 4 + 12L * i, 12); i++) {
        int at = HEADER_BYTES + 4 + 12 * i;
        switch (profile.latin1(at, 4)) {
          case "desc" -> description = text(profile.clip(profile.u32(at + 4), profile.u32(at + 8)));
          case "cprt" -> copyright = text(profile.clip(profile.u32(at + 4), profile.u32(at + 8)));
          default -> { }
        }
      }
    }
    return new FileRecord.IccProfile(description.isEmpty() ? name : description, copyright, storedBytes);
  }

  private static String text(Slice tag) {
    String text = "";
    if (tag.startsWith("desc") && tag.has(8, 4)) {
      text = tag.clip(12, tag.u32(8)).latin1();
    } else if (tag.startsWith("text")) {
      text = tag.after(8).latin1();
    } else if (tag.startsWith("mluc") && tag.has(16, 12) && tag.u32(8) > 0) {
      // The first language record will do: it is English wherever a profile has several.
      Slice utf16 = tag.clip(tag.u32(24), tag.u32(20));
      text = new String(utf16.bytes(), utf16.from(), utf16.length(), StandardCharsets.UTF_16BE);
    }
    int nul = text.indexOf('\0');
    String cut = (nul < 0 ? text : text.substring(0, nul)).strip();
    return cut.length() > NAME_CHARACTERS_MAX ? cut.substring(0, NAME_CHARACTERS_MAX) : cut;
  }
}
