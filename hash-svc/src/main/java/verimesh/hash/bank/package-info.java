/// What the index holds: banks of known pictures, their items, and every change to them.
///
/// - **In:** registrations, switches, removals, with the caller's name. **Out:** the same as batches for an
///   [verimesh.hash.index.ItemIndex], each with the line of the audit log that is written with it.
/// - **Owns:** names, limits, labels, what can be undone. **Knows nothing of:** gRPC, engines, thresholds.
///
/// Start at [Banks].
package verimesh.hash.bank;
