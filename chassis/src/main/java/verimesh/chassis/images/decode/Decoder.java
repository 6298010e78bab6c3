package verimesh.chassis.images.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import verimesh.chassis.images.ImageFormat;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.ImageHeader.Known;

/// Decodes a file once, in full, to the pixels that it stores: its first frame, nothing turned, no colour converted.
///
/// Never throws for content: what a stranger's file can hold is a [Decoded]. Thread-safe, and without state between calls.
public final class Decoder {
  private static final DecoderInfo OWN =
      new DecoderInfo(Set.of(ImageFormat.PNG, ImageFormat.GIF, ImageFormat.WEBP), "VeriMesh, plain Java", false);
  private static final DecoderInfo READERS =
      new DecoderInfo(Set.of(ImageFormat.BMP, ImageFormat.TIFF), "javax.imageio, TwelveMonkeys for TIFF", false);

  private final DecodeLimits limits;
  private final List<JpegCodec> jpegCodecs;
  private final JpegDecoder jpeg;
  private final WebpDecoder webp;
  private final Supplier<Optional<LibVips>> vips;

  private Decoder(DecodeLimits limits, List<JpegCodec> jpegCodecs, Supplier<Optional<LibVips>> vips) {
    this.limits = limits;
    this.jpegCodecs = jpegCodecs;
    this.vips = vips;
    jpeg = new JpegDecoder(limits, jpegCodecs);
    webp = new WebpDecoder(limits);
  }

  /// With the native libraries that this machine has: libjpeg-turbo for JPEG, libvips for HEIC, AVIF and JPEG XL. Plain Java for
  /// the rest, and where they are missing. Needs `--enable-native-access`.
  public static Decoder fastest(DecodeLimits limits) {
    var codecs = new ArrayList<JpegCodec>();
    TurboJpeg.find().ifPresent(codecs::add);
    codecs.add(new JdkJpeg());
    return new Decoder(limits, codecs, LibVips::find);
  }

  /// What comes with us only: the same pixels on every machine that has a JDK.
  public static Decoder plain(DecodeLimits limits) {
    return new Decoder(limits, List.of(new JdkJpeg()), Optional::empty);
  }

  /// What decodes what here, the preferred one first. Looks for every library, so the first call may take some 50 ms.
  public List<DecoderInfo> inUse() {
    var infos = new ArrayList<DecoderInfo>();
    jpegCodecs.forEach(codec -> infos.add(codec.info()));
    infos.add(OWN);
    infos.add(READERS);
    vips.get().ifPresent(library -> infos.add(library.info()));
    return infos;
  }

  /// Whether a picture of this kind has a chance here. A broken file of such a kind still has none.
  public boolean decodes(Known known) {
    if (known.decodable()) return true;
    return switch (known.format()) {
      case JPEG -> jpegCodecs.stream().anyMatch(JpegCodec::decodesRareKinds);
      case HEIC, AVIF, JXL -> vips.get().filter(library -> library.decodes(known.format())).isPresent();
      case PNG, WEBP, GIF, BMP, TIFF, DNG, SVG, PDF -> false;
    };
  }

  public Decoded decode(byte[] file) {
    return switch (ImageHeader.read(file)) {
      case ImageHeader.Empty(String message) -> new Decoded.Broken(message);
      case ImageHeader.NotAnImage(String message) -> new Decoded.Broken(message);
      case ImageHeader.UnreadableHeader(_, String message) -> new Decoded.Broken(message);
      case Known known -> limits.allow(known.width(), known.height())
          ? withFrames(known, decode(file, known))
          : new Decoded.OverLimit(known, limits.refusal(known));
    };
  }

  private Decoded decode(byte[] file, Known known) {
    if (!decodes(known)) {
      return new Decoded.Unsupported(known, "The file is a kind of " + known.format().name()
          + " that nothing on this machine decodes; its header and metadata can be read all the same.");
    }
    return switch (known.format()) {
      case PNG -> PngDecoder.decode(file, known);
      case JPEG -> jpeg.decode(file, known);
      case WEBP -> webp.decode(file, known);
      case GIF -> GifDecoder.decode(file, known, limits);
      case BMP -> BmpDecoder.decode(file, known);
      case TIFF -> TiffDecoder.decode(file, known);
      case HEIC, AVIF, JXL -> vips.get().orElseThrow().decode(file, known, limits);
      case DNG, SVG, PDF -> throw new IllegalStateException("nothing decodes " + known.format());
    };
  }

  private static Decoded withFrames(Known known, Decoded decoded) {
    if (known.frames() == 1 || !(decoded instanceof Decoded.Picture picture)) return decoded;
    var remarks = new ArrayList<>(picture.remarks());
    remarks.add(new Remark.FirstFrameOnly(known.frames()));
    return new Decoded.Picture(known, picture.stored(), remarks);
  }
}
