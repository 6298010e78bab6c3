package verimesh.verifier.lmm;

/// What a model said.
///
/// @param text the message's content, not parsed
/// @param tokens prompt and answer together as the endpoint counts them; an estimate where it does not
public record Reply(String text, long tokens) {}
