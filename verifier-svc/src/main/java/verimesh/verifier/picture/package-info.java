/// What a model is shown of a file: its pixels and nothing else.
///
/// - **In:** a file as it came. **Out:** an upright sRGB picture of a size that models take, encoded anew.
/// - **Owns:** what is refused about a picture, and the memory that decoding takes. **Knows nothing of:** models, prompts.
///
/// Start at [PictureMaker].
package verimesh.verifier.picture;
