package verimesh.metadata.stealth;

import java.util.Optional;
import verimesh.metadata.read.FileRecord;

/// Samples of a lossless file as they are stored, 8 bits each, row by row.
public interface StoredPixels {
  int width();

  int height();

  /// 3 (R G B) or 4 (R G B A).
  int channels();

  /// Shows rows from the top until the visitor has enough or the file ends. Can be asked again; each time decodes anew.
  /// @param columns how many pixels from the left are asked for, 1 to [#width()]; a decoder may leave the rest as it is
  /// @return false if the file's data ended or broke before the visitor had enough
  boolean rows(int columns, RowVisitor visitor);

  @FunctionalInterface
  interface RowVisitor {
    /// @param samples `columns * channels` samples from index `from`; only valid during the call
    /// @return whether to go on
    boolean row(int y, byte[] samples, int from);
  }

  /// Whether a look at a few rows costs little: a PNG is inflated row by row.
  boolean isStreamed();

  /// @return the pixels, if the file is an 8-bit RGB or RGBA PNG without interlacing, or a still lossless WebP;
  ///     nothing else can hold what is looked for here
  static Optional<StoredPixels> of(FileRecord file, byte[] bytes) {
    return switch (file.format()) {
      case PNG -> PngPixels.of(bytes).map(p -> p);
      case WEBP -> file.animated() ? Optional.empty() : WebPPixels.of(bytes, file.width(), file.height()).map(p -> p);
      default -> Optional.empty();
    };
  }
}
