package verimesh.hash.match;

/// How a picture is shrunk before its PDQ is taken. Hashes of the two lie 4 to 8 bits apart, so they are not mixed.
public enum PdqConvention {
  /// To 512 x 512 by nearest neighbour when a side is above 512: the reference C++ file functions, and with them most
  /// banks that people exchange.
  SHRINK_512,
  /// Not at all: the reference Java and the dihedral Python code.
  FULL_SIZE
}
