/// What banks come in and go out as, in bulk.
///
/// - **In:** `.npy` files, CSV. **Out:** rows of float32 vectors, rows of texts; a file that lies is refused before its
///   first row. **Owns:** file formats. **Knows nothing of:** indexes, gRPC.
///
/// Start at [NpyFile].
package verimesh.hash.bulk;
