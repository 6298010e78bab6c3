/// WebP's two kinds of frames in plain Java, sample for sample what libwebp gives: lossy ones (VP8 key frames, RFC 6386, libwebp's
/// smooth chroma included) and lossless ones (VP8L, RFC 9649 §3).
///
/// - **In:** a `VP8 ` or `VP8L` chunk's payload. **Out:** pixels, and how many rows of them are sound.
/// - **Owns:** both bit streams. **Knows nothing of:** RIFF, animation, colour profiles.
///
/// Written because the decoder at hand repeats chroma where libwebp interpolates it, up to 90 levels apart, while every model, hash
/// and watermark was made with libwebp's pixels; and because it takes minutes over a lossless file that is cut off.
///
/// Start at [Vp8Frame] and [LosslessFrame].
package verimesh.chassis.images.webp;
