/// Proves that imported models compute what the published implementations do.
///
/// - **In:** reference files with configuration, inputs and outputs (golden files). **Out:** cosine and largest error per
///   output, within tolerance or not.
/// - **Owns:** formula weights and pixels. **Knows nothing of:** serving.
///
/// Start at [ModelCheck].
package verimesh.chassis.inference.check;
