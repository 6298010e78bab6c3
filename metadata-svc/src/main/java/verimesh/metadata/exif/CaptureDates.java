package verimesh.metadata.exif;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Optional;

/// The three dates of EXIF, as far as they are dates.
record CaptureDates(Optional<LocalDateTime> original, Optional<LocalDateTime> digitized, Optional<LocalDateTime> changed) {
  /// Programs write local time where they are, so less than a day says nothing.
  private static final Duration TIME_ZONES = Duration.ofHours(26);
  private static final Duration LATER = Duration.ofSeconds(2);

  static CaptureDates of(Capture c) {
    return new CaptureDates(ExifDate.parse(c.dateTimeOriginal()), ExifDate.parse(c.dateTimeDigitized()), ExifDate.parse(c.dateTime()));
  }

  boolean changedLater() {
    return original.isPresent() && changed.isPresent() && Duration.between(original.get(), changed.get()).compareTo(LATER) > 0;
  }

  /// Changed or digitised before it was taken: no order of events does that.
  boolean outOfOrder() {
    return before(changed) || before(digitized);
  }

  private boolean before(Optional<LocalDateTime> date) {
    return original.isPresent() && date.isPresent() && Duration.between(date.get(), original.get()).compareTo(TIME_ZONES) > 0;
  }

  /// All that are there agree to the second, and there are two at least.
  boolean agree() {
    return original.isPresent() && (digitized.isPresent() || changed.isPresent())
        && digitized.map(original.get()::equals).orElse(true) && changed.map(original.get()::equals).orElse(true);
  }
}
