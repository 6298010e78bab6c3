package verimesh.chassis.images.pdq;

/// What happens to a large picture before it is hashed. Hashes of different conventions lie up to 8 bits apart for the same
/// file, so whoever keeps hashes names theirs.
public enum PdqConvention {
  /// A picture with a side over 512 is shrunk to exactly 512x512 by nearest neighbour first: the reference's file-level
  /// functions, and what exchanged banks mostly hold.
  SHRUNK_512("shrunk-512"),
  /// Hashed at full size: the reference's Java and its dihedral Python code.
  FULL_SIZE("full-size");

  /// The side that [#SHRUNK_512] shrinks to, in pixels (`DOWNSAMPLE_DIMS` of the reference).
  static final int SIDE = 512;

  private final String id;

  PdqConvention(String id) {
    this.id = id;
  }

  public String id() {
    return id;
  }
}
