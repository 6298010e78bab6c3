/// Holds the contracts to what was promised: compatible with the committed snapshot, and telling their whole meaning.
///
/// - **In:** the compiled descriptor set, the snapshot. **Out:** a sentence for each broken promise.
/// - **Owns:** what counts as a break. **Knows nothing of:** any service's code.
///
/// Start at [CompatibilityTest]. After the contracts have grown, record that:
/// `mvn -pl proto test -Dverimesh.contracts.update=true`.
package verimesh.contracts;
