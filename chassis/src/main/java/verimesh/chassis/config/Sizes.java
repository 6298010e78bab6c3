package verimesh.chassis.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Byte counts as people write them: `4096`, `512KiB`, `32MiB`, `2GiB`.
final class Sizes {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,12})\\s*(B|KiB|MiB|GiB)?");

  private Sizes() {}

  /// -1 if the text is none, or more than a long holds.
  static long parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) return -1;
    long number = Long.parseLong(matcher.group(1));
    int shift =
        switch (matcher.group(2)) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          case null, default -> 0;
        };
    return number > Long.MAX_VALUE >> shift ? -1 : number << shift;
  }

  static String text(long bytes) {
    if (bytes > 0 && bytes % (1L << 30) == 0) return (bytes >> 30) + "GiB";
    if (bytes > 0 && bytes % (1L << 20) == 0) return (bytes >> 20) + "MiB";
    if (bytes > 0 && bytes % (1L << 10) == 0) return (bytes >> 10) + "KiB";
    return Long.toString(bytes);
  }
}
