package verimesh.metadata.sign;

/// Namespaces of the properties that are read here.
final class Xmp {
  static final String BASIC = "http://ns.adobe.com/xap/1.0/";
  static final String DUBLIN_CORE = "http://purl.org/dc/elements/1.1/";
  static final String EXIF = "http://ns.adobe.com/exif/1.0/";
  static final String PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/";
  static final String IPTC_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
  static final String TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/";

  private Xmp() {}
}
