package verimesh.metadata.read;

/// The form that HEIF and JPEG XL give to EXIF: four bytes say how far behind them the TIFF header stands.
final class ExifItem {
  private ExifItem() {}

  static void read(Slice item, String carrier, Harvest harvest) {
    if (!item.has(0, 4)) {
      harvest.findingOnce("EXIF_HEADER", "An EXIF item is cut off", harvest.offset(item));
      return;
    }
    Slice told = item.after(4).after(item.u32(0));
    // Writers leave the four bytes out, or count them wrongly: then the header is where it can be seen.
    if (!TiffDirectories.isHeader(told)) {
      for (int at : new int[] {4, 10, 0, 6}) {
        if (TiffDirectories.isHeader(item.after(at))) {
          TiffDirectories.readExif(item.after(at), carrier, harvest);
          return;
        }
      }
    }
    TiffDirectories.readExif(told, carrier, harvest);
  }
}
