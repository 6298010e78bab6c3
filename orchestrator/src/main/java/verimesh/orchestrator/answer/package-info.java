/// Turns a decision and its evidence into the answer that goes over the wire.
///
/// - **In:** what the rooms before it know. **Out:** an `AnalyzeResponse`, complete but for its id and its times.
/// - **Owns:** nothing; it decides nothing and words nothing. This and the endpoint are the only rooms that build messages of
///   the orchestrator's own contract.
///
/// Start at [Answers].
package verimesh.orchestrator.answer;
