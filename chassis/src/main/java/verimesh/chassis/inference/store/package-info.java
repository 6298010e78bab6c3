/// Keeps imported models: one folder a model, archives named by digest, a `model.json` that says what they are.
///
/// - **In:** a checkpoint folder. **Out:** [StoredModel]s that a service can load.
/// - **Owns:** atomic writing, digests, the reference vectors of the self-test. **Knows nothing of:** roles, gRPC.
///
/// Start at [Importer]; [ModelStore] finds and removes.
package verimesh.chassis.inference.store;
