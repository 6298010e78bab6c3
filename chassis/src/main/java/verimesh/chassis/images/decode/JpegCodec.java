package verimesh.chassis.images.decode;

/// Turns JPEG scans into samples. Two adapters: [JdkJpeg] everywhere, [TurboJpeg] where the machine has libjpeg-turbo. Both give
/// the same samples, the accurate integer transform and smooth chroma of libjpeg; tests hold them against each other.
interface JpegCodec {
  /// Thread-safe. Never throws for content.
  Outcome decode(JpegFile jpeg, int width, int height);

  DecoderInfo info();

  /// Arithmetic coding too, not only Huffman.
  boolean decodesRareKinds();

  /// What came of it.
  sealed interface Outcome {
    /// @param samples row by row: grey, R G B, or C M Y K as stored (inverted, as Adobe does it)
    /// @param damage what is wrong with the pixel data; empty if nothing
    record Samples(byte[] samples, String damage) implements Outcome {}

    /// Not a single pixel.
    record Failed(String why) implements Outcome {}
  }
}
