package verimesh.chassis.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Typed reading of `VERIMESH_<SCOPE>_<NAME>` settings. Notes every problem instead of throwing, so that one start
/// shows them all; [#problems] is asked once everything was read.
///
/// Not thread-safe: read at start, on one thread. The environment is passed in; `System.getenv` is called in
/// [#ofEnvironment] alone.
public final class Settings {
  private static final String PREFIX = "VERIMESH_";

  private final Map<String, String> environment;
  private final String scope;
  private final Map<String, Effective> read; // shared between scopes: full name to what was taken
  private final List<String> problems; // shared between scopes

  /// One setting as it is in force.
  /// @param value what is printed; `***` for a secret that is set
  record Effective(String value, boolean isDefault) {}

  private Settings(Map<String, String> environment, String scope, Map<String, Effective> read, List<String> problems) {
    this.environment = environment;
    this.scope = scope;
    this.read = read;
    this.problems = problems;
  }

  /// @param environment all variables; names that do not begin with `VERIMESH_` are left alone
  /// @param scope a service's own, for example `HASH`
  public static Settings of(Map<String, String> environment, String scope) {
    return new Settings(Map.copyOf(environment), scope, new LinkedHashMap<>(), new ArrayList<>());
  }

  /// The settings of this process. The one place that reads its environment.
  public static Settings ofEnvironment(String scope) {
    return of(System.getenv(), scope);
  }

  /// The same settings seen from another scope: `settings.scope("ADMISSION")` reads `VERIMESH_ADMISSION_*`.
  public Settings scope(String other) {
    return new Settings(environment, other, read, problems);
  }

  public int integer(String name, int defaultValue, int min, int max) {
    String raw = raw(name, Integer.toString(defaultValue));
    if (raw == null) return defaultValue;
    try {
      int value = Integer.parseInt(raw.strip());
      if (value >= min && value <= max) return value;
    } catch (NumberFormatException e) {
      // Reported below, together with numbers out of range.
    }
    return wrong(name, raw, "a whole number from " + min + " to " + max, defaultValue);
  }

  public double decimal(String name, double defaultValue, double min, double max) {
    String raw = raw(name, number(defaultValue));
    if (raw == null) return defaultValue;
    try {
      double value = Double.parseDouble(raw.strip());
      if (value >= min && value <= max) return value;
    } catch (NumberFormatException e) {
      // Reported below.
    }
    return wrong(name, raw, "a number from " + number(min) + " to " + number(max), defaultValue);
  }

  public boolean bool(String name, boolean defaultValue) {
    String raw = raw(name, Boolean.toString(defaultValue));
    if (raw == null) return defaultValue;
    return switch (raw.strip().toLowerCase(Locale.ROOT)) {
      case "true", "on", "yes", "1" -> true;
      case "false", "off", "no", "0" -> false;
      default -> wrong(name, raw, "true or false", defaultValue);
    };
  }

  /// `200ms`, `10s`, `5m`, `2h`; from 1 ms to 24 h.
  public Duration duration(String name, Duration defaultValue) {
    String raw = raw(name, Durations.text(defaultValue));
    if (raw == null) return defaultValue;
    Duration value = Durations.parse(raw.strip());
    if (value != null && !value.isNegative() && !value.isZero() && value.compareTo(Duration.ofHours(24)) <= 0) return value;
    return wrong(name, raw, "a duration such as 200ms, 10s or 5m, up to 24h", defaultValue);
  }

  /// `4096`, `512KiB`, `32MiB`, `2GiB`.
  public long bytes(String name, long defaultValue, long min, long max) {
    String raw = raw(name, Sizes.text(defaultValue));
    if (raw == null) return defaultValue;
    long value = Sizes.parse(raw.strip());
    if (value >= min && value <= max) return value;
    return wrong(name, raw, "a size from " + Sizes.text(min) + " to " + Sizes.text(max), defaultValue);
  }

  public String text(String name, String defaultValue) {
    String raw = raw(name, defaultValue);
    return raw == null ? defaultValue : raw;
  }

  /// One of an enum's constants, written in lower case with hyphens: `on-uncertain`.
  public <E extends Enum<E>> E choice(String name, Class<E> type, E defaultValue) {
    String raw = raw(name, spelling(defaultValue));
    if (raw == null) return defaultValue;
    List<String> all = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (spelling(constant).equals(raw.strip().toLowerCase(Locale.ROOT))) return constant;
      all.add(spelling(constant));
    }
    return wrong(name, raw, "one of " + String.join(", ", all), defaultValue);
  }

  /// Null where it is not set and there is no default.
  public Path path(String name, Path defaultValue) {
    String raw = raw(name, defaultValue == null ? "" : defaultValue.toString());
    return raw == null || raw.isBlank() ? defaultValue : Path.of(raw.strip());
  }

  /// Comma-separated, blanks around each cut, empty ones left out.
  public List<String> list(String name, List<String> defaultValue) {
    String raw = raw(name, String.join(",", defaultValue));
    if (raw == null) return List.copyOf(defaultValue);
    List<String> values = new ArrayList<>();
    for (String part : raw.split(",")) if (!part.isBlank()) values.add(part.strip());
    return List.copyOf(values);
  }

  /// A key or password; printed as `***`. Empty where it is not set.
  public String secret(String name) {
    String full = fullName(name);
    String raw = environment.get(full);
    read.put(full, new Effective(raw == null || raw.isEmpty() ? "" : "***", raw == null));
    return raw == null ? "" : raw;
  }

  /// For rules over several settings: "A needs B".
  public void problem(String name, String sentence) {
    problems.add(fullName(name) + " " + sentence);
  }

  /// Everything that is wrong: values out of range, then names that nobody read.
  /// Call after all reading.
  /// @param foreignScopes scopes of other services: their names are left to them
  public List<String> problems(List<String> foreignScopes) {
    List<String> all = new ArrayList<>(problems);
    environment.keySet().stream()
        .filter(name -> name.startsWith(PREFIX) && !read.containsKey(name))
        .filter(name -> foreignScopes.stream().noneMatch(other -> name.startsWith(PREFIX + other + "_")))
        .sorted()
        .forEach(name -> all.add(name + " is not a setting" + Spelling.didYouMean(name, read.keySet())));
    return all;
  }

  /// Name to value in force, secrets masked, in reading order.
  public Map<String, String> effective() {
    Map<String, String> shown = new LinkedHashMap<>();
    read.forEach((name, effective) -> shown.put(name, effective.value()));
    return shown;
  }

  private String raw(String name, String shownDefault) {
    String full = fullName(name);
    String raw = environment.get(full);
    read.put(full, raw == null ? new Effective(shownDefault, true) : new Effective(raw, false));
    return raw;
  }

  private <T> T wrong(String name, String raw, String expected, T defaultValue) {
    String shown = defaultValue instanceof Duration d ? Durations.text(d) : defaultValue instanceof Enum<?> e ? spelling(e)
        : defaultValue instanceof Double d ? number(d) : String.valueOf(defaultValue);
    problems.add(fullName(name) + " is \"" + raw + "\"; expected " + expected + " (default " + shown + ")");
    return defaultValue;
  }

  private String fullName(String name) {
    return scope.isEmpty() ? PREFIX + name : PREFIX + scope + "_" + name;
  }

  private static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
  }
}
