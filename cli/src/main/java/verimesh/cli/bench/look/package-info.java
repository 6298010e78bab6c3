/// Measures the second look: what it gains and costs, how fast clues are found, and what happens when the model is slow.
///
/// - **In:** published error rates, seeds, times. **Out:** tables. **Owns:** simulated models and the mesh around them.
/// - **Knows nothing of:** how answers are weighed: everything here goes through the real orchestrator and verifier-svc.
///
/// Start at [SecondPassBench]; [SimulatedMesh] is what the benches share.
package verimesh.cli.bench.look;
