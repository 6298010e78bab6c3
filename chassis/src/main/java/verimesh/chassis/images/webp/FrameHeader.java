package verimesh.chassis.images.webp;

/// A key frame's header, RFC 6386 §9, as far as decoding needs it.
///
/// @param segmentMap macroblocks name their segment
/// @param segmentProbabilities of the tree that names it
/// @param quantisers one a segment
/// @param strengths of the loop filter, one a segment
/// @param coefficients probabilities, in the order of [Probabilities#index]
/// @param skipProbability that a macroblock has no coefficients; -1 if none says so
record FrameHeader(
    boolean segmentMap, int[] segmentProbabilities, Quantiser[] quantisers, Filter filter, Strength[] strengths, int partitions,
    int[] coefficients, int skipProbability) {
  static final int SEGMENTS = 4;

  /// Loop filter, §9.6.
  record Filter(boolean simple, int level, int sharpness) {}

  /// What [LoopFilter] takes: limits for a segment, with and without prediction in subblocks.
  record Strength(LoopFilter.Limits whole, LoopFilter.Limits subblocks) {}

  static FrameHeader read(BoolDecoder bits) {
    bits.flag(); // colour space: always the same in WebP
    bits.flag(); // clamping: libwebp clamps either way

    boolean segments = bits.flag();
    boolean segmentMap = false;
    boolean absolute = true;
    int[] segmentQuantisers = new int[SEGMENTS];
    int[] segmentLevels = new int[SEGMENTS];
    int[] segmentProbabilities = {255, 255, 255};
    if (segments) {
      segmentMap = bits.flag();
      if (bits.flag()) {
        absolute = bits.flag();
        for (int s = 0; s < SEGMENTS; s++) segmentQuantisers[s] = bits.optionalSigned(7);
        for (int s = 0; s < SEGMENTS; s++) segmentLevels[s] = bits.optionalSigned(6);
      }
      if (segmentMap) {
        for (int i = 0; i < 3; i++) segmentProbabilities[i] = bits.flag() ? bits.literal(8) : 255;
      }
    }

    var filter = new Filter(bits.flag(), bits.literal(6), bits.literal(3));
    int keyFrameDelta = 0;
    int subblockDelta = 0;
    boolean deltas = bits.flag();
    if (deltas && bits.flag()) {
      // Of four frame types and four modes, still pictures know one each.
      for (int i = 0; i < 4; i++) {
        int delta = bits.optionalSigned(6);
        if (i == 0) keyFrameDelta = delta;
      }
      for (int i = 0; i < 4; i++) {
        int delta = bits.optionalSigned(6);
        if (i == 0) subblockDelta = delta;
      }
    }
    int partitions = 1 << bits.literal(2);

    int base = bits.literal(7);
    int yDc = bits.optionalSigned(4);
    int y2Dc = bits.optionalSigned(4);
    int y2Ac = bits.optionalSigned(4);
    int uvDc = bits.optionalSigned(4);
    int uvAc = bits.optionalSigned(4);
    var quantisers = new Quantiser[SEGMENTS];
    var strengths = new Strength[SEGMENTS];
    for (int s = 0; s < SEGMENTS; s++) {
      int q = !segments ? base : absolute ? segmentQuantisers[s] : base + segmentQuantisers[s];
      quantisers[s] = Quantiser.of(q, yDc, y2Dc, y2Ac, uvDc, uvAc);
      int level = !segments ? filter.level() : absolute ? segmentLevels[s] : filter.level() + segmentLevels[s];
      int whole = deltas ? level + keyFrameDelta : level;
      int inSubblocks = deltas ? whole + subblockDelta : level;
      strengths[s] = new Strength(LoopFilter.Limits.of(whole, filter.sharpness()), LoopFilter.Limits.of(inSubblocks, filter.sharpness()));
    }

    bits.flag(); // whether later frames keep the probabilities
    int[] coefficients = Probabilities.coefficients();
    for (int i = 0; i < coefficients.length; i++) {
      if (bits.bit(Probabilities.COEFFICIENT_UPDATES[i]) == 1) coefficients[i] = bits.literal(8);
    }
    int skip = bits.flag() ? bits.literal(8) : -1;
    return new FrameHeader(segmentMap, segmentProbabilities, quantisers, filter, strengths, partitions, coefficients, skip);
  }
}
