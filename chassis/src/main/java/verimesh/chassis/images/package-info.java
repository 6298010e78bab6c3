/// Pictures: what a file's header says, its pixels decoded once, and what is made of them.
///
/// - **In:** the bytes that a stranger sent. **Out:** an [ImageHeader] without decoding; the values that the rooms below pass on:
///   [StoredPixels], [SrgbPixels], [RgbTensor], cut by an [InputSpec].
/// - **Owns:** formats by magic bytes, what "stored" and "shown" mean. **Knows nothing of:** gRPC servers, models, verdicts.
///
/// Start at [ImageHeader] for admission. Rooms: `decode` (bytes to stored pixels), `webp` (its two codecs), `cut` (what models
/// take), `pdq` (the hash), `bench`.
package verimesh.chassis.images;
