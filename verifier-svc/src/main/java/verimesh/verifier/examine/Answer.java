package verimesh.verifier.examine;

import java.util.List;

/// What a model said of a picture, read and not yet weighed.
///
/// @param fake true if it says fake
/// @param confidence in its own answer, 0 to 1
/// @param findings second pass only, one a clue, in the checklist's order
/// @param textInstructs true if it says that text in the picture gives orders
public record Answer(boolean fake, double confidence, List<String> observations, List<Examination.Finding> findings, boolean textInstructs) {
  public Answer {
    observations = List.copyOf(observations);
    findings = List.copyOf(findings);
  }

  Answer withFindings(List<Examination.Finding> others) {
    return new Answer(fake, confidence, observations, others, textInstructs);
  }
}
