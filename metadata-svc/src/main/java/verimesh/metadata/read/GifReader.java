package verimesh.metadata.read;

import java.io.ByteArrayOutputStream;

/// GIF: comments, the XMP and C2PA application extensions, and how many frames there are (GIF89a specification).
final class GifReader {
  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2c;
  private static final int TRAILER = 0x3b;
  private static final int COMMENT = 0xfe;
  private static final int APPLICATION = 0xff;
  /// XMP specification part 3, §1.1.2
  private static final int MAGIC_TRAILER_BYTES = 258;

  private final Slice file;
  private final Harvest harvest;
  private int subBlocksLeft = Limits.PARTS;

  private GifReader(Slice file, Harvest harvest) {
    this.file = file;
    this.harvest = harvest;
  }

  static void read(Slice file, Harvest harvest) {
    new GifReader(file, harvest).blocks();
  }

  private void blocks() {
    if (!file.has(0, 13)) {
      return;
    }
    harvest.size(file.u16le(6), file.u16le(8));
    int at = 13 + colourTableBytes(file.u8(10));
    int frames = 0;
    while (file.has(at, 1) && subBlocksLeft > 0) {
      switch (file.u8(at)) {
        case TRAILER -> {
          return;
        }
        case EXTENSION -> {
          if (!file.has(at, 3)) {
            truncated();
            return;
          }
          at = extension(file.u8(at + 1), at);
        }
        case IMAGE -> {
          if (!file.has(at, 11)) {
            truncated();
            return;
          }
          if (++frames == 2) {
            harvest.animated();
          }
          at = skipSubBlocks(at + 11 + colourTableBytes(file.u8(at + 9))); // 10 of descriptor, 1 of LZW code size
        }
        case 0 -> at++; // stray terminators are common and harmless
        default -> {
          harvest.finding("BAD_BLOCK", "A GIF block of unknown kind ends the reading", harvest.offset(file) + at);
          return;
        }
      }
    }
    if (subBlocksLeft <= 0) {
      harvest.finding("PART_LIMIT", "More than " + Limits.PARTS + " GIF sub-blocks; the rest was left unread", harvest.offset(file) + at);
    } else {
      truncated();
    }
  }

  /// @param at of the introducer
  /// @return the position behind the extension
  private int extension(int label, int at) {
    int body = at + 2;
    int end = skipSubBlocks(body);
    if (label == COMMENT) {
      Slice text = Slice.of(join(body, end));
      if (text.length() > Limits.TEXT_BYTES) {
        harvest.finding("TEXT_LIMIT", "A comment of " + text.length() + " bytes; only its beginning was kept", file.after(body));
        text = text.clip(0, Limits.TEXT_BYTES_KEPT);
      }
      if (text.length() > 0 && harvest.afford(text.length(), file.after(body))) {
        harvest.text("GIF comment", "", TextDecoding.utf8OrLatin1(text), file.after(body));
      }
    } else if (label == APPLICATION && file.u8(body) == 11) {
      int data = body + 12;
      if (file.matches(body + 1, "XMP DataXMP")) {
        // Adobe's packet is not cut into sub-blocks: its bytes pass as lengths, and a "magic trailer" catches the walk.
        // A writer that did cut it begins with a length, not with `<`.
        boolean plain = file.has(data, 1) && file.u8(data) == '<';
        Slice packet = plain ? withoutMagicTrailer(file.clip(data, (long) end - data)) : Slice.of(join(data, end));
        XmpReader.read(packet, "GIF XMP", harvest);
      } else if (file.matches(body + 1, "C2PA_GIF")) {
        byte[] store = join(data, end);
        if (harvest.afford(store.length, file.clip(data, 0))) {
          harvest.store("GIF C2PA", store, harvest.offset(file) + at);
        }
      } else if (file.matches(body + 1, "ICCRGBG1012")) {
        byte[] profile = join(data, end);
        harvest.icc(IccReader.read(Slice.of(profile), "", profile.length));
      }
    }
    return end;
  }

  /// The trailer counts down from 255 behind a 1, so that every way into it ends at its last two zeros.
  private static Slice withoutMagicTrailer(Slice packet) {
    int at = packet.length() - MAGIC_TRAILER_BYTES;
    return at >= 0 && packet.u16(at) == 0x01ff ? packet.clip(0, at) : packet;
  }

  /// Walks sub-blocks up to their terminator.
  /// @return the position behind it, or the file's end
  private int skipSubBlocks(int at) {
    while (file.has(at, 1)) {
      int size = file.u8(at);
      at += 1 + size;
      if (size == 0 || --subBlocksLeft <= 0) {
        break;
      }
    }
    return Math.min(at, file.length());
  }

  private byte[] join(int at, int end) {
    var out = new ByteArrayOutputStream();
    while (at < end && out.size() < Limits.METADATA_BYTES) {
      int size = file.u8(at);
      Slice block = file.clip(at + 1L, size);
      out.write(block.bytes(), block.from(), block.length());
      if (size == 0) {
        break;
      }
      at += 1 + size;
    }
    return out.toByteArray();
  }

  private static int colourTableBytes(int packed) {
    return (packed & 0x80) == 0 ? 0 : 3 << (packed & 7) + 1;
  }

  private void truncated() {
    harvest.finding("TRUNCATED", "The file ends before its trailer", harvest.offset(file) + file.length());
  }
}
