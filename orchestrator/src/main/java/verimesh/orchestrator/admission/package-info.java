/// Who may come in: limits on a file, held against its header before anything is decoded, and on how much is worked on
/// at once.
///
/// - **In:** bytes that a stranger sent. **Out:** an [Upload], or a [verimesh.chassis.problem.Problem] that says what to do.
/// - **Owns:** `VERIMESH_ADMISSION_*`. **Knows nothing of:** layers, verdicts.
///
/// Start at [Admission]; [Gate] is how a bounded good is lent.
package verimesh.orchestrator.admission;
