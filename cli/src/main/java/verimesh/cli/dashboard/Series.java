package verimesh.cli.dashboard;

import java.util.Arrays;

/// One line of a panel.
///
/// @param values one for each moment of the panel's [Moments]; NaN where there is none. Nobody changes them.
record Series(String name, double[] values) {
  /// @return NaN if there is no value at all
  double last() {
    for (int i = values.length - 1; i >= 0; i--) if (!Double.isNaN(values[i])) return values[i];
    return Double.NaN;
  }

  /// @return NaN if there is no value at all
  double greatest() {
    return Arrays.stream(values).filter(value -> !Double.isNaN(value)).max().orElse(Double.NaN);
  }
}
