package verimesh.cli.term;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

/// How far many files are, and how long the rest will take. Shows itself as one moving line on a terminal. Thread-safe.
public final class Progress {
  private static final int BAR = 24;
  private static final Duration BETWEEN = Duration.ofMillis(80);

  private final Console console;
  private final InstantSource clock;
  private final int total;
  private final long startedMillis;
  private long shownMillis;
  private int done;

  public Progress(Console console, InstantSource clock, int total) {
    this.console = console;
    this.clock = clock;
    this.total = total;
    this.startedMillis = clock.millis();
    this.shownMillis = Long.MIN_VALUE / 2;
  }

  /// One more is done.
  public synchronized void done(String name) {
    done++;
    long now = clock.millis();
    if (now - shownMillis < BETWEEN.toMillis() && done < total) return;
    shownMillis = now;
    console.progress(line(now, name));
  }

  public synchronized int count() {
    return done;
  }

  public void end() {
    console.progress("");
  }

  private String line(long now, String name) {
    int filled = total == 0 ? BAR : BAR * done / total;
    double perSecond = done * 1000.0 / Math.max(1, now - startedMillis);
    long left = Math.round((total - done) / Math.max(1e-9, perSecond));
    return String.format(Locale.ROOT, "%s%s  %d/%d  %d %%  %.1f/s  ETA %s  %s",
        "█".repeat(filled), "░".repeat(BAR - filled), done, total, total == 0 ? 100 : 100 * done / total, perSecond, clock(left), Plain.line(name));
  }

  private static String clock(long seconds) {
    return seconds >= 3600
        ? String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60)
        : String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
  }
}
