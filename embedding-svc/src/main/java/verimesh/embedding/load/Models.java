package verimesh.embedding.load;

import java.util.List;
import java.util.Optional;
import verimesh.embedding.detect.Detector;
import verimesh.embedding.explain.Explainer;
import verimesh.embedding.model.ModelCard;
import verimesh.embedding.model.Role;
import verimesh.embedding.model.TextModel;
import verimesh.embedding.model.VisionModel;
import verimesh.embedding.objects.ObjectFinder;

/// The configured models. Thread-safe.
public interface Models {
  /// None: every question is a matter of set-up.
  static Models none() {
    return new Models() {
      @Override
      public List<ModelCard> cards() {
        return List.of();
      }

      @Override
      public Optional<VisionModel> vision(Role role) {
        return Optional.empty();
      }

      @Override
      public Optional<TextModel> texts() {
        return Optional.empty();
      }

      @Override
      public Optional<Detector> detector() {
        return Optional.empty();
      }

      @Override
      public Optional<ObjectFinder> objects() {
        return Optional.empty();
      }

      @Override
      public Optional<Explainer> explainer(Role role) {
        return Optional.empty();
      }

      @Override
      public boolean isReady() {
        return true;
      }
    };
  }

  List<ModelCard> cards();

  /// The model that gives a role's picture vectors; empty if there is none.
  Optional<VisionModel> vision(Role role);

  Optional<TextModel> texts();

  Optional<Detector> detector();

  Optional<ObjectFinder> objects();

  /// Makes maps for a role's model; empty if there is none, or if it is not one of ours (a head, an archive made elsewhere).
  Optional<Explainer> explainer(Role role);

  /// Whether at least one worker computes right numbers. Never blocks.
  boolean isReady();
}
