/// The clue base: what a reviewer looks at when a picture may be generated, and what natural thing looks the same.
///
/// - **In:** `clues/*.json` of this project, files of reviewed ones ([ClueFile]), vectors of their texts. **Out:** clues in English and Korean,
///   the nearest ones to a picture.
/// - **Owns:** ids, categories, wording, retrieval. **Knows nothing of:** models, prompts, verdicts.
///
/// Start at [ClueBase].
package verimesh.verifier.clue;
