/// Things in a picture: where they are and what they are.
///
/// - **In:** pixels cut to the detector's spec. **Out:** [Region]s in fractions of the picture, the surest first.
/// - **Owns:** how a detector's table of boxes is read. **Knows nothing of:** gRPC, CLIP, files of callers.
///
/// Start at [ObjectFinder].
package verimesh.embedding.objects;
