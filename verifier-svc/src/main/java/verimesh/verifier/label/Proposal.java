package verimesh.verifier.label;

import verimesh.verifier.clue.Clue;

/// A clue that a model named in one picture.
///
/// @param name a few English words, what its id will end with
public record Proposal(String category, String name, Clue.Words english, Clue.Words korean) {}
