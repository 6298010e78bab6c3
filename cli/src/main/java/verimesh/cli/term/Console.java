package verimesh.cli.term;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/// Standard output and standard error: written a whole line at a time in UTF-8, with one progress line that keeps out of
/// the way. Thread-safe: lines of several threads never mix.
///
/// `System.out` is not used: it swallows errors, and a reader that went away (`| head`) or a full disk must be noticed.
public final class Console {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final OutputStream out;
  private final OutputStream err;
  private final boolean outIsTerminal;
  private final boolean errIsTerminal;
  private final boolean colour;
  private final int columns;
  private String progress = "";

  /// The reader of our output has gone, as `head` does when it has seen enough. No error: nobody wants more.
  public static final class ReaderGone extends RuntimeException {
    ReaderGone() {
      super("the reader of the output is gone", null, false, false);
    }
  }

  /// @param columns width of the terminal in characters, 0 where it is unknown
  /// @param colour whether lines for people are coloured; only ever on a terminal
  public Console(
      OutputStream out, OutputStream err, boolean outIsTerminal, boolean errIsTerminal, int columns, boolean colour) {
    this.out = out;
    this.err = err;
    this.outIsTerminal = outIsTerminal;
    this.errIsTerminal = errIsTerminal;
    this.columns = columns;
    this.colour = colour && outIsTerminal;
  }

  /// As the front door found it: `./mesh` says by `verimesh.terminal` and `verimesh.columns` where it is and how wide.
  public static Console ofProcess(Map<String, String> environment) {
    Set<String> terminals = Set.of(System.getProperty("verimesh.terminal", "").split(","));
    boolean dumb = "dumb".equals(environment.get("TERM"));
    // NO_COLOR counts when it is set to anything at all, no-color.org.
    boolean colour = !dumb && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Console(
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        terminals.contains("out"),
        terminals.contains("err") && !dumb,
        Integer.getInteger("verimesh.columns", 0),
        colour);
  }

  /// A line of the answer.
  /// @throws ReaderGone if nobody reads it any more
  /// @throws UncheckedIOException if it cannot be written, for example on a full disk
  public synchronized void line(String line) {
    hideProgress();
    write(line + "\n");
    showProgress();
  }

  /// Text of the answer that ends its lines itself.
  public synchronized void text(String text) {
    hideProgress();
    write(text);
    showProgress();
  }

  /// A line beside the answer, on standard error.
  public synchronized void note(String line) {
    hideProgress();
    writeError(line + "\n");
    showProgress();
  }

  /// Shows one line that moves, on standard error and only on a terminal; empty takes it away.
  public synchronized void progress(String line) {
    if (!errIsTerminal) return;
    hideProgress();
    progress = columns > 1 ? Width.cut(line, columns - 1) : line;
    showProgress();
  }

  private void hideProgress() {
    if (!progress.isEmpty()) writeError(CLEAR_LINE);
  }

  private void showProgress() {
    if (!progress.isEmpty()) writeError(progress);
  }

  private void write(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      if (why.contains("Broken pipe") || why.contains("Stream closed")) throw new ReaderGone();
      throw new UncheckedIOException("cannot write the output: " + why, e);
    }
  }

  private void writeError(String text) {
    try {
      err.write(text.getBytes(StandardCharsets.UTF_8));
      err.flush();
    } catch (IOException e) {
      // Nobody listens on standard error, so there is nobody to tell.
    }
  }

  public boolean outIsTerminal() {
    return outIsTerminal;
  }

  public boolean errIsTerminal() {
    return errIsTerminal;
  }

  /// Width to lay tables out for; `whenUnknown` where the output is no terminal.
  public int columns(int whenUnknown) {
    return outIsTerminal && columns > 0 ? columns : whenUnknown;
  }

  /// The text in that ink, or as it is where colours do not belong.
  public String ink(Ink ink, String text) {
    return colour ? ink.on(text) : text;
  }
}
