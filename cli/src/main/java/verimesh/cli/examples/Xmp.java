package verimesh.cli.examples;

/// XMP packets (ISO 16684-1) of a few properties.
final class Xmp {
  private static final String IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";

  private Xmp() {}

  /// IPTC's own word for how a picture came about.
  /// @param key last part of the vocabulary's URI, for example `trainedAlgorithmicMedia`
  static String sourceType(String key) {
    return packet("xmlns:Iptc4xmpExt=\"" + IPTC + "\"",
        "<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/" + key + "</Iptc4xmpExt:DigitalSourceType>");
  }

  /// The same with the credit line that an editor leaves.
  static String editedBy(String credit, String key) {
    return packet(
        "xmlns:Iptc4xmpExt=\"" + IPTC + "\" xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\"",
        "<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/" + key + "</Iptc4xmpExt:DigitalSourceType>"
            + "<photoshop:Credit>" + credit + "</photoshop:Credit>");
  }

  /// A caption and keywords, as people type them.
  static String caption(String caption, String... keywords) {
    var bag = new StringBuilder();
    for (String keyword : keywords) bag.append("<rdf:li>").append(keyword).append("</rdf:li>");
    return packet("xmlns:dc=\"http://purl.org/dc/elements/1.1/\"",
        "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">" + caption + "</rdf:li></rdf:Alt></dc:description>"
            + "<dc:subject><rdf:Bag>" + bag + "</rdf:Bag></dc:subject>");
  }

  /// The label of TC260 and GB 45438-2025: a JSON object in one property.
  static String tc260(String json) {
    return packet("xmlns:TC260=\"http://www.tc260.org.cn/ns/AIGC/1.0/\"",
        "<TC260:AIGC>" + json.replace("\"", "&quot;") + "</TC260:AIGC>");
  }

  private static String packet(String namespaces, String properties) {
    return "<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
        + "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" " + namespaces + ">"
        + properties + "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";
  }
}
