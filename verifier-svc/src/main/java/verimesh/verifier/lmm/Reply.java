package verimesh.verifier.lmm;

/// What a model said.
///
/// @param text the message's content, not parsed
/// @param tokens as the endpoint counts them; an estimate where it does not
public record Reply(String text, Tokens tokens) {
  /// @param prompt picture included
  public record Tokens(long prompt, long answer) {
    public long total() {
      return prompt + answer;
    }
  }
}
