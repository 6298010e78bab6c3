/// The five services as local processes with real ports: `up`, `status`, `logs`, `down`.
///
/// - **In:** class path and environment of this process. **Out:** processes that outlive it, a note and a log of each in
///   `.mesh/run`.
/// - **Owns:** starting, watching and stopping processes. **Knows nothing of:** what the services do.
///
/// Start at [Fleet].
package verimesh.cli.fleet;
