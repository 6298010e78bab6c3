package verimesh.metadata.c2pa;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import verimesh.metadata.read.FileRecord.ReadFinding;

/// Reads the box tree of one JUMBF superbox (ISO 19566-5, METADATA-C2PA.md §3), within [#DEPTH_MAX] and [#BOXES_MAX].
/// A box that claims more than its parent has is cut to the parent and reported: what stands before the damage counts.
final class JumbfReader {
  static final int DEPTH_MAX = 32;

  /// Superboxes and content boxes of one store; 500 manifests with 10 assertions each stay below.
  static final int BOXES_MAX = 50_000;

  /// The last 12 bytes of a type UUID that is spelled by its first four: `xxxxxxxx-0011-0010-8000-00AA00389B71`.
  private static final byte[] UUID_TAIL = HexFormat.of().parseHex("00110010800000aa00389b71");

  private static final int TOGGLE_LABEL = 2;
  private static final int JUMD_BYTES_MIN = 17; // type and toggles

  private final byte[] data;
  private final List<ReadFinding> findings;
  private int boxes;

  private JumbfReader(byte[] data, List<ReadFinding> findings) {
    this.data = data;
    this.findings = findings;
  }

  /// @param jumbf begins with the superbox's header
  /// @param findings damage is added here, offsets relative to `jumbf`
  /// @return empty if not even the outer box and its description could be read
  static Optional<SuperBox> read(byte[] jumbf, List<ReadFinding> findings) {
    JumbfReader reader = new JumbfReader(jumbf, findings);
    Header header = reader.header(0, jumbf.length, true);
    if (header == null || !header.type().equals("jumb")) {
      reader.report("JUMBF_MALFORMED", "the manifest store does not begin with a JUMBF superbox", 0);
      return Optional.empty();
    }
    return reader.superBox(header, 0);
  }

  /// @param payload offset behind the header
  /// @param end behind the box, never beyond its parent
  private record Header(String type, int payload, int end) {}

  /// @return null where no box header fits or the length is none
  private Header header(int at, int parentEnd, boolean outermost) {
    if (parentEnd - at < 8) return null;
    long length = u32(at);
    String type = new String(data, at + 4, 4, StandardCharsets.ISO_8859_1);
    int payload = at + 8;
    if (length == 1) {
      if (parentEnd - at < 16) return null;
      length = u32(at + 8) << 32 | u32(at + 12);
      payload = at + 16;
    } else if (length == 0 && outermost) {
      length = parentEnd - at;
    }
    if (length < payload - at) {
      report("JUMBF_LENGTH", "box " + printable(type) + " is shorter than its own header", at);
      return null;
    }
    if (length > parentEnd - at) {
      report("JUMBF_LENGTH", "box " + printable(type) + " runs beyond its parent", at);
      length = parentEnd - at;
    }
    return new Header(type, payload, (int) (at + length));
  }

  private Optional<SuperBox> superBox(Header self, int depth) {
    if (depth >= DEPTH_MAX) {
      report("JUMBF_DEPTH", "boxes are nested deeper than " + DEPTH_MAX, self.payload());
      return Optional.empty();
    }
    Header description = header(self.payload(), self.end(), false);
    if (description == null || !description.type().equals("jumd") || description.end() - description.payload() < JUMD_BYTES_MIN) {
      report("JUMBF_MALFORMED", "a superbox without a description", self.payload());
      return Optional.empty();
    }
    List<SuperBox> children = new ArrayList<>();
    List<SuperBox.ContentBox> contents = new ArrayList<>();
    int at = description.end();
    while (at < self.end()) {
      Header child = header(at, self.end(), false);
      if (child == null) {
        report("JUMBF_MALFORMED", "bytes that are no box", at);
        break;
      }
      if (++boxes > BOXES_MAX) {
        report("ENTRY_LIMIT", "more than " + BOXES_MAX + " boxes in the manifest store", at);
        break;
      }
      if (child.type().equals("jumb")) superBox(child, depth + 1).ifPresent(children::add);
      else contents.add(new SuperBox.ContentBox(child.type(), child.payload(), child.end()));
      at = child.end();
    }
    return Optional.of(new SuperBox(data, self.payload(), self.end(), type(description.payload()), label(description), children, contents));
  }

  private String type(int at) {
    for (int i = 0; i < UUID_TAIL.length; i++) {
      if (data[at + 4 + i] != UUID_TAIL[i]) return HexFormat.of().formatHex(data, at, at + 16);
    }
    return new String(data, at, 4, StandardCharsets.ISO_8859_1);
  }

  private String label(Header description) {
    int toggles = data[description.payload() + 16];
    if ((toggles & TOGGLE_LABEL) == 0) return "";
    int from = description.payload() + JUMD_BYTES_MIN;
    int to = from;
    while (to < description.end() && data[to] != 0) to++;
    if (to == description.end()) report("JUMBF_MALFORMED", "a label without an end", from);
    return new String(data, from, to - from, StandardCharsets.UTF_8);
  }

  private long u32(int at) {
    return (data[at] & 0xffL) << 24 | (data[at + 1] & 0xff) << 16 | (data[at + 2] & 0xff) << 8 | data[at + 3] & 0xff;
  }

  private void report(String code, String text, int at) {
    if (findings.size() < ClaimReader.FINDINGS_MAX) findings.add(new ReadFinding(code, text, at));
  }

  private static String printable(String type) {
    return type.chars().allMatch(c -> c >= 0x20 && c < 0x7f) ? type : HexFormat.of().formatHex(type.getBytes(StandardCharsets.ISO_8859_1));
  }
}
