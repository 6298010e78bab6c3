/// hash-svc: have we seen it before?
///
/// - **In:** what identifies a picture (SHA-256, PDQ, a vector). **Out:** the known pictures that it matches.
/// - **Owns:** banks of known pictures. **Knows nothing of:** pixels, verdicts, weights.
///
/// Start at [Main]; the rooms are `match` (pure), `bank`, `index` (engines), `caller`, `bulk`.
package verimesh.hash;
