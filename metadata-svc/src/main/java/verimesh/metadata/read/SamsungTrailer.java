package verimesh.metadata.read;

/// Samsung's trailer behind EOI: blocks, then a directory, then its length and `SEFT` (exiftool, Samsung.pm).
final class SamsungTrailer {
  private static final int TAIL_BYTES = 8;
  private static final int ENTRY_BYTES = 12;
  /// How far from the end the mark is looked for.
  private static final int BEHIND_BYTES_MAX = 4 << 10;
  private static final int NAME_BYTES_MAX = 256;
  /// Kept of one block. The edit records are JSON of some hundred bytes; videos and second pictures are not for us.
  private static final int DATA_BYTES_MAX = 256 << 10;

  private SamsungTrailer() {}

  static void read(Slice file, Harvest harvest) {
    int seft = last(file);
    if (seft < TAIL_BYTES - 4) {
      return;
    }
    long directoryBytes = file.u32le(seft - 4);
    long head = seft - 4 - directoryBytes;
    if (head < 0 || !file.has(head, 12) || !file.matches((int) head, "SEFH")) {
      harvest.finding("BAD_TRAILER", "A Samsung trailer has no directory where it says", harvest.offset(file) + seft);
      return;
    }
    long blocks = file.u32le((int) head + 8);
    for (int i = 0; i < blocks && i < Limits.TRAILER_BLOCKS; i++) {
      int entry = (int) head + 12 + i * ENTRY_BYTES;
      if (!file.has(entry, ENTRY_BYTES)) {
        harvest.findingOnce("BAD_TRAILER", "A Samsung trailer claims more blocks than it lists", harvest.offset(file) + head);
        return;
      }
      block(file, file.u16le(entry + 2), head - file.u32le(entry + 4), file.u32le(entry + 8), harvest);
    }
    if (blocks > Limits.TRAILER_BLOCKS) {
      harvest.finding("ENTRY_LIMIT", "More than " + Limits.TRAILER_BLOCKS + " Samsung blocks; the rest was left unread", harvest.offset(file) + head);
    }
  }

  /// The mark at the end of the file, or shortly before it where somebody appended something.
  private static int last(Slice file) {
    for (int at = file.length() - 4; at >= 0 && file.length() - at <= BEHIND_BYTES_MAX; at--) {
      if (file.u8(at) == 'S' && file.matches(at, "SEFT")) {
        return at;
      }
    }
    return -1;
  }

  private static void block(Slice file, int type, long at, long length, Harvest harvest) {
    if (!file.has(at, length) || length < 8) {
      harvest.findingOnce("BAD_TRAILER", "A Samsung block lies outside the file", harvest.offset(file) + Math.max(at, 0));
      return;
    }
    Slice block = file.clip(at, length);
    long nameBytes = block.u32le(4);
    if (nameBytes > NAME_BYTES_MAX || !block.has(8, nameBytes)) {
      harvest.findingOnce("BAD_TRAILER", "A Samsung block's name is longer than the block", harvest.offset(block));
      return;
    }
    Slice data = block.clip(8 + nameBytes, DATA_BYTES_MAX);
    if (harvest.afford(data.length(), block)) {
      harvest.samsung(new FileRecord.SamsungBlock(type, TextDecoding.utf8OrLatin1(block.clip(8, nameBytes)), data.copy()));
    }
  }
}
