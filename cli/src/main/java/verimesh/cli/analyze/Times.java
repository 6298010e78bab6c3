package verimesh.cli.analyze;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import verimesh.cli.UsageProblem;

/// Durations on the command line, written as in settings: `500ms`, `10s`, `2m`.
public final class Times {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,6})(ms|s|m)");

  private Times() {}

  /// @param option for the message
  /// @throws UsageProblem if the text is none, or more than an hour
  public static Duration parse(String option, String text) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration duration = switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        default -> Duration.ofMinutes(number);
      };
      if (duration.isPositive() && duration.compareTo(Duration.ofHours(1)) <= 0) return duration;
    }
    throw new UsageProblem(option + " is \"" + text + "\"; expected a time such as 500ms, 10s or 2m, up to an hour");
  }
}
