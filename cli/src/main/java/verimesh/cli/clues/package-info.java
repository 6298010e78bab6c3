/// `./mesh clues`: what reviewers and models look for, and how it grows.
///
/// - **In:** the configured clue base, CLIP and LMM. **Out:** lists, a review file, a verdict on a wording.
/// - **Knows nothing of:** how a clue is found or a picture examined; that is verifier-svc's.
///
/// Start at [CluesCommand].
package verimesh.cli.clues;
