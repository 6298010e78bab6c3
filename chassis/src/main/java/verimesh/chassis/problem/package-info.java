/// What can go wrong for a caller, as values, and how that travels.
///
/// - **In:** a [Problem] thrown by an endpoint, or a failed call. **Out:** a gRPC status with `google.rpc` details, or
///   the [Problem] again.
/// - **Owns:** which kind is which canonical code. **Knows nothing of:** servers and channels.
///
/// Start at [Problem].
package verimesh.chassis.problem;
