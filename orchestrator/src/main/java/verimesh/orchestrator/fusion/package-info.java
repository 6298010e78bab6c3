/// Weighs what the layers say: the published formula, what gaps do to it, and evidence that needs no formula.
///
/// - **In:** [Witnesses], one [LayerOutcome] each. **Out:** a [Decision] with every number behind it.
/// - **Owns:** DESIGN.md §3, whole: weights, bands, thresholds, decisive evidence. **Knows nothing of:** gRPC, time,
///   pictures, languages. Everything here is pure and thread-safe.
///
/// Start at [Fusion#weighted304030]; [Formula] is §3.1, [Gaps] §3.2, [Decisive] §3.3. Policies that a caller may name are
/// in [Policies].
package verimesh.orchestrator.fusion;
