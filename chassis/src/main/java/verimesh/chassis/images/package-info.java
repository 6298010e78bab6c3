/// Pictures: what a file's header says, its pixels decoded once, and what is made of them.
///
/// - **In:** the bytes that a stranger sent. **Out:** an [ImageHeader] without decoding.
/// - **Owns:** formats by magic bytes. **Knows nothing of:** gRPC, models, verdicts.
///
/// Start at [ImageHeader]; each format's reader lies beside it.
package verimesh.chassis.images;
