package verimesh.chassis.images;

/// What the first bytes of a file say of it. Nothing is decoded, little is read, and no content makes this throw: admission
/// (DESIGN.md §2) needs format and size of a picture before anybody allocates memory for it.
public sealed interface ImageHeader {
  /// A format we know, with a header that could be read.
  ///
  /// @param width stored pixels, before EXIF orientation; at least 1, but 0 for a vector format that names no size
  /// @param height as `width`
  /// @param frames pictures in the file (animation frames or pages) as far as the header says, at least 1
  /// @param animated the frames are shown one after another in time
  /// @param decodable plain Java decodes this kind: always false for HEIC, AVIF, JXL, DNG, SVG and PDF, and for rare kinds of
  ///     the others (arithmetic or lossless JPEG, raw sensor data in TIFF). A native library may still decode it
  record Known(ImageFormat format, int width, int height, int frames, boolean animated, boolean decodable)
      implements ImageHeader {
    public Known {
      if (width < 0 || height < 0 || frames < 1) throw new IllegalArgumentException(width + "x" + height + ", " + frames);
      if (!format.isVector() && (width == 0 || height == 0)) throw new IllegalArgumentException(width + "x" + height);
    }

    /// Width times height, without overflow.
    public long pixels() {
      return (long) width * height;
    }
  }

  /// The bytes begin like no format that we know: a text file renamed to `.jpg`, a video, noise.
  record NotAnImage(String message) implements ImageHeader {}

  /// Not one byte.
  record Empty(String message) implements ImageHeader {}

  /// The magic bytes are right, and what follows is cut off or makes no sense.
  record UnreadableHeader(ImageFormat format, String message) implements ImageHeader {}

  /// Reads the header. Thread-safe; the array is not kept.
  static ImageHeader read(byte[] file) {
    if (file.length == 0) return new Empty("The file is empty; send the bytes of a picture.");
    var bytes = new HeaderBytes(file);
    ImageFormat format = Magic.of(bytes);
    return switch (format) {
      case null -> new NotAnImage(Magic.whyNot(bytes));
      case PNG -> PngHeader.read(bytes);
      case JPEG -> JpegHeader.read(bytes);
      case WEBP -> WebpHeader.read(bytes);
      case GIF -> GifHeader.read(bytes);
      case BMP -> BmpHeader.read(bytes);
      case TIFF, DNG -> TiffHeader.read(bytes);
      case HEIC, AVIF -> HeifHeader.read(bytes, format);
      case JXL -> JxlHeader.read(bytes);
      case SVG -> SvgHeader.read(bytes);
      // A page has a size in points and may differ from the next one: no pixels to speak of.
      case PDF -> new Known(ImageFormat.PDF, 0, 0, 1, false, false);
    };
  }
}
