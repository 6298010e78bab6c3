/// Loads the configured models and keeps the workers that run them.
///
/// - **In:** settings, stored models. **Out:** [Models] by role.
/// - **Owns:** which archive runs on which device, native memory. **Knows nothing of:** gRPC, files of callers.
///
/// Start at [Models]; [LoadedModels] loads libtorch, and only if a role is configured.
package verimesh.embedding.load;
