package verimesh.chassis.images.decode;

import java.util.ArrayList;
import java.util.List;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.ImageHeader.Known;

/// Decodes a file once, in full, to the pixels that it stores: its first frame, nothing turned, no colour converted.
///
/// Never throws for content: what a stranger's file can hold is a [Decoded]. Thread-safe, and without state between calls.
public final class Decoder {
  private final DecodeLimits limits;
  private final JpegDecoder jpeg;
  private final List<DecoderInfo> inUse;

  private Decoder(DecodeLimits limits, List<JpegCodec> jpegCodecs) {
    this.limits = limits;
    jpeg = new JpegDecoder(limits, jpegCodecs);
    inUse = jpegCodecs.stream().map(JpegCodec::info).toList();
  }

  /// With the native libraries that this machine has (libjpeg-turbo, libvips), plain Java for the rest.
  public static Decoder fastest(DecodeLimits limits) {
    var codecs = new ArrayList<JpegCodec>();
    TurboJpeg.find().ifPresent(codecs::add);
    codecs.add(new JdkJpeg());
    return new Decoder(limits, codecs);
  }

  /// Plain Java only: the same pixels on every machine that has a JDK.
  public static Decoder plain(DecodeLimits limits) {
    return new Decoder(limits, List.of(new JdkJpeg()));
  }

  /// What decodes what here, the preferred one first.
  public List<DecoderInfo> inUse() {
    return inUse;
  }

  public Decoded decode(byte[] file) {
    return switch (ImageHeader.read(file)) {
      case ImageHeader.Empty(String message) -> new Decoded.Broken(message);
      case ImageHeader.NotAnImage(String message) -> new Decoded.Broken(message);
      case ImageHeader.UnreadableHeader(_, String message) -> new Decoded.Broken(message);
      case Known known -> limits.allow(known.width(), known.height())
          ? decode(file, known)
          : new Decoded.OverLimit(known, limits.refusal(known));
    };
  }

  private Decoded decode(byte[] file, Known known) {
    return switch (known.format()) {
      case PNG -> PngDecoder.decode(file, known);
      case JPEG -> jpeg.decode(file, known);
      default -> new Decoded.Unsupported(known, "");
    };
  }
}
