package verimesh.orchestrator.learning;

import verimesh.chassis.config.Settings;

/// @param feedback register pictures that a person labelled AI
/// @param feedbackBank where those go; made as a quarantine bank where it is missing
/// @param proof register pictures whose own signature proves that AI made them
/// @param proofBank where those go; made as a positive bank where it is missing
public record LearningConfig(boolean feedback, String feedbackBank, boolean proof, String proofBank) {
  /// @param s in scope `ORCHESTRATOR`
  public static LearningConfig from(Settings s) {
    return new LearningConfig(
        s.bool("LEARN_FEEDBACK", true), s.text("LEARN_FEEDBACK_BANK", "feedback"), s.bool("LEARN_PROOF", false), s.text("LEARN_PROOF_BANK", "proved-ai"));
  }
}
