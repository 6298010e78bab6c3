/// The way of one image, from the bytes to a verdict (DESIGN.md §2).
///
/// - **In:** an [Order]. **Out:** an answer, whatever the layers do; only admission refuses.
/// - **Owns:** the order of things, shares of the deadline, single flight, the verdict cache. **Knows nothing of:** the
///   wire, weights, wording.
///
/// Start at [Analysis#answer], which is the way from top to bottom; [Gathering] is the fan-out.
package verimesh.orchestrator.analysis;
