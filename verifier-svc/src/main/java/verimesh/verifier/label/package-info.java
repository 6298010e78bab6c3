/// Work with a model on pictures whose truth is known: new clues for a person to look through, and how a wording answers.
///
/// - **In:** pictures known to be fake or real, a [verimesh.verifier.lmm.Backend]. **Out:** a review file, shares of "fake".
/// - **Owns:** how proposals are merged, and how far a wording may stray. **Knows nothing of:** services, live clues.
///
/// Start at [Labeller] and [Review], or at [Gate].
package verimesh.verifier.label;
