package verimesh.chassis.telemetry;

import verimesh.chassis.config.Settings;

/// What a service logs to standard output.
///
/// @param format one JSON object a line for machines, or a readable line for people
/// @param level the least weighty events that are still logged
public record LogConfig(Format format, Level level) {
  /// How an event is written.
  public enum Format {
    JSON,
    TEXT
  }

  /// How weighty an event is.
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  /// `VERIMESH_LOG_FORMAT` and `VERIMESH_LOG_LEVEL`.
  public static LogConfig from(Settings settings) {
    Settings log = settings.scope("LOG");
    return new LogConfig(
        log.choice("FORMAT", Format.class, Format.JSON), log.choice("LEVEL", Level.class, Level.INFO));
  }
}
