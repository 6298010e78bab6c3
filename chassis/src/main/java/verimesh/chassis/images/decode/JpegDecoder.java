package verimesh.chassis.images.decode;

import java.util.ArrayList;
import java.util.List;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.StoredPixels.Layout;

/// JPEG: the file's segments by [JpegFile], its scans by the fastest [JpegCodec] that can.
final class JpegDecoder {
  /// How many times over a picture of the largest size may be walked by progressive scans, at most. Ten are usual.
  private static final int SCANS_OF_LARGEST_MAX = 64;

  private final DecodeLimits limits;
  private final List<JpegCodec> codecs;

  /// @param codecs the preferred one first
  JpegDecoder(DecodeLimits limits, List<JpegCodec> codecs) {
    this.limits = limits;
    this.codecs = codecs;
  }

  Decoded decode(byte[] file, ImageHeader.Known header) {
    var jpeg = new JpegFile(file);
    if (jpeg.progressive() && jpeg.scans() * header.pixels() > SCANS_OF_LARGEST_MAX * limits.pixelsMax()) {
      return new Decoded.OverLimit(header, "The JPEG has " + jpeg.scans() + " scans over " + header.width() + "x" + header.height()
          + " pixels, more work than any real picture. Save it again and send that.");
    }
    String why = "";
    for (JpegCodec codec : codecs) {
      if (!header.decodable() && !codec.decodesRareKinds()) continue;
      switch (codec.decode(jpeg, header.width(), header.height())) {
        case JpegCodec.Outcome.Samples(byte[] samples, String damage) -> {
          return picture(jpeg, header, samples, damage);
        }
        case JpegCodec.Outcome.Failed(String said) -> why = said;
      }
    }
    return new Decoded.Broken("The JPEG cannot be decoded: " + why + ".");
  }

  private static Decoded picture(JpegFile jpeg, ImageHeader.Known header, byte[] samples, String damage) {
    var remarks = new ArrayList<Remark>();
    if (!damage.isEmpty()) remarks.add(new Remark.Damaged("The JPEG is damaged: " + damage + "."));
    int w = header.width();
    int h = header.height();
    StoredPixels stored = switch (jpeg.colours()) {
      case GREY -> new StoredPixels(w, h, Layout.GREY, samples);
      // A profile of a CMYK or grey picture is for other numbers than we make of it.
      case YCC, RGB -> new StoredPixels(w, h, Layout.RGB, samples, Remark.profile(jpeg.iccProfile(), remarks), 1);
      case CMYK, YCCK -> new StoredPixels(w, h, Layout.RGB, Cmyk.fromInverted(samples, w * h));
    };
    return new Decoded.Picture(header, stored.withOrientation(jpeg.orientation()), remarks);
  }
}
