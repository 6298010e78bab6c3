package verimesh.metadata.read;

import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// XMP packets, flattened: RDF's many ways to write one property come out as one (ISO 16684-1 §7).
///
/// Reading starts at the root element and stops at its end, so that processing instructions, doctypes, padding and broken
/// packet ends never matter. Prefixes are resolved here and not by the parser, which would refuse a packet over one
/// undeclared prefix. After the first error in the XML, what was read before it stands.
final class XmpReader {
  static final String RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
  private static final String XMP_META = "adobe:ns:meta/";
  private static final String XML = "http://www.w3.org/XML/1998/namespace";
  /// Undeclared prefixes that everybody means the same by.
  private static final Map<String, String> WELL_KNOWN = Map.of("rdf", RDF, "x", XMP_META, "xml", XML,
      "dc", "http://purl.org/dc/elements/1.1/", "xmp", "http://ns.adobe.com/xap/1.0/", "photoshop", "http://ns.adobe.com/photoshop/1.0/",
      "exif", "http://ns.adobe.com/exif/1.0/", "tiff", "http://ns.adobe.com/tiff/1.0/",
      "Iptc4xmpExt", "http://iptc.org/std/Iptc4xmpExt/2008-02-29/");

  /// What an element is in RDF's eyes.
  private enum Role {
    /// `x:xmpmeta`, `rdf:RDF`, `rdf:Description` and other nodes: they hold properties and are none.
    NODE,
    PROPERTY,
    /// `rdf:Alt`, `rdf:Seq`, `rdf:Bag`
    LIST,
    /// `rdf:li` and `rdf:value`: their text is the property's
    ITEM
  }

  private static final class Element {
    final Role role;
    /// The property that this element is, or belongs to; empty above the first one.
    final Name property;
    final String path;
    /// An item behind [Limits#LIST_ITEMS], or something inside one: walked over, not taken.
    final boolean silent;
    final StringBuilder text = new StringBuilder(0);
    final List<String> prefixesBefore = new ArrayList<>(0); // prefix, then what it meant (null: nothing), in pairs
    boolean hasParts;
    int items;

    Element(Role role, Name property, String path, boolean silent) {
      this.role = role;
      this.property = property;
      this.path = path;
      this.silent = silent;
    }
  }

  private record Name(String namespace, String local) {
    static final Name NONE = new Name("", "");
  }

  private final String carrier;
  private final Harvest harvest;
  private final long offset;
  private final Map<String, String> namespaces = new HashMap<>(WELL_KNOWN);
  private final ArrayDeque<Element> open = new ArrayDeque<>();

  private XmpReader(String carrier, Harvest harvest, long offset) {
    this.carrier = carrier;
    this.harvest = harvest;
    this.offset = offset;
  }

  static void read(Slice packet, String carrier, Harvest harvest) {
    if (packet.isEmpty() || !harvest.anotherPacket(packet)) {
      return;
    }
    Slice taken = packet;
    if (packet.length() > Limits.TEXT_BYTES) {
      harvest.finding("TEXT_LIMIT", "An XMP packet of " + packet.length() + " bytes; its first 8 MiB were read", packet);
      taken = packet.clip(0, Limits.TEXT_BYTES);
    }
    if (harvest.afford(taken.length(), packet)) {
      var reader = new XmpReader(carrier, harvest, harvest.offset(packet));
      reader.parse(reader.legal(reader.decode(taken)));
    }
  }

  private void parse(String packet) {
    int root = root(packet);
    if (root < 0) {
      harvest.finding("XMP_EMPTY", "An XMP packet without an element", offset);
      return;
    }
    try {
      XMLStreamReader xml = factory().createXMLStreamReader(new StringReader(root == 0 ? packet : packet.substring(root)));
      try {
        boolean more = true;
        while (more && xml.hasNext()) {
          more = event(xml, xml.next());
        }
      } finally {
        xml.close();
      }
    } catch (XMLStreamException e) {
      // A stranger's XML: broken is an answer. The parser's own words can quote the file, so they stay out of ours.
      harvest.finding("XMP_MALFORMED", "An XMP packet is not well-formed; what stood before was read", offset);
    }
    while (!open.isEmpty()) { // only after damage or a limit: the texts begun so far
      close(open.pop());
    }
  }

  /// @return false when there is nothing more to read
  private boolean event(XMLStreamReader xml, int event) {
    switch (event) {
      case XMLStreamConstants.START_ELEMENT -> {
        if (open.size() >= Limits.XML_DEPTH) {
          harvest.finding("XMP_DEPTH", "XMP nested deeper than " + Limits.XML_DEPTH + " elements; the rest was left unread", offset);
          return false;
        }
        return open(xml);
      }
      case XMLStreamConstants.END_ELEMENT -> {
        close(open.pop());
        return !open.isEmpty();
      }
      case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
        Element in = open.peek();
        if (in != null && (in.role == Role.PROPERTY || in.role == Role.ITEM) && !in.silent) {
          in.text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
        }
      }
      case XMLStreamConstants.ENTITY_REFERENCE ->
          harvest.findingOnce("XMP_ENTITY", "An XMP packet uses an entity that XML does not have; it was read as nothing", offset);
      default -> { }
    }
    return true;
  }

  private boolean open(XMLStreamReader xml) {
    List<String> before = new ArrayList<>(0);
    int attributes = xml.getAttributeCount();
    for (int i = 0; i < attributes; i++) {
      if (isDeclaration(xml, i)) {
        String prefix = xml.getAttributePrefix(i).isEmpty() ? "" : xml.getAttributeLocalName(i);
        before.add(prefix);
        before.add(namespaces.put(prefix, xml.getAttributeValue(i)));
      }
    }
    Element parent = open.peek();
    // Without namespaces the JDK's parser splits the names of attributes at the colon, but not those of elements.
    String qualified = xml.getLocalName();
    int colon = qualified.indexOf(':');
    Name name = colon < 0 ? new Name(namespaces.getOrDefault("", ""), qualified) : name(qualified.substring(0, colon), qualified.substring(colon + 1));
    Element element = element(name, parent);
    element.prefixesBefore.addAll(before);
    open.push(element);
    if (parent != null) {
      parent.hasParts = true;
    }
    for (int i = 0; i < attributes; i++) {
      if (!isDeclaration(xml, i) && !attribute(name(xml.getAttributePrefix(i), xml.getAttributeLocalName(i)), xml.getAttributeValue(i), element)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDeclaration(XMLStreamReader xml, int i) {
    return xml.getAttributePrefix(i).equals("xmlns") || xml.getAttributePrefix(i).isEmpty() && xml.getAttributeLocalName(i).equals("xmlns");
  }

  private Element element(Name name, Element parent) {
    Role role = role(name, parent);
    boolean silent = parent != null && parent.silent;
    if (role == Role.ITEM && parent != null && parent.role == Role.LIST && ++parent.items > Limits.LIST_ITEMS) {
      harvest.findingOnce("LIST_LIMIT", "An XMP list has more than " + Limits.LIST_ITEMS + " items; the rest was left out", offset);
      silent = true;
    }
    String path = parent == null ? "" : parent.path;
    if (role != Role.PROPERTY) {
      return new Element(role, parent == null ? Name.NONE : parent.property, path, silent);
    }
    return new Element(role, name, path.isEmpty() ? name.local : path + "/" + name.local, silent);
  }

  private static Role role(Name name, Element parent) {
    if (name.namespace.equals(RDF)) {
      return switch (name.local) {
        case "RDF", "Description" -> Role.NODE;
        case "Alt", "Seq", "Bag" -> Role.LIST;
        case "li", "value" -> Role.ITEM;
        default -> Role.PROPERTY;
      };
    }
    // A root that is no RDF wraps some; what stands right below `rdf:RDF` is a typed node.
    boolean wrapper = parent == null || name.namespace.equals(XMP_META) || parent.role == Role.LIST;
    return wrapper ? Role.NODE : Role.PROPERTY;
  }

  /// @return false once no further property is taken
  private boolean attribute(Name name, String value, Element element) {
    if (element.silent || name.namespace.equals(XML)) {
      return true;
    }
    if (name.namespace.equals(RDF)) {
      if ((name.local.equals("resource") || name.local.equals("value")) && !element.path.isEmpty()) {
        element.hasParts = true;
        return property(element.property, element.path, value);
      }
      return true;
    }
    if (name.namespace.isEmpty() && (name.local.equals("about") || name.local.equals("parseType"))) {
      return true; // RDF of before 2000 wrote its own attributes without a prefix
    }
    element.hasParts = true;
    return property(name, element.path.isEmpty() ? name.local : element.path + "/" + name.local, value);
  }

  private void close(Element element) {
    boolean holdsText = element.role == Role.PROPERTY || element.role == Role.ITEM;
    // White space between parts is layout; the text of something without parts is its value, an empty one too.
    if (holdsText && !element.silent && !element.path.isEmpty() && (!element.hasParts || !element.text.chars().allMatch(Character::isWhitespace))) {
      property(element.property, element.path, element.text.toString());
    }
    for (int i = element.prefixesBefore.size() - 2; i >= 0; i -= 2) {
      String meant = element.prefixesBefore.get(i + 1);
      if (meant == null) {
        namespaces.remove(element.prefixesBefore.get(i));
      } else {
        namespaces.put(element.prefixesBefore.get(i), meant);
      }
    }
  }

  private boolean property(Name name, String path, String value) {
    return harvest.xmp(new XmpRecord.Property(name.namespace, name.local, path, value), carrier);
  }

  /// Attributes without a prefix are in no namespace, whatever the default one is.
  private Name name(String prefix, String local) {
    return new Name(prefix.isEmpty() ? "" : namespaces.getOrDefault(prefix, ""), local);
  }

  private String decode(Slice packet) {
    Charset charset = StandardCharsets.UTF_8;
    if (packet.has(0, 4)) {
      long head = packet.u32(0);
      if (head == 0x0000feffL || head == 0x0000003cL) {
        charset = StandardCharsets.UTF_32BE;
      } else if (head == 0xfffe0000L || head == 0x3c000000L) {
        charset = StandardCharsets.UTF_32LE;
      } else if (head >> 16 == 0xfeff || head >> 16 == 0x003c) {
        charset = StandardCharsets.UTF_16BE;
      } else if (head >> 16 == 0xfffe || head >> 16 == 0x3c00) {
        charset = StandardCharsets.UTF_16LE;
      }
    }
    String text = new String(packet.bytes(), packet.from(), packet.length(), charset);
    if (text.indexOf('\uFFFD') >= 0) {
      harvest.findingOnce("INVALID_TEXT", "An XMP packet holds bytes that are no " + charset.name(), offset);
    }
    return text;
  }

  /// The packet with what XML forbids replaced: one control character in a caption must not hide a source type.
  private String legal(String packet) {
    StringBuilder repaired = null;
    for (int i = 0; i < packet.length(); i++) {
      char c = packet.charAt(i);
      boolean legal = c >= 0x20 && c < 0xd800 || c == '\n' || c == '\r' || c == '\t' || c > 0xdfff && c < 0xfffe;
      if (!legal && Character.isHighSurrogate(c) && i + 1 < packet.length() && Character.isLowSurrogate(packet.charAt(i + 1))) {
        i++;
        continue;
      }
      if (!legal) {
        if (repaired == null) {
          repaired = new StringBuilder(packet);
        }
        repaired.setCharAt(i, c < 0x20 ? ' ' : '\uFFFD');
      }
    }
    return repaired == null ? packet : repaired.toString();
  }

  /// The root element's `<`, past processing instructions, comments and a doctype.
  private int root(String p) {
    int at = 0;
    // A real packet has one instruction before its root. Searching on and on for ends that never come would take for ever.
    for (int skipped = 0; skipped < 32; skipped++) {
      at = p.indexOf('<', at);
      if (at < 0 || at + 1 >= p.length()) {
        return -1;
      }
      char c = p.charAt(at + 1);
      if (c == '_' || Character.isLetter(c)) {
        return at;
      }
      int end;
      if (c == '?') {
        end = p.indexOf("?>", at);
        end = end < 0 ? p.indexOf('>', at) : end;
      } else if (p.startsWith("<!--", at)) {
        end = p.indexOf("-->", at);
      } else if (p.startsWith("<!DOCTYPE", at)) {
        harvest.findingOnce("XMP_DOCTYPE", "An XMP packet brings a document type; it was not read", offset);
        int close = p.indexOf('>', at);
        int subset = p.indexOf('[', at);
        end = subset >= 0 && subset < close ? p.indexOf("]", subset) : close;
      } else {
        end = at;
      }
      if (end < 0) {
        return -1;
      }
      at = end + 1;
    }
    return -1;
  }

  /// A factory a packet: the JDK's is not promised to be safe among threads, and making one costs microseconds.
  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    // Lightroom writes its settings as attributes, more than the JDK's default of 200. Our own limits come first: a packet
    // has 8 MiB at most, and no property is taken behind the last entry.
    factory.setProperty("jdk.xml.elementAttributeLimit", "0");
    return factory;
  }
}
