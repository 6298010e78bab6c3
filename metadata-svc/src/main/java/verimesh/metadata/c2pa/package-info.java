/// Reads Content Credentials: JUMBF boxes, CBOR, claims, and what the claims together say of the picture.
///
/// - **In:** a [verimesh.metadata.read.FileRecord]. **Out:** [Credentials]: state, manifests, [Story], findings.
/// - **Owns:** limits against hostile stores (METADATA-C2PA.md §14), source types, the walk along `parentOf` (§11).
/// - **Knows nothing of:** names of tools, weights, gRPC. It checks no signature and no hash yet: everything read here
///   is a claim, and its state is `unvalidated`. [SuperBox] keeps the byte ranges that a validator needs.
///
/// Start at [ClaimReader]; [Story] is where claims become one sentence.
package verimesh.metadata.c2pa;
