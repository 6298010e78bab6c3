package verimesh.chassis.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Byte counts as people write them: `4096`, `512KiB`, `32MiB`, `2GiB`.
final class Sizes {
  private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*(B|KiB|MiB|GiB)?");

  private Sizes() {}

  /// -1 if the text is none.
  static long parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) return -1;
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "KiB" -> number << 10;
      case "MiB" -> number << 20;
      case "GiB" -> number << 30;
      case null, default -> number;
    };
  }

  static String text(long bytes) {
    if (bytes > 0 && bytes % (1L << 30) == 0) return (bytes >> 30) + "GiB";
    if (bytes > 0 && bytes % (1L << 20) == 0) return (bytes >> 20) + "MiB";
    if (bytes > 0 && bytes % (1L << 10) == 0) return (bytes >> 10) + "KiB";
    return Long.toString(bytes);
  }
}
