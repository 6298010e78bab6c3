package verimesh.chassis.telemetry;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The logging of a service's process: events to standard output. Everything logs through slf4j; what libraries send to
/// `java.util.logging` (gRPC, the JDK) comes along. Commands log by [WarningsOnly] instead.
public final class Logs {
  private static final String TEXT =
      "%d{HH:mm:ss.SSS} %-5level %logger{0}: %replace(%X{trace_id}){'^(.+)$','[$1] '}%msg %kvp%n";

  private Logs() {}

  /// For services: from now on, as configured. Without it only warnings are logged, to standard error ([QuietLogs]).
  public static void start(LogConfig config, String service) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setEncoder(encoder(config.format(), service, context));
    appender.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(ch.qos.logback.classic.Level.valueOf(config.level().name()));
    root.addAppender(appender);
    // At DEBUG the transport prints every frame, pictures included; at WARN it prints a stack trace for whatever
    // nonsense a stranger sends.
    context.getLogger("io.grpc").setLevel(ch.qos.logback.classic.Level.WARN);
    context.getLogger("io.grpc.netty").setLevel(ch.qos.logback.classic.Level.ERROR);
    takeOverJavaLogging();
  }

  private static Encoder<ILoggingEvent> encoder(LogConfig.Format format, String service, LoggerContext context) {
    Encoder<ILoggingEvent> encoder =
        switch (format) {
          case JSON -> new JsonLines(service);
          case TEXT -> {
            var lines = new PatternLayoutEncoder();
            lines.setPattern(TEXT);
            yield lines;
          }
        };
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  private static void takeOverJavaLogging() {
    LogManager.getLogManager().reset();
    java.util.logging.Logger root = java.util.logging.Logger.getLogger("");
    root.setLevel(java.util.logging.Level.INFO);
    root.addHandler(new Bridge());
  }

  /// One record of `java.util.logging`, said again in slf4j.
  private static final class Bridge extends Handler {
    @Override
    public void publish(LogRecord record) {
      String name = record.getLoggerName() == null ? "java" : record.getLoggerName();
      String message = record.getMessage() == null ? "" : new java.util.logging.SimpleFormatter().formatMessage(record);
      LoggerFactory.getLogger(name).atLevel(level(record)).setCause(record.getThrown()).log("{}", message);
    }

    private static Level level(LogRecord record) {
      int weight = record.getLevel().intValue();
      if (weight >= java.util.logging.Level.SEVERE.intValue()) return Level.ERROR;
      if (weight >= java.util.logging.Level.WARNING.intValue()) return Level.WARN;
      return weight >= java.util.logging.Level.INFO.intValue() ? Level.INFO : Level.DEBUG;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
