/// What a process tells of itself while it runs: meters, logs, traces.
///
/// - **In:** measurements and events. **Out:** `/metrics`, one JSON line an event, a trace id that follows the call.
/// - **Owns:** names and shapes of all three. **Knows nothing of:** what is measured.
///
/// Start at [Telemetry].
package verimesh.chassis.telemetry;
