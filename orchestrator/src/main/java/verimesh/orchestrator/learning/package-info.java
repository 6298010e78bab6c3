/// What use teaches the index: pictures that somebody vouches for are registered, so that the next copy is known at once.
///
/// - **In:** kept verdicts that a person labelled AI; answers that a signature proves. **Out:** registrations at hash-svc, in
///   banks of their own, each a line of its audit log and undone from there.
/// - **Owns:** what is worth registering. **Knows nothing of:** pixels; a verdict holds SHA-256 and PDQ, and no vector.
///
/// Start at [Learning].
package verimesh.orchestrator.learning;
