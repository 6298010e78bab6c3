/// Where items live and how they are found again: a port, for Lucene and Redis both exist.
///
/// - **In:** [Batch]es of edits; SHA-256, PDQ, unit vectors to look for. **Out:** items, nearest first.
/// - **Owns:** durability, and the [Catalogue] that every process holds in memory: banks, counts, PDQ codes.
///   **Knows nothing of:** gRPC, thresholds, who may write.
///
/// Start at [ItemIndex]; [LuceneIndex] is the embedded engine, [RedisIndex] the distributed one.
package verimesh.hash.index;
