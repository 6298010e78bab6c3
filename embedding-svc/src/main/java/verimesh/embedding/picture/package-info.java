/// From what a caller sent to pixels that a model takes.
///
/// - **In:** files, or tensors that the caller cut. **Out:** pixel buffers by input spec, and views of them.
/// - **Owns:** what is refused about a picture. **Knows nothing of:** models, vectors.
///
/// Start at [Picture].
package verimesh.embedding.picture;
