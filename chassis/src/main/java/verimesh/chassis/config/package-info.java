/// Typed settings from `VERIMESH_*` names.
///
/// - **In:** a map of variables. **Out:** typed values, and every problem at once.
/// - **Owns:** how numbers, durations and sizes are written. **Knows nothing of:** what a setting means.
///
/// Start at [Settings].
package verimesh.chassis.config;
