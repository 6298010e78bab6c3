/// The whole mesh in this process: every service wired as its own process would wire it, joined by in-process gRPC.
///
/// - **In:** the environment. **Out:** channels to the services. **Owns:** which services there are, for the whole of `cli`.
/// - **Knows nothing of:** what the services do. They cannot tell where they run.
///
/// Start at [LocalMesh]; [MeshService] is the list of services.
package verimesh.cli.local;
