/// What every service stands on: a service is a `wire` method, and [Chassis] runs it.
///
/// - **In:** the environment, a [Wiring]. **Out:** a served, healthy, scraped process that drains before it ends.
/// - **Owns:** lifecycle. **Knows nothing of:** pictures, verdicts.
///
/// Start at [Chassis]; the rooms are `config`, `problem`, `rpc`, `http`, `telemetry`, `images`, `inference`.
package verimesh.chassis;
