package verimesh.cli.dashboard;

/// When a panel's values were: evenly spaced, both ends included.
///
/// @param start seconds since 1970
/// @param step seconds between two
record Moments(long start, long step, int count) {
  long end() {
    return start + step * (count - 1);
  }
}
