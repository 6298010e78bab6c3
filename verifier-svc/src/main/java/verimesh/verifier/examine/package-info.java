/// Asks models about a picture and makes their words into an examination that can be trusted as far as it says.
///
/// - **In:** a picture, clues. **Out:** [Examination]s, or the reason why there is none.
/// - **Owns:** fallback order, repair, the answer cache, consistency and reliability. **Knows nothing of:** gRPC, verdicts.
///
/// Start at [Examiner].
package verimesh.verifier.examine;
