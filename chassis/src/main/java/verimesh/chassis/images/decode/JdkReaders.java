package verimesh.chassis.images.decode;

import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/// The JDK's own readers, whatever else lies on the class path. Asking for the first one makes ImageIO look for plugins, so
/// nothing asks before a picture is decoded. Readers are for one thread and one picture.
final class JdkReaders {
  static {
    ImageIO.setUseCache(false); // no strangers' pictures in temporary files
  }

  private JdkReaders() {}

  static ImageReader jpeg() {
    return byName("jpeg");
  }

  static ImageReader bmp() {
    return byName("bmp");
  }

  private static ImageReader byName(String format) {
    for (Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format); readers.hasNext(); ) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().startsWith("com.sun.imageio.")) return reader;
    }
    throw new IllegalStateException("this JDK has no reader for " + format + "; a full JDK or JRE with java.desktop is needed");
  }
}
