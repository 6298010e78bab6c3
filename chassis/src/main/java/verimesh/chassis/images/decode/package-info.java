/// One full decode of a stranger's file.
///
/// - **In:** bytes, limits. **Out:** [Decoded]: pixels as stored, with remarks, or why there are none.
/// - **Owns:** PNG, GIF and container parsing in plain Java, the JDK's and TwelveMonkeys' decoders behind it, and the native
///   libraries that a machine may have. **Knows nothing of:** models, hashes, gRPC.
///
/// Start at [Decoder].
package verimesh.chassis.images.decode;
