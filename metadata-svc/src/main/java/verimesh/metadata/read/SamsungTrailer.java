package verimesh.metadata.read;

/// Samsung's trailer behind EOI: blocks, then a directory, then its length and `SEFT` (exiftool, Samsung.pm).
final class SamsungTrailer {
  private static final int TAIL_BYTES = 8;
  private static final int ENTRY_BYTES = 12;
  private static final int NAME_BYTES_MAX = 256;
  /// Kept of one block. The edit records are JSON of some hundred bytes; videos and second pictures are not for us.
  private static final int DATA_BYTES_MAX = 256 << 10;

  private SamsungTrailer() {}

  static void read(Slice file, Harvest harvest) {
    // Other trailers may follow Samsung's, so the mark is looked for in the last bytes only, not in the whole file.
    int seft = file.has(0, TAIL_BYTES) && file.matches(file.length() - 4, "SEFT") ? file.length() - 4 : -1;
    if (seft < 0) {
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
