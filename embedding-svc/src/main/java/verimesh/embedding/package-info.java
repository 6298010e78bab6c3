/// What the pixels look like to a model.
///
/// - **In:** pictures as files or as tensors cut to an `InputSpec`, texts. **Out:** unit vectors, probabilities, maps.
/// - **Owns:** which model plays which role. **Knows nothing of:** verdicts, weights, other services.
///
/// Start at [Main].
package verimesh.embedding;
