package verimesh.chassis.images.bench;

import com.sun.management.OperatingSystemMXBean;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.InputSpec.Filter;
import verimesh.chassis.images.InputSpec.Fit;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.cut.TensorCutter;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.images.decode.DecoderInfo;

/// One JPEG of a photograph's size, decoded in full and cut to the input of three models: CLIP (224 by the short side), DINOv2 (256,
/// then 224) and SigLIP (224, squashed). The same work is given to the JDK alone and to libvips, in turn, so that whatever else the
/// machine does falls on all of them.
public final class DecodeBench {
  private static final OperatingSystemMXBean PROCESS = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final List<Double> HALF = List.of(.5, .5, .5);

  static final List<InputSpec> SPECS = List.of(
      new InputSpec(224, new Fit.ShortestEdgeCrop(224), Filter.BICUBIC, HALF, HALF),
      new InputSpec(224, new Fit.ShortestEdgeCrop(256), Filter.BICUBIC, HALF, HALF),
      new InputSpec(224, new Fit.Squash(), Filter.BICUBIC, HALF, HALF));

  private DecodeBench() {}

  /// One way of doing it.
  ///
  /// @param milliseconds the middle of all rounds, wall clock
  /// @param best the fastest round, the nearest to an idle machine
  /// @param cpuMilliseconds the middle of what the whole process used of all cores; says more than the clock on a busy machine
  public record Line(String way, double milliseconds, double best, double cpuMilliseconds) {}

  /// @param fileBytes of the JPEG
  /// @param lines the first is ours with what the machine has
  /// @param timesImageIo how many times as fast the first line is as ImageIO with the JDK's own scaling, by the clock
  /// @param timesImageIoCpu the same by processor time
  /// @param shareOfVips the first line's time over libvips', by the clock; NaN where there is no libvips
  /// @param shareOfVipsCpu the same by processor time
  public record Result(
      int width, int height, int fileBytes, List<Line> lines, double timesImageIo, double timesImageIoCpu, double shareOfVips, double shareOfVipsCpu) {
    public Result {
      lines = List.copyOf(lines);
    }
  }

  private static final String OURS = "VeriMesh";
  private static final String JDK = "ImageIO, halved and scaled by Graphics2D";
  private static final String VIPS = "libvips, decoded in full and resized";

  /// @param rounds how often each way is taken, after two rounds for warming up; at least 1
  public static Result run(int width, int height, int rounds, long seed) {
    byte[] file = jpeg(width, height, seed);
    Decoder fastest = Decoder.fastest(DecodeLimits.DEFAULT);
    Decoder plain = Decoder.plain(DecodeLimits.DEFAULT);
    List<DecoderInfo> inUse = fastest.inUse();
    var ways = new LinkedHashMap<String, Runnable>();
    ways.put(OURS + " (" + inUse.getFirst().name() + ")", () -> decodeAndCut(fastest, file));
    ways.put("of that, decoding", () -> decoded(fastest, file));
    ways.put("VeriMesh in plain Java", () -> decodeAndCut(plain, file));
    ways.put("of that, decoding in plain Java", () -> decoded(plain, file));
    ways.put(JDK, () -> jdkAlone(file));
    VipsBaseline.find().ifPresent(vips -> ways.put(VIPS, () -> vips.decodeAndResize(file)));

    var clock = new LinkedHashMap<String, double[]>();
    var cpu = new LinkedHashMap<String, double[]>();
    for (String way : ways.keySet()) {
      clock.put(way, new double[rounds]);
      cpu.put(way, new double[rounds]);
    }
    for (int round = -2; round < rounds; round++) {
      for (Map.Entry<String, Runnable> way : ways.entrySet()) {
        long startCpu = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();
        way.getValue().run();
        if (round < 0) continue;
        clock.get(way.getKey())[round] = (System.nanoTime() - start) / 1e6;
        cpu.get(way.getKey())[round] = (PROCESS.getProcessCpuTime() - startCpu) / 1e6;
      }
    }
    var lines = new ArrayList<Line>();
    for (String way : ways.keySet()) {
      Arrays.sort(clock.get(way));
      Arrays.sort(cpu.get(way));
      lines.add(new Line(way, clock.get(way)[rounds / 2], clock.get(way)[0], cpu.get(way)[rounds / 2]));
    }
    Line ours = lines.getFirst();
    Line jdk = lines.stream().filter(line -> line.way().equals(JDK)).findFirst().orElseThrow();
    Line vips = lines.stream().filter(line -> line.way().equals(VIPS)).findFirst().orElse(new Line(VIPS, Double.NaN, Double.NaN, Double.NaN));
    return new Result(width, height, file.length, lines, jdk.milliseconds() / ours.milliseconds(), jdk.cpuMilliseconds() / ours.cpuMilliseconds(),
        ours.milliseconds() / vips.milliseconds(), ours.cpuMilliseconds() / vips.cpuMilliseconds());
  }

  private static StoredPixels decoded(Decoder decoder, byte[] file) {
    return switch (decoder.decode(file)) {
      case Decoded.Picture picture -> picture.stored();
      case Decoded other -> throw new IllegalStateException(other.toString());
    };
  }

  private static void decodeAndCut(Decoder decoder, byte[] file) {
    TensorCutter.cut(decoded(decoder, file), SPECS);
  }

  // ---- the JDK alone

  /// What a Java program does without anything else: read, halve until the next halving would be too small, then scale. Scaling by
  /// `SCALE_AREA_AVERAGING` takes seven times as long, scaling in one step leaves out most pixels.
  private static void jdkAlone(byte[] file) {
    BufferedImage image;
    try {
      image = ImageIO.read(new ByteArrayInputStream(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (InputSpec spec : SPECS) {
      int w = spec.size();
      int h = spec.size();
      if (spec.fit() instanceof Fit.ShortestEdgeCrop(int resize)) {
        w = image.getWidth() <= image.getHeight() ? resize : resize * image.getWidth() / image.getHeight();
        h = image.getWidth() <= image.getHeight() ? resize * image.getHeight() / image.getWidth() : resize;
      }
      BufferedImage scaled = image;
      while (scaled.getWidth() / 2 > w && scaled.getHeight() / 2 > h) {
        scaled = scaled(scaled, scaled.getWidth() / 2, scaled.getHeight() / 2, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      }
      scaled(scaled, w, h, RenderingHints.VALUE_INTERPOLATION_BICUBIC).getSubimage((w - spec.size()) / 2, (h - spec.size()) / 2, spec.size(), spec.size());
    }
  }

  private static BufferedImage scaled(BufferedImage image, int width, int height, Object interpolation) {
    var scaled = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    var graphics = scaled.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, interpolation);
      graphics.drawImage(image, 0, 0, width, height, null);
    } finally {
      graphics.dispose();
    }
    return scaled;
  }

  /// Quality 90, chroma halved both ways: what a camera writes.
  private static byte[] jpeg(int width, int height, long seed) {
    StoredPixels picture = TestPicture.make(width, height, seed);
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    byte[] rgb = picture.samples();
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = (y * width + x) * 3;
        row[x] = (rgb[at] & 0xFF) << 16 | (rgb[at + 1] & 0xFF) << 8 | rgb[at + 2] & 0xFF;
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    var bytes = new ByteArrayOutputStream();
    try (var stream = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(0.9f);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
