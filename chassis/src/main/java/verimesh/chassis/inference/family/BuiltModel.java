package verimesh.chassis.inference.family;

import java.util.List;
import verimesh.chassis.inference.archive.TorchArchive;

/// A checkpoint as a module tree, ready to be written.
///
/// Exported methods, by what the model can do (pixels are uint8 `[n, size, size, 3]`, ids int64 `[n, tokens]`; every result
/// is float32): `image_vector(pixels)` vectors as the model gives them, `embed_image(pixels)` the same with unit length, `classify(pixels)` logits, `embed_text(ids)` unit vectors, and for
/// checks `image_outputs(values)` over normalised float32 `[n, 3, size, size]`, `text_outputs(ids)`, `logits_per_image(i, t)`.
public record BuiltModel(TorchArchive archive, Description description) {
  /// What a model is, whatever its variant.
  ///
  /// @param family for example `clip`; part of the embedding space
  /// @param imageOutputs names of what `image_outputs` returns, in order; empty without an image side
  /// @param textOutputs names of what `text_outputs` returns, in order; empty without a text side
  /// @param dimension length of image vectors; 0 if it gives none
  /// @param textContext most tokens that a text may have; 0 without a text side
  /// @param padsText whether texts are always filled up to `textContext` (SigLIP has no mask, so its padding counts)
  /// @param padToken id that fills a text up
  /// @param labels of `classify`, in order; empty if it does not classify
  /// @param comparesTexts whether `logits_per_image` exists
  /// @param grid patches along a side, for maps over the picture; 0 for convolutional models
  public record Description(
      String family,
      List<String> imageOutputs,
      List<String> textOutputs,
      int dimension,
      int textContext,
      boolean padsText,
      int padToken,
      List<String> labels,
      boolean comparesTexts,
      int grid) {
    public Description {
      imageOutputs = List.copyOf(imageOutputs);
      textOutputs = List.copyOf(textOutputs);
      labels = List.copyOf(labels);
    }

    public boolean embedsImages() {
      return dimension > 0 && !imageOutputs.isEmpty();
    }

    public boolean embedsTexts() {
      return textContext > 0;
    }

    public boolean classifies() {
      return !labels.isEmpty() && !findsObjects();
    }

    /// Whether it is an object detector, whose labels are those of its boxes; only archives made elsewhere are.
    public boolean findsObjects() {
      return imageOutputs.contains("objects");
    }
  }
}
