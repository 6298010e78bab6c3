/// The four services as witnesses: asked over their channels, each within its share of the time.
///
/// - **In:** a picture's bytes, hashes, tensors. **Out:** a [verimesh.orchestrator.fusion.LayerOutcome], never an exception:
///   a service that is away, late or speaks nonsense is an outcome.
/// - **Owns:** the translation of the services' messages into evidence. **Knows nothing of:** weights and verdicts.
///
/// Start at [MetadataWitness]; [Rpc] is how each of them is asked.
package verimesh.orchestrator.witness;
