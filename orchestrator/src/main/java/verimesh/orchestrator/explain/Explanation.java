package verimesh.orchestrator.explain;

import java.util.List;

/// @param summary one to three sentences
/// @param evidence the most decisive first
public record Explanation(String summary, List<Evidence> evidence) {
  public Explanation {
    evidence = List.copyOf(evidence);
  }
}
