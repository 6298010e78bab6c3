/// What a loaded model can do.
///
/// - **In:** pixels cut to its spec, token ids. **Out:** vectors and logits as futures.
/// - **Owns:** the words for models. **Knows nothing of:** how they are loaded, gRPC, files of callers.
///
/// Start at [VisionModel].
package verimesh.embedding.model;
