package verimesh.chassis.images;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Which format a file's first bytes announce.
final class Magic {
  private Magic() {}

  /// null if none that we know.
  static ImageFormat of(HeaderBytes b) {
    if (b.has(0, "\u0089PNG\r\n\u001a\n")) return ImageFormat.PNG;
    if (b.has(0, "\u00ff\u00d8\u00ff")) return ImageFormat.JPEG;
    if (b.has(0, "RIFF") && b.has(8, "WEBP")) return ImageFormat.WEBP;
    if (b.has(0, "GIF87a") || b.has(0, "GIF89a")) return ImageFormat.GIF;
    if (isTiff(b)) return TiffHeader.isDng(b) ? ImageFormat.DNG : ImageFormat.TIFF;
    if (b.has(4, "ftyp")) return HeifHeader.byBrand(b);
    if (b.has(0, "\u00ff\n") || b.has(0, JxlHeader.CONTAINER)) return ImageFormat.JXL;
    if (BmpHeader.startsLikeOne(b)) return ImageFormat.BMP;
    if (b.has(0, "%PDF-")) return ImageFormat.PDF;
    return SvgHeader.startsLikeOne(b) ? ImageFormat.SVG : null;
  }

  private static boolean isTiff(HeaderBytes b) {
    // 42 is TIFF, 43 BigTIFF.
    return b.has(0, "II*\0") || b.has(0, "MM\0*") || b.has(0, "II+\0\b\0\0\0") || b.has(0, "MM\0+\0\b\0\0");
  }

  static String whyNot(HeaderBytes b) {
    if (b.has(4, "ftyp")) {
      return "The file is an ISO media file of brand \"" + printable(b.fourCc(8))
          + "\", which is no still picture; HEIC and AVIF are taken.";
    }
    String start = HexFormat.ofDelimiter(" ").formatHex(b.latin1(0, 8).getBytes(StandardCharsets.ISO_8859_1));
    return "No image format begins with the bytes " + start
        + "; taken are PNG, JPEG, WebP, GIF, BMP, TIFF, DNG, HEIC, AVIF, JPEG XL, SVG and PDF.";
  }

  private static String printable(String text) {
    return text.replaceAll("[^ -~]", "?");
  }
}
