/// Texts to token ids, with the checkpoint's own `tokenizer.json` (Hugging Face tokenizers through DJL).
///
/// - **In:** strings. **Out:** ids cut to the model's context.
/// - **Owns:** truncation and filling up. **Knows nothing of:** vectors.
///
/// Start at [Tokenizer].
package verimesh.chassis.inference.text;
