/// The front desk: takes a picture, asks four witnesses, weighs what they say, answers with evidence.
///
/// - **In:** `OrchestratorService` calls. **Out:** verdicts.
/// - **Rooms:** `admission` (what is let in), `analysis` (the way of one image), `witness` (the four services),
///   `fusion` (the formula), `explain` (words), `answer` (messages), `verdict` (what is kept), `time`.
///
/// Start at [Main#wire], then [verimesh.orchestrator.analysis.Analysis#answer].
package verimesh.orchestrator;
