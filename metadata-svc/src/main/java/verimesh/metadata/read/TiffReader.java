package verimesh.metadata.read;

/// TIFF files, DNG and the raw formats that begin like them.
final class TiffReader {
  private static final int DNG_VERSION = 0xc612;

  private TiffReader() {}

  static void read(Slice file, Harvest harvest) {
    TiffDirectories.readFile(file, harvest);
  }

  static boolean isDng(Harvest harvest) {
    return harvest.hasExif(ExifRecord.Ifd.IFD0, DNG_VERSION);
  }
}
