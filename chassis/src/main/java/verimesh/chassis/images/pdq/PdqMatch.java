package verimesh.chassis.images.pdq;

/// When two PDQ hashes are the same picture, by the reference's rule: at most 31 of 256 bits apart, both of quality 50 or
/// more. Random pairs lie at 128 with a standard deviation of 8.
///
/// @param distanceBitsMax at or below this distance two hashes match; 0 to 256
/// @param qualityMin hashes below it say nothing, on either side; 0 to 100
public record PdqMatch(int distanceBitsMax, int qualityMin) {
  public static final PdqMatch REFERENCE = new PdqMatch(31, 50);

  public PdqMatch {
    if (distanceBitsMax < 0 || distanceBitsMax > PdqHash.BITS) throw new IllegalArgumentException("distance " + distanceBitsMax);
    if (qualityMin < 0 || qualityMin > 100) throw new IllegalArgumentException("quality " + qualityMin);
  }

  /// May be compared at all. A flat picture and an all-zero hash never may, whatever the setting.
  public boolean usable(PdqHash hash, int quality) {
    return quality > 0 && quality >= qualityMin && !hash.isZero();
  }

  public boolean matches(PdqHash a, int qualityOfA, PdqHash b, int qualityOfB) {
    return usable(a, qualityOfA) && usable(b, qualityOfB) && a.distanceBits(b) <= distanceBitsMax;
  }
}
