package verimesh.cli.models;

import java.util.Locale;
import verimesh.chassis.inference.fetch.Download;
import verimesh.cli.term.Console;

/// Shows on a terminal how far a download is, as one line that moves.
final class ByteProgress implements Download.Progress {
  private static final int BAR = 24;
  private static final long BETWEEN_NANOS = 80_000_000;

  private final Console console;
  private final String what;
  private final long started = System.nanoTime();
  private long shown = started - BETWEEN_NANOS;

  ByteProgress(Console console, String what) {
    this.console = console;
    this.what = what;
  }

  @Override
  public void at(long bytes, long total) {
    long now = System.nanoTime();
    if (now - shown < BETWEEN_NANOS && bytes != total) return;
    shown = now;
    double perSecond = bytes / Math.max(1e-3, (now - started) / 1e9);
    if (total <= 0) {
      console.progress(String.format(Locale.ROOT, "%s  %.1f MB  %.1f MB/s", what, bytes / 1e6, perSecond / 1e6));
      return;
    }
    int filled = (int) (BAR * bytes / total);
    console.progress(String.format(Locale.ROOT, "%s%s  %s  %.1f of %.1f MB  %.1f MB/s  %.0f s left",
        "█".repeat(filled), "░".repeat(BAR - filled), what, bytes / 1e6, total / 1e6, perSecond / 1e6, (total - bytes) / Math.max(1, perSecond)));
  }
}
