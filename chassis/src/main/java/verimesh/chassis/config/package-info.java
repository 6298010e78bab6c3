/// Typed settings from `VERIMESH_*` names.
///
/// - **In:** a map of variables. **Out:** typed values, every problem at once, and a table of all there is.
/// - **Owns:** how numbers, durations and sizes are written. **Knows nothing of:** what a setting means.
///
/// Start at [Settings]; [SettingsTable] is the door to docs/CONFIGURATION.md.
package verimesh.chassis.config;
