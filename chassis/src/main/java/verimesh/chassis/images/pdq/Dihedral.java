package verimesh.chassis.images.pdq;

/// The eight ways to turn and mirror a picture, with what the reference calls them. Their order is that of `Orientation` in
/// hash.proto.
public enum Dihedral {
  ORIGINAL("original"),
  /// 90 degrees counter-clockwise.
  ROTATE_90("rotate90"),
  ROTATE_180("rotate180"),
  /// 90 degrees clockwise.
  ROTATE_270("rotate270"),
  /// Top to bottom.
  FLIP_X("flipx"),
  /// Left to right.
  FLIP_Y("flipy"),
  /// Mirrored at the main diagonal.
  FLIP_PLUS_1("flipplus1"),
  /// Mirrored at the other diagonal.
  FLIP_MINUS_1("flipminus1");

  private final String id;

  Dihedral(String id) {
    this.id = id;
  }

  /// The reference's name, as tables print it.
  public String id() {
    return id;
  }

  /// Rows and columns change places.
  boolean transposes() {
    return switch (this) {
      case ROTATE_90, ROTATE_270, FLIP_PLUS_1, FLIP_MINUS_1 -> true;
      case ORIGINAL, ROTATE_180, FLIP_X, FLIP_Y -> false;
    };
  }

  /// Whether the coefficient at row `i`, column `j` of the picture's own transform changes its sign.
  boolean negates(int i, int j) {
    return switch (this) {
      case ORIGINAL, FLIP_PLUS_1 -> false;
      case ROTATE_90, FLIP_Y -> j % 2 == 0;
      case ROTATE_270, FLIP_X -> i % 2 == 0;
      case ROTATE_180, FLIP_MINUS_1 -> (i + j) % 2 == 1;
    };
  }
}
