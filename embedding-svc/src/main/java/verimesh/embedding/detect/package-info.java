/// Says how likely it is that a model made a picture, from logits.
///
/// - **In:** pixels cut to a model's spec. **Out:** an [Opinion].
/// - **Owns:** what labels mean, heads on embeddings, test-time views. **Knows nothing of:** gRPC, verdicts.
///
/// Start at [Detector].
package verimesh.embedding.detect;
