/// What a large multimodal model (LMM) sees in a picture, and the clues that it is asked to check.
///
/// - **In:** a file's bytes, or a CLIP vector. **Out:** examinations, clues.
/// - **Owns:** the clue base and the endpoints of models. **Knows nothing of:** verdicts, weights, other services.
///
/// Start at [Main], then `examine`: whom to ask and what an answer is worth. `picture` makes what models are shown, `lmm` asks
/// them, `prompt` says by which words, `clue` holds the clue base, `label` builds new clues and tests wordings.
package verimesh.verifier;
