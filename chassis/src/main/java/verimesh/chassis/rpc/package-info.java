/// gRPC on both ends: a [Service][verimesh.chassis.Service] served, and channels to others.
///
/// - **In:** endpoints, addresses, TLS files. **Out:** calls with health, reflection, deadlines, traces, meters and
///   problems told in one way.
/// - **Owns:** transports and interceptors. **Knows nothing of:** what is called.
///
/// Start at [RpcServer] and [Channels]; their configurations are records beside them.
package verimesh.chassis.rpc;
