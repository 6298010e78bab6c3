/// Verdicts that were given, kept for a while, with what people said of them afterwards.
///
/// - **In:** answers and feedback. **Out:** the same, by id, as long as they are kept.
/// - **Owns:** ids, bounds, how a verdict lies in Redis. **Knows nothing of:** how it came about.
///
/// Start at [VerdictStore]; [InProcessVerdicts] is the default, [RedisVerdicts] for several replicas.
package verimesh.orchestrator.verdict;
