package verimesh.chassis.telemetry;

import java.io.PrintStream;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/// Logging for commands: warnings and errors on standard error, nothing else. A few classes instead of logback's few
/// hundred, which cost a command a third of a second.
public final class WarningsOnly implements SLF4JServiceProvider {
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();

  /// From now on. Call it before anything else, for the first logger decides.
  public static void choose() {
    System.setProperty(LoggerFactory.PROVIDER_PROPERTY_KEY, WarningsOnly.class.getName());
    System.setProperty("slf4j.internal.verbosity", "WARN"); // else slf4j says on standard error what it was given
    java.util.logging.Logger.getLogger("").setLevel(java.util.logging.Level.WARNING);
  }

  @Override
  public void initialize() {}

  @Override
  public ILoggerFactory getLoggerFactory() {
    return name -> new Line(name, System.err);
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99"; // any of the 2.0 line
  }

  /// `WARN Matcher: text`, and an error's stack trace.
  private static final class Line extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    private final transient PrintStream out;

    Line(String name, PrintStream out) {
      this.name = name;
      this.out = out;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level, Marker marker, String message, Object[] arguments, Throwable thrown) {
      String text = MessageFormatter.basicArrayFormat(message, arguments);
      String reason = thrown == null ? "" : ": " + thrown;
      out.println(level + " " + name.substring(name.lastIndexOf('.') + 1) + ": " + text + reason);
      if (thrown != null && level == Level.ERROR) thrown.printStackTrace(out);
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return Logger.class.getName();
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return false;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }
  }
}
