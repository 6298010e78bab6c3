package verimesh.metadata.read;

/// Walks the boxes of BMFF and JPEG XL (ISO/IEC 14496-12 §4.2): size 0 goes to the parent's end, 1 has 64 bits, and what a
/// forged size claims beyond its parent is cut off.
final class Boxes {
  /// @param whole the box with its header, as far as it is there
  /// @param data behind the header
  record Box(String type, Slice whole, Slice data) {
    /// Behind version and flags, for boxes that have them.
    Slice full() {
      return data.after(4);
    }

    int version() {
      return data.has(0, 1) ? data.u8(0) : 0;
    }

    int flags() {
      return data.has(0, 4) ? data.u24(1) : 0;
    }
  }

  interface Visitor {
    void visit(Box box);
  }

  private Boxes() {}

  static void walk(Slice parent, Harvest harvest, Visitor visitor) {
    int at = 0;
    for (int parts = 0; parent.has(at, 8); parts++) {
      if (parts >= Limits.PARTS) {
        harvest.findingOnce("PART_LIMIT", "More than " + Limits.PARTS + " boxes; the rest was left unread", harvest.offset(parent) + at);
        return;
      }
      long size = parent.u32(at);
      int header = 8;
      if (size == 1 && parent.has(at, 16)) {
        size = parent.u64(at + 8);
        header = 16;
      } else if (size == 0) {
        size = (long) parent.length() - at;
      }
      if (size < header) {
        harvest.findingOnce("BAD_BOX", "A box has an impossible size", harvest.offset(parent) + at);
        return;
      }
      Slice whole = parent.clip(at, size);
      if (whole.length() < size) {
        harvest.findingOnce("TRUNCATED", "A box claims " + size + " bytes; " + whole.length() + " are there", harvest.offset(parent) + at);
      }
      visitor.visit(new Box(parent.latin1(at + 4, 4), whole, whole.after(header)));
      if (whole.length() < size) {
        return;
      }
      at += (int) size;
    }
  }

  /// The JUMBF box at the beginning of `data` without the padding behind it, or all of `data` if its length does not fit.
  static Slice jumbf(Slice data) {
    if (!data.has(0, 8)) {
      return data;
    }
    long size = data.u32(0) == 1 && data.has(0, 16) ? data.u64(8) : data.u32(0);
    return size >= 8 && data.has(0, size) ? data.clip(0, size) : data;
  }

  /// Whether a box is a C2PA manifest store: a `jumb` whose description has the type `c2pa`.
  static boolean isManifestStore(Slice jumb) {
    int header = jumb.has(0, 16) && jumb.u32(0) == 1 ? 16 : 8;
    return jumb.matches(4, "jumb") && jumb.matches(header + 4, "jumd") && jumb.matches(header + 8, "c2pa");
  }
}
