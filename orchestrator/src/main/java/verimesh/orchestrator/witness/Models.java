package verimesh.orchestrator.witness;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import verimesh.chassis.images.InputSpec;
import verimesh.embedding.v1.ListModelsResponse;
import verimesh.embedding.v1.ModelInfo;
import verimesh.embedding.v1.ModelRole;

/// What embedding-svc has configured.
///
/// @param specs how pictures must be cut, each once, by the digest that its owner gives it
/// @param dinov2 true if it makes the index's vectors
/// @param detector true if it has an opinion of its own
/// @param clip true if it makes vectors among texts
/// @param archives everything that runs: other archives, other answers
public record Models(Map<String, InputSpec> specs, boolean dinov2, boolean detector, boolean clip, Set<String> archives) {
  static final Models NONE = new Models(Map.of(), false, false, false, Set.of());

  public boolean isEmpty() {
    return archives.isEmpty();
  }

  /// @throws IllegalArgumentException for a spec that means nothing
  static Models from(ListModelsResponse response) {
    Map<String, InputSpec> specs = new LinkedHashMap<>();
    for (ModelInfo model : response.getModelsList()) specs.put(model.getInputSpecDigest(), InputSpec.from(model.getInputSpec()));
    List<ModelRole> roles = response.getModelsList().stream().map(ModelInfo::getRole).toList();
    return new Models(
        specs,
        roles.contains(ModelRole.MODEL_ROLE_DINOV2),
        roles.contains(ModelRole.MODEL_ROLE_DETECTOR),
        roles.contains(ModelRole.MODEL_ROLE_CLIP),
        response.getModelsList().stream().map(model -> model.getId().getArchiveId()).collect(Collectors.toUnmodifiableSet()));
  }
}
