/// Time, passed in: what is read and waited for goes through here, so that a test lets ten seconds pass in a millisecond.
///
/// - **In:** durations. **Out:** instants, and a call when they are over.
/// - **Knows nothing of:** what is waited for.
///
/// Start at [Time]; a share of a caller's deadline is a [Due].
package verimesh.orchestrator.time;
