/// The clue base: what a reviewer looks at when a picture may be generated, and what natural thing looks the same.
///
/// - **In:** `clues/*.json` of this project. **Out:** clues in English and Korean.
/// - **Owns:** ids, categories and wording. **Knows nothing of:** models, vectors, verdicts.
///
/// Start at [ClueBase].
package verimesh.verifier.clue;
