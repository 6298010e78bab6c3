package verimesh.embedding.explain;

/// How a map is made.
public enum Method {
  /// Per-patch features against the text, values attending to values in the last block (CLIP Surgery, MaskCLIP); for a
  /// classifier what each patch adds to the label.
  DENSE_FEATURES,
  /// Grad-ECLIP: channels weighed by the gradient of the cosine, places by how alike key and CLS query are.
  GRADIENT,
  /// Products of all blocks' attention (Abnar and Zuidema 2020). The baseline: no text and no label steers it.
  ATTENTION_ROLLOUT,
  /// Chattopadhay et al. 2018, on the last activations of a convolution network.
  GRAD_CAM_PLUS_PLUS,
  /// Jiang et al. 2021, likewise.
  LAYER_CAM,
  /// First principal component of the last activations (Muhammad and Yeasin 2020). No label steers it.
  EIGEN_CAM
}
