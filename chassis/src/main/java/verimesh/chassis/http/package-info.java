/// The HTTP side of a process, for operators and their machines.
///
/// - **In:** meters, readiness. **Out:** `/metrics`, `/healthz`, `/readyz`.
/// - **Owns:** one bounded port. **Knows nothing of:** gRPC, pictures.
///
/// Start at [OperatorPort].
package verimesh.chassis.http;
