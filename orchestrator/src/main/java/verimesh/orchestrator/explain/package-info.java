/// Says in the caller's language what was found and what decided. Made of evidence only: no sentence here says more than
/// a layer said, and none ever says that a person made an image.
///
/// - **In:** a [verimesh.orchestrator.witness.Testimony] and the decision on it. **Out:** an [Explanation].
/// - **Owns:** every text that the orchestrator writes, in [Phrase]; kinds of evidence; their order. **Knows nothing of:**
///   the wire.
///
/// Start at [Explainer].
package verimesh.orchestrator.explain;
