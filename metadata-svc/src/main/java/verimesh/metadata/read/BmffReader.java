package verimesh.metadata.read;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// HEIF and AVIF: items of the `meta` box, wherever in the file their data lies (ISO/IEC 23008-12, 14496-12 §8.11).
final class BmffReader {
  /// D8FEC3D6-1B0E-483C-9297-5828877EC481 (METADATA-C2PA.md §2)
  private static final String UUID_C2PA = "\u00d8\u00fe\u00c3\u00d6\u001b\u000e\u0048\u003c\u0092\u0097\u0058\u0028\u0087\u007e\u00c4\u0081";
  /// BE7ACFCB-97A9-42E8-9C71-999491E3AFAC (XMP specification part 3)
  private static final String UUID_XMP = "\u00be\u007a\u00cf\u00cb\u0097\u00a9\u0042\u00e8\u009c\u0071\u0099\u0094\u0091\u00e3\u00af\u00ac";
  private static final int UUID_BYTES = 16;

  /// @param type four characters
  /// @param contentType of a `mime` item, else empty
  private record Item(long id, String type, String contentType, String encoding) {}

  private final Slice file;
  private final Harvest harvest;
  /// `AVIF` or `HEIC`, for people.
  private final String container;

  private BmffReader(Slice file, Harvest harvest) {
    this.file = file;
    this.harvest = harvest;
    this.container = sniff(file).orElse(Format.HEIC).name();
  }

  /// Still picture brands; videos have the same magic and are nobody's picture.
  static Optional<Format> sniff(Slice f) {
    if (!f.has(0, 12)) {
      // Cut off within the first box: the brand is not there, so AVIF or HEIC is a guess that only an error text sees.
      return Optional.of(Format.HEIC);
    }
    // A forged size below the least one still leaves the major brand to see.
    long size = Math.clamp(f.u32(0), 16, 4_096);
    Format found = null;
    for (int at = 8; at + 4 <= size && f.has(at, 4); at += at == 8 ? 8 : 4) { // the minor version stands at 12
      switch (f.latin1(at, 4)) {
        case "avif", "avis" -> {
          return Optional.of(Format.AVIF);
        }
        case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "mif2", "msf1" -> found = Format.HEIC;
        default -> { }
      }
    }
    return Optional.ofNullable(found);
  }

  static void read(Slice file, Harvest harvest) {
    var reader = new BmffReader(file, harvest);
    Boxes.walk(file, harvest, reader::top);
  }

  private void top(Boxes.Box box) {
    switch (box.type()) {
      case "ftyp" -> {
        if (box.data().startsWith("avis") || box.data().startsWith("msf1") || box.data().startsWith("hevc")) {
          harvest.animated();
        }
      }
      case "meta" -> meta(box);
      case "uuid" -> uuid(box);
      // Samsung's trailer in its HEIC form.
      case "sefd" -> SamsungTrailer.read(box.data(), harvest);
      default -> { }
    }
  }

  private void uuid(Boxes.Box box) {
    Slice data = box.data();
    if (data.startsWith(UUID_XMP)) {
      XmpReader.read(data.after(UUID_BYTES), container + " uuid XMP", harvest);
    } else if (data.startsWith(UUID_C2PA)) {
      Slice body = data.after(UUID_BYTES + 4L);
      int nul = body.indexOf(0, 0, Math.min(body.length(), 64));
      String purpose = nul < 0 ? "" : body.latin1(0, nul);
      switch (purpose) {
        case "manifest", "original", "update" -> {
          Slice store = Boxes.jumbf(body.after(nul + 1L + 8)); // 8 bytes: offset of the first merkle box
          if (harvest.afford(store.length(), store)) {
            harvest.store(container + " uuid", store.copy(), harvest.offset(box.whole()));
          }
        }
        case "merkle" -> { }
        default -> harvest.findingOnce("BAD_BOX", "A C2PA box has no purpose that is known", harvest.offset(box.whole()));
      }
    }
  }

  private void meta(Boxes.Box meta) {
    Map<String, Boxes.Box> parts = new HashMap<>();
    List<Boxes.Box> properties = new ArrayList<>();
    List<Boxes.Box> associations = new ArrayList<>();
    Boxes.walk(meta.full(), harvest, box -> {
      parts.putIfAbsent(box.type(), box);
      if (box.type().equals("iprp")) {
        Boxes.walk(box.data(), harvest, inner -> {
          if (inner.type().equals("ipco")) {
            Boxes.walk(inner.data(), harvest, p -> {
              if (properties.size() < Limits.ENTRIES) {
                properties.add(p);
              }
            });
          } else if (inner.type().equals("ipma")) {
            associations.add(inner);
          }
        });
      }
    });
    long primary = Optional.ofNullable(parts.get("pitm")).map(BmffReader::primary).orElse(-1L);
    properties(primary, properties, associations);
    Optional.ofNullable(parts.get("iinf")).ifPresent(iinf -> {
      Map<Long, Item> wanted = wanted(iinf);
      if (!wanted.isEmpty() && parts.containsKey("iloc")) {
        locations(parts.get("iloc"), wanted, Optional.ofNullable(parts.get("idat")).map(Boxes.Box::data));
      }
    });
  }

  private static long primary(Boxes.Box pitm) {
    Slice data = pitm.full();
    if (pitm.version() == 0) {
      return data.has(0, 2) ? data.u16(0) : -1;
    }
    return data.has(0, 4) ? data.u32(0) : -1;
  }

  /// Size from the `ispe` of the primary item; without an association, from the largest one.
  private void properties(long primary, List<Boxes.Box> properties, List<Boxes.Box> associations) {
    List<Integer> own = associations.stream().flatMap(a -> associated(a, primary).stream()).toList();
    long best = 0;
    for (int i = 0; i < properties.size(); i++) {
      Boxes.Box p = properties.get(i);
      switch (p.type()) {
        case "ispe" -> {
          if (p.full().has(0, 8)) {
            long w = p.full().u32(0);
            long h = p.full().u32(4);
            long rank = own.contains(i + 1) ? Long.MAX_VALUE : w * h;
            if (w > 0 && h > 0 && Long.compareUnsigned(rank, best) > 0) {
              best = rank;
              harvest.size(w, h);
            }
          }
        }
        case "auxC" -> {
          String urn = p.full().clip(0, 64).latin1();
          if (urn.startsWith("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha") || urn.startsWith("urn:mpeg:hevc:2015:auxid:1")) {
            harvest.alpha();
          }
        }
        case "colr" -> {
          if (p.data().startsWith("prof") || p.data().startsWith("rICC")) {
            harvest.icc(IccReader.read(p.data().after(4).clip(0, IccReader.BYTES_MAX), "", p.data().length() - 4));
          }
        }
        default -> { }
      }
    }
  }

  /// The 1-based property numbers of one item.
  private static List<Integer> associated(Boxes.Box ipma, long item) {
    List<Integer> numbers = new ArrayList<>();
    Slice data = ipma.full();
    if (!data.has(0, 4)) {
      return numbers;
    }
    long entries = data.u32(0);
    int idBytes = ipma.version() < 1 ? 2 : 4;
    int numberBytes = (ipma.flags() & 1) == 0 ? 1 : 2;
    int at = 4;
    for (long i = 0; i < entries && data.has(at, idBytes + 1L); i++) {
      long id = idBytes == 2 ? data.u16(at) : data.u32(at);
      int count = data.u8(at + idBytes);
      at += idBytes + 1;
      if (!data.has(at, (long) count * numberBytes)) {
        return numbers;
      }
      for (int k = 0; k < count && id == item; k++) {
        numbers.add(numberBytes == 1 ? data.u8(at + k) & 0x7f : data.u16(at + 2 * k) & 0x7fff);
      }
      at += count * numberBytes;
    }
    return numbers;
  }

  /// The EXIF and XMP items.
  private Map<Long, Item> wanted(Boxes.Box iinf) {
    Map<Long, Item> wanted = new HashMap<>();
    Boxes.walk(iinf.full().after(iinf.version() == 0 ? 2 : 4), harvest, infe -> {
      Slice data = infe.full();
      int idBytes = infe.version() == 2 ? 2 : 4;
      if (infe.version() < 2 || !data.has(0, idBytes + 6L)) {
        return;
      }
      long id = idBytes == 2 ? data.u16(0) : data.u32(0);
      String type = data.latin1(idBytes + 2, 4);
      String contentType = "";
      String encoding = "";
      if (type.equals("mime")) {
        String[] names = data.after(idBytes + 6L).clip(0, 1_024).latin1().split("\0", 4); // item name, content type, encoding
        contentType = names.length > 1 ? names[1] : "";
        encoding = names.length > 2 ? names[2] : "";
      }
      boolean xmp = contentType.equals("application/rdf+xml") || contentType.equals("text/xml");
      if ((type.equals("Exif") || xmp) && wanted.size() < Limits.DIRECTORIES) {
        wanted.put(id, new Item(id, type, contentType, encoding));
      }
    });
    return wanted;
  }

  private void locations(Boxes.Box iloc, Map<Long, Item> wanted, Optional<Slice> idat) {
    Slice data = iloc.full();
    int version = iloc.version();
    if (!data.has(0, 4)) {
      return;
    }
    int offsetBytes = data.u8(0) >> 4;
    int lengthBytes = data.u8(0) & 15;
    int baseBytes = data.u8(1) >> 4;
    int indexBytes = version == 0 ? 0 : data.u8(1) & 15;
    long items = version < 2 ? data.u16(2) : data.has(2, 4) ? data.u32(2) : 0;
    int at = version < 2 ? 4 : 6;
    int idBytes = version < 2 ? 2 : 4;
    int headBytes = idBytes + (version == 0 ? 0 : 2) + 2 + baseBytes + 2;
    int extentBytes = indexBytes + offsetBytes + lengthBytes;
    for (long i = 0; i < items && data.has(at, headBytes); i++) {
      long id = number(data, at, idBytes);
      int method = version == 0 ? 0 : data.u16(at + idBytes) & 15;
      int reference = at + idBytes + (version == 0 ? 0 : 2);
      long base = number(data, reference + 2, baseBytes);
      int extents = data.u16(reference + 2 + baseBytes);
      at += headBytes;
      if (!data.has(at, (long) extents * extentBytes)) {
        harvest.findingOnce("TRUNCATED", "The item locations are cut off", harvest.offset(data) + at);
        return;
      }
      Item item = wanted.get(id);
      if (item != null) {
        boolean here = data.u16(reference) == 0; // else the data lies in another file
        if (!here || method > 1 || method == 1 && idat.isEmpty()) {
          harvest.findingOnce("UNREACHABLE_ITEM", "An item's data lies where it was not followed to", harvest.offset(data));
        } else {
          item(item, extents(data, at, extents, base, method == 0 ? file : idat.get(), new int[] {indexBytes, offsetBytes, lengthBytes}));
        }
      }
      at += extents * extentBytes;
    }
  }

  private Slice extents(Slice data, int at, int extents, long base, Slice source, int[] bytes) {
    var joined = new ByteArrayOutputStream();
    for (int i = 0; i < extents; i++) {
      int extent = at + i * (bytes[0] + bytes[1] + bytes[2]);
      long offset = base + number(data, extent + bytes[0], bytes[1]);
      long length = number(data, extent + bytes[0] + bytes[1], bytes[2]);
      Slice part = offset < 0 ? source.clip(0, 0) : source.clip(offset, length <= 0 ? Long.MAX_VALUE : length);
      if (part.length() < length || offset < 0) {
        harvest.findingOnce("TRUNCATED", "An item's data lies outside the file", harvest.offset(data));
      }
      if (extents == 1) {
        return part;
      }
      if (joined.size() + (long) part.length() > Limits.TEXT_BYTES) {
        harvest.findingOnce("TEXT_LIMIT", "An item of more than 8 MiB; its beginning was read", harvest.offset(data));
        break;
      }
      joined.write(part.bytes(), part.from(), part.length());
    }
    return Slice.of(joined.toByteArray());
  }

  private void item(Item item, Slice data) {
    if (!item.type().equals("Exif")) {
      Slice packet = item.encoding().equals("deflate") ? Slice.of(Inflation.inflate(data, "An XMP item", harvest)) : data;
      XmpReader.read(packet, container + " XMP", harvest);
      return;
    }
    ExifItem.read(data, container + " Exif", harvest);
  }

  /// A big-endian number of 0, 4 or 8 bytes; other widths do not occur and read as they are.
  private static long number(Slice data, int at, int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | data.u8(at + i);
    }
    return value;
  }
}
