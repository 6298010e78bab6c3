package verimesh.orchestrator.witness;

import java.util.List;
import java.util.Optional;
import verimesh.orchestrator.fusion.LmmAnswer;
import verimesh.verifier.v1.Examination;
import verimesh.verifier.v1.RetrievedClue;

/// What the large multimodal model said, once or twice.
///
/// @param answer folded for fusion
/// @param first handed through to the caller as it came
/// @param second empty where there was no second pass
/// @param clues the second pass's checklist, the nearest first; empty where it did not come so far
/// @param skipped why there was none: `POLICY`, `FLOOR`, `NO_CLIP`, `NO_CLUES`, or what went wrong; empty where there was
public record LmmReading(LmmAnswer answer, Examination first, Optional<Examination> second, List<RetrievedClue> clues, String skipped) {
  public LmmReading {
    clues = List.copyOf(clues);
  }
}
