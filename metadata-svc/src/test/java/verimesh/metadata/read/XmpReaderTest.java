package verimesh.metadata.read;

import static org.assertj.core.api.Assertions.assertThat;
import static verimesh.metadata.read.Crafted.*;
import static verimesh.metadata.read.Reads.codes;
import static verimesh.metadata.read.Reads.record;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmpReaderTest {
  private static final String EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
  private static final String DC = "http://purl.org/dc/elements/1.1/";
  private static final String TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

  private static FileRecord packet(byte[] packet) {
    return record(webp(riffChunk("XMP ", packet)));
  }

  private static FileRecord packet(String packet) {
    return packet(utf8(packet));
  }

  private static List<String> paths(FileRecord record) {
    return record.xmp().properties().stream().map(p -> p.path() + "=" + p.value()).toList();
  }

  @ParameterizedTest @ValueSource(strings = {
      "<Iptc4xmpExt:DigitalSourceType>%s</Iptc4xmpExt:DigitalSourceType>",
      "<Iptc4xmpExt:DigitalSourceType rdf:resource=\"%s\"/>",
      "<Iptc4xmpExt:DigitalSourceType><rdf:Alt><rdf:li xml:lang=\"x-default\">%s</rdf:li></rdf:Alt></Iptc4xmpExt:DigitalSourceType>",
      "<Iptc4xmpExt:DigitalSourceType><rdf:Bag><rdf:li rdf:resource='%s'/></rdf:Bag></Iptc4xmpExt:DigitalSourceType>",
      "<Iptc4xmpExt:DigitalSourceType rdf:parseType=\"Resource\"><rdf:value>%s</rdf:value></Iptc4xmpExt:DigitalSourceType>",
      "<Iptc4xmpExt:DigitalSourceType><![CDATA[%s]]></Iptc4xmpExt:DigitalSourceType>"})
  void everyWayToWriteAPropertyComesOutAsOne(String form) {
    assertThat(packet(xmp("", form.formatted(TYPE))).xmp().all(EXT, "DigitalSourceType")).containsExactly(TYPE);
  }

  @Test void anAttributeIsAProperty() {
    assertThat(packet(xmp(" Iptc4xmpExt:DigitalSourceType=\"" + TYPE + "\"", "")).xmp().all(EXT, "DigitalSourceType")).containsExactly(TYPE);
  }

  @Test void structuresAreFlattenedByPath() {
    String history = "<xmpMM:History xmlns:xmpMM='http://ns.adobe.com/xap/1.0/mm/' xmlns:stEvt='http://ns.adobe.com/xap/1.0/sType/ResourceEvent#'><rdf:Seq>"
        + "<rdf:li stEvt:action='saved' stEvt:softwareAgent='Adobe Photoshop 26.0'/>"
        + "<rdf:li rdf:parseType='Resource'><stEvt:action>edited</stEvt:action></rdf:li>"
        + "<rdf:li><rdf:Description stEvt:action='closed'/></rdf:li></rdf:Seq></xmpMM:History>";
    assertThat(paths(packet(xmp("", history)))).containsExactly(
        "History/action=saved", "History/softwareAgent=Adobe Photoshop 26.0", "History/action=edited", "History/action=closed");
  }

  @Test void entitiesOfXmlAreResolvedAndLineFeedsKept() {
    assertThat(packet(xmp("", "<dc:description>&quot;a&quot; &amp; b&#xA;c &#x1F30A;</dc:description>")).xmp().first(DC, "description")).contains("\"a\" & b\nc 🌊");
  }

  @Test void anEmptyPropertyIsThereAndSaysNothing() {
    assertThat(packet(xmp("", "<dc:title/>")).xmp().all(DC, "title")).containsExactly("");
  }

  @Test void aBrokenPacketEndDoesNotMatter() {
    String packet = XMP.replace("<?xpacket end=\"w\"?>", "<?xpacket end=\"w\" id=\"W5M0MpCehiHzreSzNTczkc9d\"??>\0\0\0 garbage < & >");
    assertThat(packet(packet).xmp().properties()).hasSize(1);
    assertThat(packet(packet).findings()).isEmpty();
  }

  @Test void anUndeclaredPrefixHidesNothing() {
    FileRecord record = packet("<x:xmpmeta><rdf:RDF><rdf:Description foo:bar='1' Iptc4xmpExt:DigitalSourceType='" + TYPE + "'/></rdf:RDF></x:xmpmeta>");
    assertThat(record.xmp().first(EXT, "DigitalSourceType")).contains(TYPE);
    assertThat(record.xmp().first("", "bar")).contains("1");
  }

  @Test void anotherPrefixForTheSameNamespaceIsTheSameProperty() {
    assertThat(packet(xmp(" xmlns:q='" + EXT + "' q:DigitalSourceType='" + TYPE + "'", "")).xmp().first(EXT, "DigitalSourceType")).contains(TYPE);
  }

  @Test void aPrefixMeansWhatItsElementSays() {
    String packet = xmp("", "<dc:title xmlns:dc='urn:other'>inner</dc:title><dc:title>outer</dc:title>");
    assertThat(packet(packet).xmp().all("urn:other", "title")).containsExactly("inner");
    assertThat(packet(packet).xmp().all(DC, "title")).containsExactly("outer");
  }

  @Test void utf16AndUtf32PacketsAreRead() {
    for (var charset : List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE, StandardCharsets.UTF_32BE, StandardCharsets.UTF_32LE)) {
      assertThat(packet(XMP.getBytes(charset)).xmp().properties()).as(charset.name()).hasSize(1);
      assertThat(packet(("\uFEFF" + XMP).getBytes(charset)).xmp().properties()).as(charset.name() + " with mark").hasSize(1);
    }
  }

  @Test void invalidBytesAndControlCharactersHideNothing() {
    byte[] bad = join(utf8("<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF><rdf:Description><dc:title>"), latin1("\u00ff\u00fe\u0001\u000b\u00c3"),
        utf8("</dc:title><dc:source>ok</dc:source></rdf:Description></rdf:RDF></x:xmpmeta>"));
    assertThat(packet(bad).xmp().first(DC, "source")).contains("ok");
    assertThat(codes(packet(bad))).containsExactly("INVALID_TEXT");
  }

  @Test void whatStoodBeforeTheDamageCounts() {
    FileRecord record = packet(xmp(" photoshop:Credit='Made with Google AI'", "<dc:title>begun & broken"));
    assertThat(record.xmp().first("http://ns.adobe.com/photoshop/1.0/", "Credit")).contains("Made with Google AI");
    assertThat(codes(record)).containsExactly("XMP_MALFORMED");
  }

  @Test void aDoctypeIsNotReadAndItsEntitiesAreNothing() {
    String laughs = "<!DOCTYPE x [<!ENTITY a \"" + "ha".repeat(100) + "\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>";
    FileRecord record = packet(laughs + XMP.replace("Made with", "&b;&c;Made with").replaceFirst("<\\?xpacket.*?\\?>", ""));
    assertThat(codes(record)).contains("XMP_DOCTYPE");
    assertThat(record.xmp().properties().toString()).doesNotContain("haha").doesNotContain("root:");
  }

  @Test void nestingEndsAtTheLimit() {
    String deep = IntStream.range(0, 10_000).mapToObj(i -> "<dc:a>").reduce("", String::concat);
    assertThat(codes(packet(xmp(" photoshop:Credit='c'", deep)))).containsExactly("XMP_DEPTH");
    assertThat(packet(xmp(" photoshop:Credit='c'", deep)).xmp().properties()).isNotEmpty();
  }

  @Test void aListOfThousandsDoesNotPushOutWhatComesLater() {
    String list = "<photoshop:DocumentAncestors><rdf:Bag>" + "<rdf:li>xmp.did:00000000</rdf:li>".repeat(20_000) + "</rdf:Bag></photoshop:DocumentAncestors>";
    FileRecord record = packet(xmp("", list + "<Iptc4xmpExt:DigitalSourceType>" + TYPE + "</Iptc4xmpExt:DigitalSourceType>"));
    assertThat(record.xmp().first(EXT, "DigitalSourceType")).contains(TYPE);
    assertThat(codes(record)).containsExactly("LIST_LIMIT");
  }

  @Test void hundredsOfAttributesAreNormal() {
    String attributes = IntStream.range(0, 500).mapToObj(i -> " xmp:Setting" + i + "='" + i + "'").reduce("", String::concat);
    FileRecord record = packet(xmp(attributes, ""));
    assertThat(record.xmp().properties()).hasSize(500);
    assertThat(record.findings()).isEmpty();
  }
}
