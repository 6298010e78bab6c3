package verimesh.cli.doctor;

/// One thing that was looked at.
///
/// @param name of the thing, short
/// @param found what is there
/// @param mend the command that changes it, empty where nothing is to be done
record Finding(State state, String name, String found, String mend) {
  enum State {
    /// There, and fine.
    GOOD,
    /// Not there; everything works without, only less well or with fewer witnesses.
    OPTIONAL,
    /// Must be mended.
    WRONG
  }

  static Finding good(String name, String found) {
    return new Finding(State.GOOD, name, found, "");
  }

  static Finding optional(String name, String found, String mend) {
    return new Finding(State.OPTIONAL, name, found, mend);
  }

  static Finding wrong(String name, String found, String mend) {
    return new Finding(State.WRONG, name, found, mend);
  }
}
