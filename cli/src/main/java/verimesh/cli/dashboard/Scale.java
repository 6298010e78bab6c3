package verimesh.cli.dashboard;

import java.util.Locale;

/// A vertical axis that holds zero: where it ends, and how its numbers read.
///
/// @param bottom 0, or below it where values are
/// @param top greater than 0
/// @param step from one line to the next
/// @param unit Grafana's word
record Scale(double bottom, double top, double step, String unit) {
  private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB"};

  /// The first round ends beyond what is there.
  static Scale over(double least, double greatest, String unit) {
    double size = Math.max(Math.max(greatest, -least), 0);
    double wanted = size > 0 && Double.isFinite(size) ? size : 1;
    double base = unit.equals("bytes") && wanted >= 1 ? Math.pow(1024, Math.floor(Math.log(wanted) / Math.log(1024))) : 1;
    double raw = wanted / base / 4;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double round = raw / power <= 1 ? 1 : raw / power <= 2 ? 2 : raw / power <= 2.5 ? 2.5 : raw / power <= 5 ? 5 : 10;
    double step = round * power * base;
    return new Scale(least < 0 ? -steps(-least, step) : 0, greatest <= 0 && least >= 0 ? 4 * step : Math.max(steps(greatest, step), least < 0 ? 0 : step), step, unit);
  }

  private static double steps(double value, double step) {
    return value > 0 ? Math.ceil(value / step - 1e-9) * step : 0;
  }

  String words(double value) {
    return words(value, unit);
  }

  static String words(double value, String unit) {
    double size = Math.abs(value);
    return switch (unit) {
      case "s" -> size == 0 ? "0 s" : size < 1e-3 ? digits(value * 1e6) + " µs" : size < 1 ? digits(value * 1e3) + " ms" : size < 120 ? digits(value) + " s" : digits(value / 60) + " min";
      case "bytes" -> {
        int power = size < 1 ? 0 : (int) Math.min(BYTES.length - 1, Math.floor(Math.log(size) / Math.log(1024)));
        yield digits(value / Math.pow(1024, power)) + " " + BYTES[power];
      }
      case "percentunit" -> digits(value * 100) + " %";
      case "reqps" -> digits(value) + "/s";
      default -> size >= 1e6 ? digits(value / 1e6) + " M" : size >= 1e4 ? digits(value / 1e3) + " k" : digits(value);
    };
  }

  /// Three digits that count, and no zeros behind them.
  private static String digits(double value) {
    double size = Math.abs(value);
    int places = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 3 : 4;
    String text = String.format(Locale.ROOT, "%." + places + "f", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
