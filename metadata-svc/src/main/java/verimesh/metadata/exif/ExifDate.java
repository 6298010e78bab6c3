package verimesh.metadata.exif;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// EXIF's `YYYY:MM:DD HH:MM:SS`, which cameras fill with zeros, day 0 and the first of January when nobody set the clock.
final class ExifDate {
  private static final Pattern FORM = Pattern.compile("(\\d{4})[:/.-](\\d{2})[:/.-](\\d{2})[ T](\\d{2}):(\\d{2}):(\\d{2}).*", Pattern.DOTALL);

  private ExifDate() {}

  /// @return empty for what is no date of the calendar, and for the first hour of a year, which says that the clock was
  ///     never set
  static Optional<LocalDateTime> parse(String written) {
    Matcher m = FORM.matcher(written.strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    try {
      var date = LocalDateTime.of(number(m, 1), number(m, 2), number(m, 3), number(m, 4), number(m, 5), Math.min(number(m, 6), 59));
      boolean clockNeverSet = date.getDayOfYear() == 1 && date.getHour() == 0;
      return clockNeverSet ? Optional.empty() : Optional.of(date);
    } catch (DateTimeException e) {
      return Optional.empty(); // month 13 or day 0: firmware writes them, and java.time has no other way to say no
    }
  }

  private static int number(Matcher m, int group) {
    return Integer.parseInt(m.group(group));
  }
}
