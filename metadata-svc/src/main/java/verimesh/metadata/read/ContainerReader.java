package verimesh.metadata.read;

import java.util.Optional;
import java.util.function.BiConsumer;

/// Sniffs the container by its magic bytes, never by a name, and reads it with the one reader for that container.
public final class ContainerReader implements FileReader {
  @Override
  public Reading read(byte[] file) {
    if (file.length == 0) {
      return new Reading.Refused("EMPTY_FILE", "The file has no bytes. Send the picture's whole file.");
    }
    Slice bytes = Slice.of(file);
    Optional<Format> sniffed = sniff(bytes);
    if (sniffed.isEmpty()) {
      return new Reading.Refused("NOT_AN_IMAGE",
          "The first bytes are those of no picture format known here. PNG, JPEG, WebP, GIF, HEIC, AVIF, TIFF, DNG, JPEG XL, BMP, SVG and PDF are read.");
    }
    Format format = sniffed.get();
    var harvest = new Harvest(bytes);
    reader(format).accept(bytes, harvest);
    if (format == Format.TIFF && TiffReader.isDng(harvest)) {
      format = Format.DNG;
    }
    // SVG and PDF have no size that must be there: whoever recognised the root has read the header.
    if (harvest.isEmpty() && format != Format.SVG && format != Format.PDF) {
      return new Reading.Refused("UNREADABLE_HEADER",
          "The file begins like " + format.id() + ", but is cut off or damaged before its size could be read (" + file.length + " bytes).");
    }
    return new Reading.Read(harvest.record(format));
  }

  private static BiConsumer<Slice, Harvest> reader(Format format) {
    return switch (format) {
      case PNG -> PngReader::read;
      case JPEG -> JpegReader::read;
      case WEBP -> WebpReader::read;
      case GIF -> GifReader::read;
      case HEIC, AVIF -> BmffReader::read;
      case TIFF, DNG -> TiffReader::read;
      case JXL -> JxlReader::read;
      case BMP -> BmpReader::read;
      case SVG -> SvgReader::read;
      case PDF -> PdfReader::read;
    };
  }

  /// The container by magic bytes; DNG comes out as TIFF, which is what its first bytes say.
  static Optional<Format> sniff(Slice f) {
    if (f.startsWith("\u0089PNG\r\n\u001a\n")) {
      return Optional.of(Format.PNG);
    }
    if (f.startsWith("\u00ff\u00d8\u00ff")) {
      return Optional.of(Format.JPEG);
    }
    if (f.startsWith("RIFF") && f.matches(8, "WEBP")) {
      return Optional.of(Format.WEBP);
    }
    if (f.startsWith("GIF87a") || f.startsWith("GIF89a")) {
      return Optional.of(Format.GIF);
    }
    if (f.startsWith("\u00ff\n") || f.startsWith("\0\0\0\fJXL \r\n\u0087\n")) {
      return Optional.of(Format.JXL);
    }
    if (f.matches(4, "ftyp")) {
      return BmffReader.sniff(f);
    }
    if (TiffDirectories.isHeader(f)) {
      return Optional.of(Format.TIFF);
    }
    if (BmpReader.isHeader(f)) {
      return Optional.of(Format.BMP);
    }
    if (PdfReader.isHeader(f)) {
      return Optional.of(Format.PDF);
    }
    return SvgReader.isSvg(f) ? Optional.of(Format.SVG) : Optional.empty();
  }
}
