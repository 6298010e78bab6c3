package verimesh.chassis.config;

/// One setting as it can be set, for tables and for people.
///
/// @param name in full: `VERIMESH_HASH_NEAR_COSINE`
/// @param kind how it is written
/// @param range what is allowed, for people: `0 to 1`, `lucene, redis`; empty where anything goes
/// @param defaultValue as one would write it; empty for none
/// @param value in force, as printed at start; `***` for a secret that is set
/// @param isSet true if the environment sets it, be it to the default
public record Setting(String name, Kind kind, String range, String defaultValue, String value, boolean isSet) {
  /// How a value is written.
  public enum Kind {
    INTEGER("whole number"),
    DECIMAL("number"),
    BOOL("true or false"),
    DURATION("duration"),
    BYTES("size"),
    TEXT("text"),
    CHOICE("one of"),
    PATH("path"),
    LIST("list"),
    SECRET("secret");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /// For people.
    public String words() {
      return words;
    }
  }
}
