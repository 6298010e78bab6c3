package verimesh.embedding.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.InputSpec.Filter;
import verimesh.chassis.images.InputSpec.Fit;
import verimesh.chassis.images.RgbTensor;
import verimesh.chassis.images.SrgbPixels;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.cut.TensorCutter;

/// Test-time views: the picture as it would be after an upload platform had compressed or resized it. An answer that does
/// not hold over them is not worth much.
///
/// @param jpegQualities 1 to 100
/// @param scales above 0 to 1; the picture is made smaller by that and brought back to its size
public record ViewMaker(List<Integer> jpegQualities, List<Double> scales) {
  private static final List<Double> PLAIN_MEAN = List.of(0.0, 0.0, 0.0);
  private static final List<Double> PLAIN_STD = List.of(1.0, 1.0, 1.0);

  public ViewMaker {
    jpegQualities = jpegQualities.isEmpty() ? List.of(90, 70) : List.copyOf(jpegQualities);
    scales = scales.isEmpty() ? List.of(0.75) : List.copyOf(scales);
  }

  /// The picture itself first, then its views, each cut to the spec.
  public List<ByteBuffer> views(Picture picture, InputSpec spec) {
    List<ByteBuffer> views = new ArrayList<>(picture.cut(spec));
    // A picture cut by the caller is a square already: its views are of that square.
    SrgbPixels square = square(ByteBuffer.allocate(views.getFirst().remaining()).put(views.getFirst().duplicate()).array(), spec.size());
    SrgbPixels shown = picture instanceof Picture.Whole whole ? whole.shown() : square;
    boolean whole = picture instanceof Picture.Whole;
    for (int quality : jpegQualities) views.add(cut(compressed(shown, quality), spec, whole));
    for (double scale : scales) views.add(cut(resized(square, scale), spec, false));
    return views;
  }

  private static ByteBuffer cut(SrgbPixels pixels, InputSpec spec, boolean whole) {
    if (!whole) return ByteBuffer.wrap(pixels.rgb());
    StoredPixels stored = new StoredPixels(pixels.width(), pixels.height(), StoredPixels.Layout.RGB, pixels.rgb());
    return ByteBuffer.wrap(TensorCutter.cut(stored, List.of(spec)).getFirst().rgb()).slice(0, spec.size() * spec.size() * 3);
  }

  private static SrgbPixels square(byte[] rgb, int size) {
    return new SrgbPixels(size, size, rgb);
  }

  private static SrgbPixels resized(SrgbPixels square, double scale) {
    int smaller = Math.max(1, (int) Math.round(square.width() * scale));
    SrgbPixels small = resize(square, smaller);
    return resize(small, square.width());
  }

  private static SrgbPixels resize(SrgbPixels square, int side) {
    RgbTensor tensor = TensorCutter.cut(square, List.of(new InputSpec(side, new Fit.Squash(), Filter.BICUBIC, PLAIN_MEAN, PLAIN_STD))).getFirst();
    return square(tensor.rgb(), side);
  }

  private static SrgbPixels compressed(SrgbPixels pixels, int quality) {
    BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((java.awt.image.DataBufferByte) image.getRaster().getDataBuffer()).getData();
    swap(pixels.rgb(), bgr);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(quality / 100f);
      try (var out = ImageIO.createImageOutputStream(file)) {
        writer.setOutput(out);
        writer.write(null, new IIOImage(image, null, null), param);
      }
      BufferedImage read = ImageIO.read(new ByteArrayInputStream(file.toByteArray()));
      byte[] back = new byte[pixels.rgb().length];
      swap(((java.awt.image.DataBufferByte) read.getRaster().getDataBuffer()).getData(), back);
      return new SrgbPixels(pixels.width(), pixels.height(), back);
    } catch (IOException e) {
      throw new UncheckedIOException("the JDK writes and reads JPEG in memory", e);
    } finally {
      writer.dispose();
    }
  }

  /// R and B change places.
  private static void swap(byte[] from, byte[] to) {
    for (int i = 0; i < from.length; i += 3) {
      to[i] = from[i + 2];
      to[i + 1] = from[i + 1];
      to[i + 2] = from[i];
    }
  }
}
