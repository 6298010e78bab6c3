package verimesh.metadata.read;

/// Container by magic bytes, never by name. `id` is what answers print.
public enum Format {
  PNG("png"), JPEG("jpeg"), WEBP("webp"), GIF("gif"), HEIC("heic"), AVIF("avif"), TIFF("tiff"), DNG("dng"),
  JXL("jxl"), BMP("bmp"), SVG("svg"), PDF("pdf");

  private final String id;

  Format(String id) {
    this.id = id;
  }

  public String id() {
    return id;
  }
}
