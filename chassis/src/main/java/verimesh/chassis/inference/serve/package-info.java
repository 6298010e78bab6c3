/// Batches calls of many callers into forward passes of few workers.
///
/// - **In:** one item each, with priority and deadline. **Out:** its result, or the reason why there is none.
/// - **Owns:** queues, deadlines, which worker is in rotation. **Knows nothing of:** libtorch, pictures.
///
/// Start at [Batcher].
package verimesh.chassis.inference.serve;
