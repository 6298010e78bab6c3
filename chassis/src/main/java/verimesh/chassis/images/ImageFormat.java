package verimesh.chassis.images;

/// A file's format by its magic bytes, never by its name.
public enum ImageFormat {
  PNG("png", "image/png"),
  JPEG("jpeg", "image/jpeg"),
  WEBP("webp", "image/webp"),
  GIF("gif", "image/gif"),
  BMP("bmp", "image/bmp"),
  TIFF("tiff", "image/tiff"),
  /// Adobe's raw format: a TIFF that holds tag 50706 (DNGVersion).
  DNG("dng", "image/x-adobe-dng"),
  HEIC("heic", "image/heic"),
  AVIF("avif", "image/avif"),
  JXL("jxl", "image/jxl"),
  SVG("svg", "image/svg+xml"),
  PDF("pdf", "application/pdf");

  private final String id;
  private final String mediaType;

  ImageFormat(String id, String mediaType) {
    this.id = id;
    this.mediaType = mediaType;
  }

  /// What answers print: lower case, stable.
  public String id() {
    return id;
  }

  /// As registered with IANA where it is (DNG is not).
  public String mediaType() {
    return mediaType;
  }

  /// Drawn by formula instead of made of pixels: no width or height in pixels need exist.
  public boolean isVector() {
    return this == SVG || this == PDF;
  }
}
