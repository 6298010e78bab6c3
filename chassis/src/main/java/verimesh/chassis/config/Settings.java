package verimesh.chassis.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Typed reading of `VERIMESH_<SCOPE>_<NAME>` settings. Notes every problem instead of throwing, so that one start
/// shows them all; [#problems] is asked once everything was read. A wrong value reads as the default meanwhile.
///
/// Not thread-safe: read at start, on one thread. The environment is passed in; `System.getenv` is called in
/// [#environment] alone.
public final class Settings {
  private static final String PREFIX = "VERIMESH_";
  private static final String FILE = "_FILE";
  // Java's own parsers also take "0.85f", "0x1p3" and other scripts' digits, which nobody means.
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,10}");
  private static final Pattern DECIMAL = Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,3})?");
  private static final Pattern PASSWORD = Pattern.compile("(?<=://)([^/@:\\s]*):[^@\\s]*@"); // redis://user:password@host
  private static final Duration DURATION_MIN = Duration.ofMillis(1);
  private static final Duration DURATION_MAX = Duration.ofHours(24);

  private final Map<String, String> environment;
  private final String scope;
  private final Read read;

  /// What all views of one environment share.
  /// @param settings full name to what was read there, in reading order
  private record Read(Map<String, Setting> settings, List<String> problems, Set<String> scopes) {}

  private Settings(Map<String, String> environment, String scope, Read read) {
    this.environment = environment;
    this.scope = scope;
    this.read = read;
    read.scopes().add(scope);
  }

  /// @param environment all variables; names that do not begin with `VERIMESH_` are left alone
  /// @param scope a service's own, for example `HASH`
  public static Settings of(Map<String, String> environment, String scope) {
    var nothingYet = new Read(new LinkedHashMap<>(), new ArrayList<>(), new LinkedHashSet<>());
    return new Settings(Map.copyOf(environment), scope, nothingYet);
  }

  /// The settings of this process. The one place that reads its environment.
  public static Settings ofEnvironment(String scope) {
    return of(environment(), scope);
  }

  /// All variables of this process, for programs that read more of them than settings or hand them on.
  public static Map<String, String> environment() {
    return System.getenv();
  }

  /// The same settings seen from another scope: `settings.scope("ADMISSION")` reads `VERIMESH_ADMISSION_*`.
  public Settings scope(String other) {
    return new Settings(environment, other, read);
  }

  public int integer(String name, int defaultValue, int min, int max) {
    String shown = Integer.toString(defaultValue);
    String raw = raw(name, Setting.Kind.INTEGER, min + " to " + max, shown);
    if (raw == null) return defaultValue;
    String digits = raw.strip();
    if (INTEGER.matcher(digits).matches()) {
      long value = Long.parseLong(digits);
      if (value >= min && value <= max) return (int) value;
    }
    return wrong(name, raw, "a whole number from " + min + " to " + max, shown, defaultValue);
  }

  public double decimal(String name, double defaultValue, double min, double max) {
    String range = number(min) + " to " + number(max);
    String raw = raw(name, Setting.Kind.DECIMAL, range, number(defaultValue));
    if (raw == null) return defaultValue;
    String digits = raw.strip();
    if (DECIMAL.matcher(digits).matches()) {
      double value = Double.parseDouble(digits);
      if (value >= min && value <= max) return value;
    }
    return wrong(name, raw, "a number from " + range, number(defaultValue), defaultValue);
  }

  public boolean bool(String name, boolean defaultValue) {
    String shown = Boolean.toString(defaultValue);
    String raw = raw(name, Setting.Kind.BOOL, "true, false", shown);
    if (raw == null) return defaultValue;
    return switch (raw.strip().toLowerCase(Locale.ROOT)) {
      case "true", "on", "yes", "1" -> true;
      case "false", "off", "no", "0" -> false;
      default -> wrong(name, raw, "true or false", shown, defaultValue);
    };
  }

  /// `200ms`, `10s`, `5m`, `2h`; from 1 ms to 24 h.
  public Duration duration(String name, Duration defaultValue) {
    return duration(name, defaultValue, DURATION_MIN, DURATION_MAX);
  }

  /// `200ms`, `10s`, `5m`, `2h`.
  public Duration duration(String name, Duration defaultValue, Duration min, Duration max) {
    String range = Durations.text(min) + " to " + Durations.text(max);
    String shown = Durations.text(defaultValue);
    String raw = raw(name, Setting.Kind.DURATION, range, shown);
    if (raw == null) return defaultValue;
    Duration value = Durations.parse(raw.strip());
    if (value != null && value.compareTo(min) >= 0 && value.compareTo(max) <= 0) return value;
    return wrong(name, raw, "a duration such as 200ms, 10s or 5m, from " + range, shown, defaultValue);
  }

  /// `4096`, `512KiB`, `32MiB`, `2GiB`.
  public long bytes(String name, long defaultValue, long min, long max) {
    String range = Sizes.text(min) + " to " + Sizes.text(max);
    String raw = raw(name, Setting.Kind.BYTES, range, Sizes.text(defaultValue));
    if (raw == null) return defaultValue;
    long value = Sizes.parse(raw.strip());
    if (value >= 0 && value >= min && value <= max) return value;
    String expected = "a size such as 4096, 512KiB or 32MiB, from " + range;
    return wrong(name, raw, expected, Sizes.text(defaultValue), defaultValue);
  }

  /// As it stands, blanks and all; an empty one is empty, not the default.
  public String text(String name, String defaultValue) {
    String raw = raw(name, Setting.Kind.TEXT, "", defaultValue);
    return raw == null ? defaultValue : raw;
  }

  /// One of an enum's constants, written in lower case with hyphens: `on-uncertain`.
  public <E extends Enum<E>> E choice(String name, Class<E> type, E defaultValue) {
    String all = Stream.of(type.getEnumConstants()).map(Settings::spelling).collect(Collectors.joining(", "));
    String raw = raw(name, Setting.Kind.CHOICE, all, spelling(defaultValue));
    if (raw == null) return defaultValue;
    for (E constant : type.getEnumConstants()) {
      if (spelling(constant).equals(raw.strip().toLowerCase(Locale.ROOT))) return constant;
    }
    return wrong(name, raw, "one of " + all, spelling(defaultValue), defaultValue);
  }

  /// Null where it is not set and there is no default.
  public Path path(String name, Path defaultValue) {
    String shown = defaultValue == null ? "" : defaultValue.toString();
    String raw = raw(name, Setting.Kind.PATH, "", shown);
    if (raw == null || raw.isBlank()) return defaultValue;
    try {
      return Path.of(raw.strip());
    } catch (InvalidPathException notAPath) {
      return wrong(name, raw, "a path", shown.isEmpty() ? "none" : shown, defaultValue);
    }
  }

  /// Comma-separated, blanks around each cut, empty ones left out.
  public List<String> list(String name, List<String> defaultValue) {
    String raw = raw(name, Setting.Kind.LIST, "", String.join(",", defaultValue));
    if (raw == null) return List.copyOf(defaultValue);
    return Stream.of(raw.split(",")).map(String::strip).filter(part -> !part.isEmpty()).toList();
  }

  /// A key or password; printed as `***`. From `<NAME>`, or from the file that `<NAME>_FILE` names, as containers hand
  /// secrets over; a line break at the file's end is cut. Empty where neither is set.
  public String secret(String name) {
    String full = fullName(name);
    String raw = environment.get(full);
    String file = environment.get(full + FILE);
    String shown = raw == null || raw.isEmpty() ? "" : "***";
    String shownFile = file == null ? "" : file;
    read.settings().put(full, new Setting(full, Setting.Kind.SECRET, "", "", shown, raw != null));
    read.settings().put(full + FILE, new Setting(full + FILE, Setting.Kind.PATH, "", "", shownFile, file != null));
    if (file == null || file.isBlank()) return raw == null ? "" : raw;
    if (raw != null) {
      problem(name + FILE, "is set and so is " + full + "; set one of them");
      return raw;
    }
    try {
      return Files.readString(Path.of(file.strip())).replaceFirst("\\R\\z", "");
    } catch (IOException | InvalidPathException unreadable) {
      problem(name + FILE, "is \"" + file + "\"; that file cannot be read");
      return "";
    }
  }

  /// For rules over several settings: "A needs B".
  public void problem(String name, String sentence) {
    note(fullName(name) + " " + sentence);
  }

  /// Everything that is wrong: values that were refused, then names that nobody read. Names of scopes that this process
  /// never opened are left to their owners, if [Scopes#ALL] knows them. Call after all reading.
  public List<String> problems() {
    return problems(Scopes.ALL.stream().filter(other -> !read.scopes().contains(other)).toList());
  }

  /// @param foreignScopes scopes of other services: their names are left to them
  public List<String> problems(List<String> foreignScopes) {
    List<String> all = new ArrayList<>(read.problems());
    environment.keySet().stream()
        .filter(name -> name.startsWith(PREFIX) && !read.settings().containsKey(name))
        .filter(name -> foreignScopes.stream().noneMatch(other -> name.startsWith(PREFIX + other + "_")))
        .sorted()
        .map(name -> name + " is not a setting" + Spelling.didYouMean(name, PREFIX, read.settings().keySet()))
        .forEach(all::add);
    return all;
  }

  /// Every setting that was read, in reading order.
  public List<Setting> all() {
    return List.copyOf(read.settings().values());
  }

  /// Every scope that was opened.
  public Set<String> scopes() {
    return Set.copyOf(read.scopes());
  }

  /// Name to value in force, secrets masked, in reading order.
  public Map<String, String> effective() {
    Map<String, String> shown = new LinkedHashMap<>();
    read.settings().forEach((name, setting) -> shown.put(name, setting.value()));
    return shown;
  }

  private String raw(String name, Setting.Kind kind, String range, String shownDefault) {
    String full = fullName(name);
    String raw = environment.get(full);
    String value = masked(raw == null ? shownDefault : raw);
    read.settings().put(full, new Setting(full, kind, range, masked(shownDefault), value, raw != null));
    return raw;
  }

  private <T> T wrong(String name, String raw, String expected, String shownDefault, T defaultValue) {
    String full = fullName(name);
    note(full + " is \"" + masked(raw) + "\"; expected " + expected + " (default " + shownDefault + ")");
    // What is in force is the default; nothing will start with it, but a table may show it.
    Setting was = read.settings().get(full);
    read.settings().put(full, new Setting(full, was.kind(), was.range(), was.defaultValue(), shownDefault, true));
    return defaultValue;
  }

  /// Two readers of one setting, such as a server and a channel, complain once.
  private void note(String problem) {
    if (!read.problems().contains(problem)) read.problems().add(problem);
  }

  private String fullName(String name) {
    return scope.isEmpty() ? PREFIX + name : PREFIX + scope + "_" + name;
  }

  private static String masked(String value) {
    return PASSWORD.matcher(value).replaceAll("$1:***@");
  }

  private static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
  }
}
