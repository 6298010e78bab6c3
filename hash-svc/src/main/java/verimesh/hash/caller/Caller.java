package verimesh.hash.caller;

/// Who calls, as far as it was proved.
///
/// @param name the certificate's common name, the name that a key belongs to, `local` for a caller within this process,
///     or `anonymous`
public record Caller(String name) {
  /// Runs in this process; whoever can start that can read the index's files anyway.
  public static final Caller LOCAL = new Caller("local");

  public static final Caller ANONYMOUS = new Caller("anonymous");
}
