package verimesh.metadata.read;

/// IPTC IIM data sets, alone or in Photoshop's 8BIM resources (IIM 4.2; Photoshop File Formats, "Image Resources").
final class IimReader {
  private static final int RESOURCE_IIM = 0x0404;
  private static final int TAG_MARKER = 0x1c;
  /// A data set's text that anybody reads; longer ones are cut.
  private static final int TEXT_BYTES_MAX = 64 << 10;

  private IimReader() {}

  /// @param block 8BIM resources or bare data sets
  static void read(Slice block, String carrier, Harvest harvest) {
    if (block.length() > 0 && block.u8(0) == TAG_MARKER) {
      dataSets(block, carrier, harvest);
    } else {
      resources(block, carrier, harvest);
    }
  }

  private static void resources(Slice block, String carrier, Harvest harvest) {
    int at = 0;
    while (block.has(at, 12) && isResource(block, at)) {
      int id = block.u16(at + 4);
      int nameBytes = 1 + block.u8(at + 6);
      long sizeAt = at + 6L + nameBytes + (nameBytes & 1);
      if (!block.has(sizeAt, 4)) {
        harvest.finding("TRUNCATED", "A Photoshop resource is cut off", harvest.offset(block) + at);
        return;
      }
      long size = block.u32((int) sizeAt);
      Slice data = block.clip(sizeAt + 4, size);
      if (data.length() < size) {
        harvest.finding("TRUNCATED", "A Photoshop resource claims " + size + " bytes; " + data.length() + " are there", harvest.offset(block) + at);
      }
      if (id == RESOURCE_IIM) {
        dataSets(data, carrier, harvest);
      }
      long next = sizeAt + 4 + size + (size & 1);
      if (next > block.length()) {
        return;
      }
      at = (int) next;
    }
  }

  private static boolean isResource(Slice block, int at) {
    return block.matches(at, "8BIM") || block.matches(at, "MeSa") || block.matches(at, "PHUT") || block.matches(at, "AgHg") || block.matches(at, "DCSR");
  }

  private static void dataSets(Slice block, String carrier, Harvest harvest) {
    boolean utf8 = false;
    int at = 0;
    while (block.has(at, 5)) {
      if (block.u8(at) != TAG_MARKER) {
        // Writers pad the end with zeros; anything else is damage.
        if (block.u8(at) != 0) {
          harvest.findingOnce("BAD_IIM", "IIM data sets end in something else", harvest.offset(block) + at);
        }
        return;
      }
      int record = block.u8(at + 1);
      int number = block.u8(at + 2);
      long size = block.u16(at + 3);
      int data = at + 5;
      if ((size & 0x8000) != 0) { // extended: the lower bits say how many bytes of length follow
        int lengthBytes = (int) (size & 0x7fff);
        if (lengthBytes > 4 || !block.has(data, lengthBytes)) {
          harvest.findingOnce("BAD_IIM", "An IIM data set has an impossible length", harvest.offset(block) + at);
          return;
        }
        size = 0;
        for (int i = 0; i < lengthBytes; i++) {
          size = size << 8 | block.u8(data + i);
        }
        data += lengthBytes;
      }
      Slice value = block.clip(data, size);
      if (value.length() < size) {
        harvest.findingOnce("TRUNCATED", "An IIM data set claims " + size + " bytes; " + value.length() + " are there", harvest.offset(block) + at);
      }
      if (record == 1 && number == 90) {
        utf8 = value.startsWith("\u001b%G");
      } else {
        Slice kept = value.clip(0, TEXT_BYTES_MAX);
        String text = utf8 ? TextDecoding.utf8Lenient(kept) : TextDecoding.utf8OrLatin1(kept);
        if (!harvest.afford(kept.length(), value) || !harvest.iptc(new IptcRecord.DataSet(record, number, text), carrier)) {
          return;
        }
      }
      long next = data + size;
      if (next > block.length()) {
        return;
      }
      at = (int) next;
    }
  }
}
