package verimesh.embedding;

import java.util.Optional;
import verimesh.embedding.model.Role;
import verimesh.embedding.v1.ModelRole;

/// The contract's roles as ours.
final class Roles {
  private Roles() {}

  /// Empty for a role that this service does not know.
  static Optional<Role> from(ModelRole role) {
    return switch (role) {
      case MODEL_ROLE_CLIP -> Optional.of(Role.CLIP);
      case MODEL_ROLE_DINOV2 -> Optional.of(Role.DINOV2);
      case MODEL_ROLE_DETECTOR -> Optional.of(Role.DETECTOR);
      case MODEL_ROLE_OBJECTS -> Optional.of(Role.OBJECTS);
      case MODEL_ROLE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  static ModelRole toProto(Role role) {
    return switch (role) {
      case CLIP -> ModelRole.MODEL_ROLE_CLIP;
      case DINOV2 -> ModelRole.MODEL_ROLE_DINOV2;
      case DETECTOR -> ModelRole.MODEL_ROLE_DETECTOR;
      case OBJECTS -> ModelRole.MODEL_ROLE_OBJECTS;
    };
  }
}
