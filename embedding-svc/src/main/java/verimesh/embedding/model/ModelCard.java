package verimesh.embedding.model;

import java.util.List;
import verimesh.chassis.images.InputSpec;

/// What callers are told of a model.
///
/// @param embeddingSpace what its vectors may be compared with
/// @param archiveId what ran, for support
/// @param dimension of its vectors; 0 for a detector
/// @param labels a detector's, in the order of its outputs
/// @param calibrated whether probabilities were fitted on labelled data
public record ModelCard(
    Role role, String name, String embeddingSpace, String archiveId, InputSpec input, int dimension, List<String> devices, String dtype,
    List<String> labels, boolean calibrated) {
  public ModelCard {
    devices = List.copyOf(devices);
    labels = List.copyOf(labels);
  }
}
