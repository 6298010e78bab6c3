package verimesh.metadata.exif;

import static verimesh.metadata.read.ExifRecord.Ifd.EXIF;
import static verimesh.metadata.read.ExifRecord.Ifd.IFD0;

import verimesh.metadata.read.FileRecord;
import verimesh.metadata.read.Format;

/// How the size that EXIF remembers compares with the stored pixels (METADATA.md §14).
enum PixelSize {
  /// EXIF says nothing, or the stored size is not known.
  UNKNOWN,
  SAME,
  /// Same shape, other size.
  RESIZED,
  CROPPED;

  /// Cameras code up to one block more than they declare.
  private static final int TOLERANCE_PX = 16;
  /// Raw formats store a frame of masked pixels around the picture.
  private static final double RAW_TOLERANCE = .05;
  private static final double SHAPE_TOLERANCE = .02;

  static PixelSize of(FileRecord file) {
    double x = file.exif().number(Tags.PIXEL_X_DIMENSION, EXIF, IFD0).orElse(0);
    double y = file.exif().number(Tags.PIXEL_Y_DIMENSION, EXIF, IFD0).orElse(0);
    if (x <= 0 || y <= 0 || file.width() <= 0 || file.height() <= 0) {
      return UNKNOWN;
    }
    boolean raw = file.format() == Format.DNG || file.format() == Format.TIFF;
    // A picture turned upright in a viewer keeps its numbers the old way round.
    if (near(x, file.width(), raw) && near(y, file.height(), raw) || near(x, file.height(), raw) && near(y, file.width(), raw)) {
      return SAME;
    }
    double told = Math.max(x, y) / Math.min(x, y);
    double stored = (double) Math.max(file.width(), file.height()) / Math.min(file.width(), file.height());
    return Math.abs(told / stored - 1) <= SHAPE_TOLERANCE ? RESIZED : CROPPED;
  }

  private static boolean near(double told, int stored, boolean raw) {
    return Math.abs(told - stored) <= (raw ? Math.max(TOLERANCE_PX, RAW_TOLERANCE * stored) : Math.min(TOLERANCE_PX, .1 * stored));
  }
}
