package verimesh.chassis.images.decode;

import java.util.ArrayList;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.StoredPixels;

/// Windows and OS/2 bitmaps, by the JDK's reader.
final class BmpDecoder {
  private BmpDecoder() {}

  static Decoded decode(byte[] file, ImageHeader.Known header) {
    return switch (ImageIoReading.read(JdkReaders.bmp(), file, header.width(), header.height())) {
      case ImageIoReading.Outcome.Failed(String why) -> new Decoded.Broken("The BMP cannot be decoded: " + why + ".");
      case ImageIoReading.Outcome.Read(var image, String damage) -> {
        StoredPixels stored = ImageIoReading.stored(image);
        var remarks = new ArrayList<Remark>();
        if (!damage.isEmpty()) remarks.add(new Remark.Damaged("The BMP is damaged: its pixel data breaks off (" + damage + ")."));
        yield new Decoded.Picture(header, stored, remarks);
      }
    };
  }
}
