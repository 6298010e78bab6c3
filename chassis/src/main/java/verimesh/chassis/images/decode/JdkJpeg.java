package verimesh.chassis.images.decode;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Set;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import verimesh.chassis.images.ImageFormat;
import verimesh.chassis.images.decode.JpegFile.Colours;

/// JPEG by the JDK's own reader (libjpeg 6b). It comes with every machine.
final class JdkJpeg implements JpegCodec {
  @Override
  public DecoderInfo info() {
    return new DecoderInfo(Set.of(ImageFormat.JPEG), "javax.imageio (libjpeg 6b of the JDK)", false);
  }

  @Override
  public boolean decodesRareKinds() {
    return false;
  }

  @Override
  public Outcome decode(JpegFile jpeg, int width, int height) {
    Colours colours = jpeg.colours();
    boolean inks = colours == Colours.CMYK || colours == Colours.YCCK;
    var damage = new StringBuilder();
    ImageReader reader = JdkReaders.jpeg();
    try {
      reader.addIIOReadWarningListener((_, warning) -> note(damage, warning));
      reader.setInput(new BytesInput(jpeg.plain()), true, true);
      if (reader.getWidth(0) != width || reader.getHeight(0) != height) return new Outcome.Failed("it contradicts its own header");
      if (inks) return inks(reader, colours, damage);
      return colours == Colours.YCC && jpeg.hasHalfHeightChroma()
          ? halfHeightChroma(reader, width, height, damage)
          : light(reader, colours, width, height, damage);
    } catch (IOException | RuntimeException e) {
      // The reader meets a stranger's bytes and throws what it likes, IllegalArgumentException included.
      return new Outcome.Failed("the JDK's reader says \"" + e.getMessage() + "\"");
    } finally {
      reader.dispose();
    }
  }

  private static Outcome light(ImageReader reader, Colours colours, int width, int height, StringBuilder damage) throws IOException {
    int channels = colours == Colours.GREY ? 1 : 3;
    byte[] samples = new byte[Math.multiplyExact(width * height, channels)];
    ImageReadParam param = reader.getDefaultReadParam();
    // Our own array in our own order: the reader's default, blue first, costs another half of the decoding time.
    param.setDestination(image(samples, width, height, channels));
    reader.read(0, param);
    return new Outcome.Samples(samples, damage.toString());
  }

  /// The JDK's reader repeats rows of chroma where libjpeg-turbo interpolates them (`h1v2_fancy_upsample`), up to 70 levels
  /// apart: so take what it repeats, and interpolate.
  private static Outcome halfHeightChroma(ImageReader reader, int width, int height, StringBuilder damage) throws IOException {
    byte[] ycc = ((DataBufferByte) reader.readRaster(0, null).getDataBuffer()).getData();
    byte[] rgb = new byte[ycc.length];
    int rowBytes = width * 3;
    int chromaRows = (height + 1) / 2;
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int far = Math.clamp(y % 2 == 0 ? near - 1 : near + 1, 0, chromaRows - 1);
      int bias = y % 2 == 0 ? 1 : 2;
      for (int i = 0; i < rowBytes; i += 3) {
        int at = y * rowBytes + i;
        int luma = ycc[at] & 0xFF;
        int cb = (3 * (ycc[2 * near * rowBytes + i + 1] & 0xFF) + (ycc[2 * far * rowBytes + i + 1] & 0xFF) + bias >> 2) - 128;
        int cr = (3 * (ycc[2 * near * rowBytes + i + 2] & 0xFF) + (ycc[2 * far * rowBytes + i + 2] & 0xFF) + bias >> 2) - 128;
        rgb[at] = (byte) Ycc.red(luma, cr);
        rgb[at + 1] = (byte) Ycc.green(luma, cb, cr);
        rgb[at + 2] = (byte) Ycc.blue(luma, cb);
      }
    }
    return new Outcome.Samples(rgb, damage.toString());
  }

  private static Outcome inks(ImageReader reader, Colours colours, StringBuilder damage) throws IOException {
    Raster raster = reader.readRaster(0, null);
    byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
    if (colours == Colours.YCCK) Cmyk.ycckToInverted(samples, samples.length / 4);
    return new Outcome.Samples(samples, damage.toString());
  }

  private static BufferedImage image(byte[] samples, int width, int height, int channels) {
    int[] offsets = channels == 1 ? new int[] {0} : new int[] {0, 1, 2};
    var model = new PixelInterleavedSampleModel(DataBuffer.TYPE_BYTE, width, height, channels, width * channels, offsets);
    WritableRaster raster = Raster.createWritableRaster(model, new DataBufferByte(samples, samples.length), null);
    var space = ColorSpace.getInstance(channels == 1 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB);
    var colours = new ComponentColorModel(space, false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);
    return new BufferedImage(colours, raster, false, null);
  }

  private static void note(StringBuilder damage, String warning) {
    // Some cameras pad between segments: no harm to any pixel.
    if (damage.isEmpty() && !warning.contains("extraneous bytes")) damage.append(warning);
  }
}
