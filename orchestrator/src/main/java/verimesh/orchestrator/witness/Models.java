package verimesh.orchestrator.witness;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import verimesh.chassis.images.InputSpec;
import verimesh.embedding.v1.ListModelsResponse;
import verimesh.embedding.v1.ModelInfo;
import verimesh.embedding.v1.ModelRole;

/// What embedding-svc has configured.
///
/// @param all in the service's order
public record Models(List<Model> all) {
  public Models {
    all = List.copyOf(all);
  }

  /// What a model is asked for.
  public enum Role {
    /// A vector among texts: clues.
    CLIP,
    /// The index's vector.
    DINOV2,
    /// An opinion of its own.
    DETECTOR;

    ModelRole wire() {
      return switch (this) {
        case CLIP -> ModelRole.MODEL_ROLE_CLIP;
        case DINOV2 -> ModelRole.MODEL_ROLE_DINOV2;
        case DETECTOR -> ModelRole.MODEL_ROLE_DETECTOR;
      };
    }
  }

  /// @param spec how it wants pictures cut
  /// @param archive what runs: another archive, another answer
  public record Model(Role role, InputSpec spec, String archive) {}

  public boolean has(Role role) {
    return all.stream().anyMatch(model -> model.role() == role);
  }

  /// Those of `wanted` that are configured.
  public Set<Role> among(Set<Role> wanted) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (Model model : all) if (wanted.contains(model.role())) roles.add(model.role());
    return roles;
  }

  /// Each spec once: models with equal specs share one tensor.
  public List<InputSpec> specsOf(Set<Role> roles) {
    Map<String, InputSpec> specs = new LinkedHashMap<>();
    for (Model model : all) if (roles.contains(model.role())) specs.putIfAbsent(model.spec().digest(), model.spec());
    return List.copyOf(specs.values());
  }

  public Set<String> archives() {
    Set<String> archives = new TreeSet<>();
    for (Model model : all) archives.add(model.role() + " " + model.archive());
    return archives;
  }

  /// @throws IllegalArgumentException for a spec that means nothing
  static Models from(ListModelsResponse response) {
    List<Model> models = new ArrayList<>();
    for (ModelInfo model : response.getModelsList()) {
      Role role =
          switch (model.getRole()) {
            case MODEL_ROLE_CLIP -> Role.CLIP;
            case MODEL_ROLE_DINOV2 -> Role.DINOV2;
            case MODEL_ROLE_DETECTOR -> Role.DETECTOR;
            case MODEL_ROLE_OBJECTS, MODEL_ROLE_UNSPECIFIED, UNRECOGNIZED -> null; // nobody here asks it
          };
      if (role != null) models.add(new Model(role, InputSpec.from(model.getInputSpec()), model.getId().getArchiveId()));
    }
    return new Models(models);
  }
}
