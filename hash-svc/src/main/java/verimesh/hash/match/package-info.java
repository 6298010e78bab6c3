/// Finds known pictures that look like a new one.
///
/// - **In:** SHA-256, PDQ, a vector and its embedding space. **Out:** [ItemMatch]es, the surest tier first, and for each
///   tier how it was searched.
/// - **Owns:** thresholds and false-match odds. **Knows nothing of:** gRPC, verdicts, weights.
///
/// Start at [Matcher]; its three tiers are its three methods, in the order they are tried.
package verimesh.hash.match;
