package verimesh.metadata.read;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Makes files byte by byte, sound ones and broken ones, so that a test shows what it is about.
public final class Crafted {
  /// Stored size of every picture made here.
  public static final int WIDTH = 64;
  public static final int HEIGHT = 48;
  /// A TC260-like packet with the malformed end that ByteDance's files have.
  public static final String XMP = xmp("", "<photoshop:Credit>Made with Google AI</photoshop:Credit>");
  private static final byte[] DQT = quantisation();

  private Crafted() {}

  // ---- bytes

  public static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /// One byte a character, so that `"\0"` is a NUL.
  public static byte[] latin1(String s) {
    return s.getBytes(StandardCharsets.ISO_8859_1);
  }

  public static byte[] utf8(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }

  public static byte[] be32(long v) {
    return ByteBuffer.allocate(4).putInt((int) v).array();
  }

  public static byte[] be16(int v) {
    return ByteBuffer.allocate(2).putShort((short) v).array();
  }

  public static byte[] le32(long v) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) v).array();
  }

  public static byte[] zlib(byte[] data) {
    var deflater = new Deflater();
    deflater.setInput(data);
    deflater.finish();
    var out = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  /// A zlib stream of zeros, 1,000 to 1: one mebibyte deflated on its own, its block repeated. The checksum at the end is
  /// wrong; nobody should come that far.
  public static byte[] zlibBomb(long inflatedBytes) {
    var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    deflater.setInput(new byte[1 << 20]);
    byte[] buffer = new byte[8192];
    byte[] block = Arrays.copyOf(buffer, 0);
    for (int n = deflater.deflate(buffer, 0, buffer.length, Deflater.FULL_FLUSH); n > 0; n = deflater.deflate(buffer, 0, buffer.length, Deflater.FULL_FLUSH)) {
      block = join(block, Arrays.copyOf(buffer, n));
      if (n < buffer.length) {
        break;
      }
    }
    deflater.end();
    var out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0x78, (byte) 0x9c});
    for (long done = 0; done < inflatedBytes; done += 1 << 20) {
      out.writeBytes(block);
    }
    out.writeBytes(new byte[] {3, 0, 0, 0, 0, 0});
    return out.toByteArray();
  }

  // ---- XMP

  public static String xmp(String attributes, String elements) {
    return "<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
        + "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\""
        + " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\""
        + " xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\" xmlns:xmpNote=\"http://ns.adobe.com/xmp/note/\""
        + " xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"" + attributes + ">" + elements
        + "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";
  }

  // ---- PNG

  public static byte[] chunk(String type, byte[] data) {
    var crc = new CRC32();
    crc.update(latin1(type));
    crc.update(data);
    return join(be32(data.length), latin1(type), data, be32(crc.getValue()));
  }

  public static byte[] ihdr(long width, long height, int colourType) {
    return chunk("IHDR", join(be32(width), be32(height), new byte[] {8, (byte) colourType, 0, 0, 0}));
  }

  public static byte[] png(byte[]... chunks) {
    return join(latin1("\u0089PNG\r\n\u001a\n"), ihdr(WIDTH, HEIGHT, 2), join(chunks), chunk("IDAT", zlib(new byte[WIDTH * HEIGHT * 3 + HEIGHT])), chunk("IEND", new byte[0]));
  }

  public static byte[] text(String keyword, String text) {
    return chunk("tEXt", join(latin1(keyword + "\0"), latin1(text)));
  }

  public static byte[] ztxt(String keyword, byte[] zlib) {
    return chunk("zTXt", join(latin1(keyword + "\0\0"), zlib));
  }

  public static byte[] itxt(String keyword, boolean compressed, byte[] body) {
    return chunk("iTXt", join(latin1(keyword + "\0"), new byte[] {(byte) (compressed ? 1 : 0), 0}, latin1("en\0title\0"), body));
  }

  // ---- JPEG

  public static byte[] segment(int code, byte[] data) {
    return join(new byte[] {(byte) 0xff, (byte) code}, be16(data.length + 2), data);
  }

  public static byte[] exifSegment(byte[] tiff) {
    return segment(0xe1, join(latin1("Exif\0\0"), tiff));
  }

  public static byte[] xmpSegment(String packet) {
    return segment(0xe1, join(latin1("http://ns.adobe.com/xap/1.0/\0"), utf8(packet)));
  }

  public static byte[] extendedXmpSegment(String guid, long fullLength, long offset, byte[] part) {
    return segment(0xe1, join(latin1("http://ns.adobe.com/xmp/extension/\0" + guid), be32(fullLength), be32(offset), part));
  }

  public static byte[] jumbfSegment(int instance, long packet, long boxLength, byte[] part) {
    return segment(0xeb, join(latin1("JP"), be16(instance), be32(packet), be32(boxLength), latin1("jumb"), part));
  }

  public static byte[] iimSegment(byte[] dataSets) {
    return segment(0xed, join(latin1("Photoshop 3.0\0"), resource(0x0404, dataSets)));
  }

  public static byte[] resource(int id, byte[] data) {
    return join(latin1("8BIM"), be16(id), new byte[2], be32(data.length), data, new byte[data.length & 1]);
  }

  public static byte[] dataSet(int record, int number, byte[] value) {
    return join(new byte[] {0x1c, (byte) record, (byte) number}, be16(value.length), value);
  }

  /// SOI, the segments, tables, a 4:2:0 frame of 64 x 48, a scan that decodes to nothing sensible, EOI.
  public static byte[] jpeg(byte[]... segments) {
    return join(latin1("\u00ff\u00d8"), join(segments), frame(), scan());
  }

  public static byte[] frame() {
    return join(DQT, segment(0xc0, join(new byte[] {8}, be16(HEIGHT), be16(WIDTH), new byte[] {3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1})));
  }

  public static byte[] scan() {
    return join(segment(0xda, new byte[] {3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0}), new byte[200], latin1("\u00ff\u00d9"));
  }

  private static byte[] quantisation() {
    byte[] both = new byte[2 * 65];
    for (int i = 0; i < 64; i++) {
      both[1 + i] = (byte) (3 + i);
      both[66 + i] = (byte) (5 + i);
    }
    both[65] = 1;
    return segment(0xdb, both);
  }

  // ---- WebP, GIF, boxes

  public static byte[] riffChunk(String type, byte[] data) {
    return join(latin1(type), le32(data.length), data, new byte[data.length & 1]);
  }

  public static byte[] webp(byte[]... chunks) {
    byte[] body = join(latin1("WEBP"), riffChunk("VP8X", join(new byte[] {0x1c, 0, 0, 0, WIDTH - 1, 0, 0, HEIGHT - 1, 0, 0})), riffChunk("VP8L",
        new byte[] {0x2f, 0x3f, (byte) 0xc0, 0x0b, 0x10, 0}), join(chunks));
    return join(latin1("RIFF"), le32(body.length), body);
  }

  public static byte[] gif(byte[]... blocks) {
    return join(latin1("GIF89a"), new byte[] {WIDTH, 0, HEIGHT, 0, 0, 0, 0}, join(blocks),
        new byte[] {0x2c, 0, 0, 0, 0, WIDTH, 0, HEIGHT, 0, 0, 2, 2, 0x4c, 1, 0, 0x3b});
  }

  public static byte[] subBlocks(byte[] data) {
    var out = new ByteArrayOutputStream();
    for (int at = 0; at < data.length; at += 255) {
      int n = Math.min(255, data.length - at);
      out.write(n);
      out.write(data, at, n);
    }
    out.write(0);
    return out.toByteArray();
  }

  public static byte[] gifComment(byte[] text) {
    return join(new byte[] {0x21, (byte) 0xfe}, subBlocks(text));
  }

  public static byte[] gifApplication(String name, byte[] framed) {
    return join(new byte[] {0x21, (byte) 0xff, 11}, latin1(name), framed);
  }

  public static byte[] box(String type, byte[]... data) {
    byte[] body = join(data);
    return join(be32(body.length + 8), latin1(type), body);
  }

  public static byte[] fullBox(String type, int version, byte[]... data) {
    return box(type, be32((long) version << 24), join(data));
  }

  /// An AVIF with an EXIF item and an XMP item at the end of the file, located by `iloc` version 1.
  /// @param method construction method of both items: 0 in the file, 1 in `idat`
  public static byte[] avif(byte[] exif, byte[] xmp, int method, byte[]... topBoxes) {
    byte[] exifItem = join(be32(0), exif);
    byte[] data = join(exifItem, xmp);
    byte[] top = join(topBoxes);
    byte[] ftyp = box("ftyp", latin1("avif\0\0\0\0avifmif1"));
    byte[] first = meta(exifItem.length, xmp.length, method, 0, data);
    // The offset field has a fixed width, so the second pass has the length of the first.
    long offset = method == 1 ? 0 : ftyp.length + first.length + top.length + 8;
    return join(ftyp, meta(exifItem.length, xmp.length, method, offset, data), top, method == 1 ? new byte[0] : box("mdat", data));
  }

  private static byte[] meta(int exifBytes, int xmpBytes, int method, long offset, byte[] data) {
    byte[] infe1 = fullBox("infe", 2, be16(1), be16(0), latin1("av01\0"));
    byte[] infe2 = fullBox("infe", 2, be16(2), be16(0), latin1("Exif\0"));
    byte[] infe3 = fullBox("infe", 2, be16(3), be16(0), latin1("mime\0application/rdf+xml\0"));
    byte[] iinf = fullBox("iinf", 0, be16(3), infe1, infe2, infe3);
    byte[] iloc = fullBox("iloc", 1, new byte[] {0x44, 0x00}, be16(2),
        be16(2), be16(method), be16(0), be16(1), be32(offset), be32(exifBytes),
        be16(3), be16(method), be16(0), be16(1), be32(offset + exifBytes), be32(xmpBytes));
    byte[] ipco = box("ipco", fullBox("ispe", 0, be32(8), be32(8)), fullBox("ispe", 0, be32(WIDTH), be32(HEIGHT)));
    byte[] ipma = fullBox("ipma", 0, be32(1), be16(1), new byte[] {1, (byte) 0x82});
    return fullBox("meta", 0, fullBox("hdlr", 0, latin1("\0\0\0\0pict"), new byte[13]), fullBox("pitm", 0, be16(1)), iinf, iloc,
        box("iprp", ipco, ipma), method == 1 ? box("idat", data) : new byte[0]);
  }

  public static byte[] jxl(byte[]... boxes) {
    // A codestream of 256 x 128: small form off, 9 bits each.
    return join(box("JXL ", latin1("\r\n\u0087\n")), box("ftyp", latin1("jxl \0\0\0\0jxl ")), join(boxes), box("jxlc", jxlCodestream(256, 128)));
  }

  public static byte[] jxlCodestream(int width, int height) {
    long bits = 0; // not small, then both lengths with their selectors and ratio 0, least significant bit first
    int at = 1;
    bits |= 0L << at;
    at += 2;
    bits |= (long) (height - 1) << at;
    at += 9;
    at += 3;
    at += 2;
    bits |= (long) (width - 1) << at;
    at += 9;
    bits |= 1L << at; // all default
    return join(latin1("\u00ff\n"), ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bits).array());
  }

  /// A superbox that a reader takes for a C2PA manifest store.
  public static byte[] manifestStore(int padding) {
    return box("jumb", box("jumd", latin1("c2pa\0\u0011\0\u0010\u0080\0\0\u00aa\08\u009bq\3c2pa\0")), box("free", new byte[padding]));
  }

  public static byte[] c2paUuid(String purpose, byte[] store) {
    return box("uuid", new byte[] {(byte) 0xd8, (byte) 0xfe, (byte) 0xc3, (byte) 0xd6, 0x1b, 0x0e, 0x48, 0x3c, (byte) 0x92, (byte) 0x97, 0x58, 0x28,
        (byte) 0x87, 0x7e, (byte) 0xc4, (byte) 0x81}, be32(0), latin1(purpose + "\0"), new byte[8], store, new byte[20]);
  }

  // ---- TIFF

  /// Builds an EXIF block; pointers between directories are put in by itself.
  public static final class Tiff {
    private record Entry(int tag, int type, int count, byte[] value) {}

    private final ByteOrder order;
    private final Map<ExifRecord.Ifd, List<Entry>> directories = new EnumMap<>(ExifRecord.Ifd.class);

    public Tiff(ByteOrder order) {
      this.order = order;
      directories.put(ExifRecord.Ifd.IFD0, new ArrayList<>());
    }

    public Tiff raw(ExifRecord.Ifd ifd, int tag, int type, int count, byte[] value) {
      directories.computeIfAbsent(ifd, i -> new ArrayList<>()).add(new Entry(tag, type, count, value));
      return this;
    }

    public Tiff ascii(ExifRecord.Ifd ifd, int tag, String text) {
      byte[] value = join(utf8(text), new byte[1]);
      return raw(ifd, tag, 2, value.length, value);
    }

    public Tiff undefined(ExifRecord.Ifd ifd, int tag, byte[] value) {
      return raw(ifd, tag, 7, value.length, value);
    }

    public Tiff shorts(ExifRecord.Ifd ifd, int tag, int... values) {
      ByteBuffer b = ByteBuffer.allocate(2 * values.length).order(order);
      for (int v : values) {
        b.putShort((short) v);
      }
      return raw(ifd, tag, 3, values.length, b.array());
    }

    public Tiff longs(ExifRecord.Ifd ifd, int tag, long... values) {
      ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(order);
      for (long v : values) {
        b.putInt((int) v);
      }
      return raw(ifd, tag, 4, values.length, b.array());
    }

    /// Numerator, denominator, and so on.
    public Tiff rationals(ExifRecord.Ifd ifd, int tag, long... parts) {
      longs(ifd, tag, parts);
      List<Entry> entries = directories.get(ifd);
      Entry last = entries.removeLast();
      return raw(ifd, tag, 5, parts.length / 2, last.value());
    }

    public byte[] build() {
      Map<ExifRecord.Ifd, Integer> at = new EnumMap<>(ExifRecord.Ifd.class);
      int end = 8;
      for (var d : directories.entrySet()) {
        at.put(d.getKey(), end);
        end += size(d.getKey(), d.getValue());
      }
      ByteBuffer out = ByteBuffer.allocate(end).order(order);
      out.put(latin1(order == ByteOrder.BIG_ENDIAN ? "MM" : "II")).putShort((short) 42).putInt(8);
      for (var d : directories.entrySet()) {
        directory(out, d.getKey(), at);
      }
      return out.array();
    }

    private int size(ExifRecord.Ifd ifd, List<Entry> entries) {
      int values = entries.stream().mapToInt(e -> e.value().length <= 4 ? 0 : e.value().length + (e.value().length & 1)).sum();
      return 2 + 12 * (entries.size() + pointers(ifd)) + 4 + values;
    }

    private int pointers(ExifRecord.Ifd ifd) {
      return (int) directories.keySet().stream().filter(child -> parent(child) == ifd).count();
    }

    private static ExifRecord.Ifd parent(ExifRecord.Ifd child) {
      return switch (child) {
        case EXIF, GPS, SUB -> ExifRecord.Ifd.IFD0;
        case INTEROP -> ExifRecord.Ifd.EXIF;
        case IFD0, IFD1 -> null;
      };
    }

    private static int pointer(ExifRecord.Ifd child) {
      return switch (child) {
        case EXIF -> 0x8769;
        case GPS -> 0x8825;
        case INTEROP -> 0xa005;
        case SUB -> 0x014a;
        case IFD0, IFD1 -> throw new IllegalArgumentException("has no pointer");
      };
    }

    private void directory(ByteBuffer out, ExifRecord.Ifd ifd, Map<ExifRecord.Ifd, Integer> at) {
      List<Entry> entries = new ArrayList<>(directories.get(ifd));
      for (ExifRecord.Ifd child : directories.keySet()) {
        if (parent(child) == ifd) {
          entries.add(new Entry(pointer(child), 4, 1, ByteBuffer.allocate(4).order(order).putInt(at.get(child)).array()));
        }
      }
      int values = at.get(ifd) + 2 + 12 * entries.size() + 4;
      out.position(at.get(ifd)).putShort((short) entries.size());
      for (Entry e : entries) {
        out.putShort((short) e.tag()).putShort((short) e.type()).putInt(e.count());
        if (e.value().length <= 4) {
          out.put(e.value()).put(new byte[4 - e.value().length]);
        } else {
          out.putInt(values);
          int back = out.position();
          out.position(values).put(e.value());
          values += e.value().length + (e.value().length & 1);
          out.position(back);
        }
      }
      out.putInt(ifd == ExifRecord.Ifd.IFD0 && at.containsKey(ExifRecord.Ifd.IFD1) ? at.get(ExifRecord.Ifd.IFD1) : 0);
    }
  }

  /// A block as a camera writes it.
  public static Tiff camera(ByteOrder order) {
    return new Tiff(order)
        .ascii(ExifRecord.Ifd.IFD0, 0x010f, "NIKON CORPORATION").ascii(ExifRecord.Ifd.IFD0, 0x0110, "NIKON D7000")
        .ascii(ExifRecord.Ifd.IFD0, 0x0131, "Ver.1.03").ascii(ExifRecord.Ifd.IFD0, 0x0132, "2012:12:30 17:24:44")
        .rationals(ExifRecord.Ifd.EXIF, 0x829a, 1, 125).rationals(ExifRecord.Ifd.EXIF, 0x829d, 67, 10).shorts(ExifRecord.Ifd.EXIF, 0x8827, 6400)
        .undefined(ExifRecord.Ifd.EXIF, 0x9000, latin1("0230")).ascii(ExifRecord.Ifd.EXIF, 0x9003, "2012:12:30 17:24:44")
        .ascii(ExifRecord.Ifd.EXIF, 0x9004, "2012:12:30 17:24:44").undefined(ExifRecord.Ifd.EXIF, 0x9101, new byte[] {1, 2, 3, 0})
        .rationals(ExifRecord.Ifd.EXIF, 0x920a, 18, 1).undefined(ExifRecord.Ifd.EXIF, 0x927c, join(latin1("Nikon\0\2\20\0\0"), new byte[90]))
        .shorts(ExifRecord.Ifd.EXIF, 0xa001, 1).longs(ExifRecord.Ifd.EXIF, 0xa002, WIDTH).longs(ExifRecord.Ifd.EXIF, 0xa003, HEIGHT)
        .undefined(ExifRecord.Ifd.EXIF, 0xa300, new byte[] {3})
        .ascii(ExifRecord.Ifd.INTEROP, 1, "R98")
        .ascii(ExifRecord.Ifd.GPS, 1, "N").rationals(ExifRecord.Ifd.GPS, 2, 48, 1, 8, 1, 2400, 100)
        .ascii(ExifRecord.Ifd.GPS, 3, "W").rationals(ExifRecord.Ifd.GPS, 4, 11, 1, 34, 1, 0, 1).ascii(ExifRecord.Ifd.GPS, 0x1d, "2012:12:30")
        .shorts(ExifRecord.Ifd.IFD1, 0x0103, 6).longs(ExifRecord.Ifd.IFD1, 0x0201, 8).longs(ExifRecord.Ifd.IFD1, 0x0202, 4_321);
  }
}
