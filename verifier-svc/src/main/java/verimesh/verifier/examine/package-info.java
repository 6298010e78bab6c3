/// One picture's examination: whom to ask, how to read the answer, what it is worth.
///
/// - **In:** a [Task]: a picture, a checklist or none. **Out:** an [Examination], or why there is none.
/// - **Owns:** reading by schema, consistency checks, agreement with CLIP, reliability, the cache of answers.
///   **Knows nothing of:** transport, verdicts, weights in the formula.
///
/// Start at [Examiner]; a [Model] is a [ChatModel] or [ClipContrast].
package verimesh.verifier.examine;
