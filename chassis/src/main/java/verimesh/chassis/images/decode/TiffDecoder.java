package verimesh.chassis.images.decode;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.StoredPixels.Layout;

/// A TIFF's first page, by TwelveMonkeys' reader.
final class TiffDecoder {
  private TiffDecoder() {}

  static Decoded decode(byte[] file, ImageHeader.Known header) {
    return switch (ImageIoReading.read(new TIFFImageReaderSpi().createReaderInstance(null), file, header.width(), header.height())) {
      case ImageIoReading.Outcome.Failed(String why) -> new Decoded.Broken("The TIFF cannot be decoded: " + why + ".");
      case ImageIoReading.Outcome.Read(var image, String damage) -> picture(file, header, image, damage);
    };
  }

  private static Decoded picture(byte[] file, ImageHeader.Known header, BufferedImage image, String damage) {
    var remarks = new ArrayList<Remark>();
    if (!damage.isEmpty()) remarks.add(new Remark.Damaged("The TIFF is damaged: its pixel data breaks off (" + damage + ")."));
    // The first directory of a TIFF is what EXIF is made of.
    StoredPixels stored = ImageIoReading.stored(image).withOrientation(ExifOrientation.of(file, 0, file.length));
    if (stored.layout() == Layout.RGB && image.getColorModel().getColorSpace() instanceof ICC_ColorSpace space && !space.isCS_sRGB()) {
      ICC_Profile profile = space.getProfile();
      if (profile.getColorSpaceType() == ColorSpace.TYPE_RGB) stored = stored.withProfile(Remark.profile(profile.getData(), remarks));
    }
    return new Decoded.Picture(header, stored, remarks);
  }
}
