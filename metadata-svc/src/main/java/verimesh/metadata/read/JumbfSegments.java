package verimesh.metadata.read;

import java.io.ByteArrayOutputStream;

/// Puts the C2PA manifest store of a JPEG together again: it is cut over APP11 segments (METADATA-C2PA.md §2).
///
/// Contents of a segment: `JP`, box instance 2, packet number 4, LBox 4, TBox 4, [XLBox 8], then the slice of the box.
/// Every segment repeats the box header. Other users of APP11 (JPEG 360, JPEG Trust) are left alone.
final class JumbfSegments {
  private static final int BOX = 8;
  private static final int BOX_HEADER_BYTES = 8;
  private static final int EXTENDED_HEADER_BYTES = 16;

  private final Harvest harvest;
  private ByteArrayOutputStream store = new ByteArrayOutputStream();
  private boolean open;
  private boolean broken;
  private int instance;
  private long packet;
  private long offset;

  JumbfSegments(Harvest harvest) {
    this.harvest = harvest;
  }

  /// @param contents behind the segment's length
  /// @param at where the segment's marker stands in the file
  void segment(Slice contents, long at) {
    if (!contents.has(0, BOX + BOX_HEADER_BYTES)) {
      harvest.findingOnce("APP11_SEQUENCE", "A JUMBF segment is cut off", at);
      return;
    }
    int headerBytes = contents.u32(BOX) == 1 ? EXTENDED_HEADER_BYTES : BOX_HEADER_BYTES;
    int number = contents.u16(2);
    long z = contents.u32(4);
    boolean begins = contents.matches(BOX + 4, "jumb") && contents.matches(BOX + headerBytes + 4, "jumd") && contents.matches(BOX + headerBytes + 8, "c2pa");
    boolean continues = open && number == instance && (z > 1 || z == packet + 1); // some writers count from 0
    if (continues && z == packet + 1) {
      append(contents.after((long) BOX + headerBytes), z);
    } else if (continues && z <= packet) {
      harvest.findingOnce("APP11_SEQUENCE", "A JUMBF segment stands twice or out of order", at);
      broken |= z < packet;
    } else if (continues || !begins && z > 1 && contents.matches(BOX + 4, "jumb")) {
      harvest.findingOnce("APP11_SEQUENCE", "JUMBF segments are missing", at);
      broken = true;
    } else if (begins) {
      finish();
      open = true;
      broken = false;
      instance = number;
      offset = at;
      append(contents.after(BOX), z);
    }
  }

  private void append(Slice part, long z) {
    packet = z;
    if (!broken) {
      store.write(part.bytes(), part.from(), part.length());
    }
  }

  /// Hands over the store that is open, if any. A broken one is handed over as far as it goes: its box length will not fit.
  void finish() {
    if (open && harvest.afford(store.size(), Slice.of(new byte[0]))) {
      harvest.store("JPEG APP11", store.toByteArray(), offset);
    }
    store = new ByteArrayOutputStream();
    open = false;
  }
}
