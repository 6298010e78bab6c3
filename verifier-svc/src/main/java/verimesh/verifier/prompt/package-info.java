/// What a model is asked, word by word. Wording moves the answer by 36 points (DESIGN.md §6), so prompts are numbered
/// files: a change is a new number, and every answer names the one it was given to.
///
/// - **In:** clues, a language. **Out:** system and user texts, answer schemas.
/// - **Owns:** wording. **Knows nothing of:** endpoints, verdicts.
///
/// Start at [Prompts].
package verimesh.verifier.prompt;
