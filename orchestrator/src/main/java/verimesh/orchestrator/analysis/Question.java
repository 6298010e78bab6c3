package verimesh.orchestrator.analysis;

import java.util.Set;
import verimesh.common.v1.Language;
import verimesh.orchestrator.fusion.Layer;
import verimesh.orchestrator.fusion.Policy;

/// What is asked of a picture. Equal questions about equal bytes have one answer.
///
/// @param layers those to run
public record Question(Policy policy, Set<Layer> layers, SecondPass secondPass, Language language) {
  public Question {
    layers = Set.copyOf(layers);
  }
}
