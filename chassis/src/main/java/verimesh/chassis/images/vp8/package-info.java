/// VP8 key frames, the lossy half of WebP, in plain Java: sample for sample what libwebp gives, its smooth chroma included.
///
/// - **In:** a `VP8 ` chunk's payload. **Out:** RGB, and how many rows of it are sound.
/// - **Owns:** RFC 6386 as far as still pictures need it. **Knows nothing of:** RIFF, alpha, motion.
///
/// Written because the decoder at hand repeats chroma where libwebp interpolates it: up to 90 levels apart, and every model,
/// hash and watermark was made with libwebp's pixels. Start at [Vp8Frame].
package verimesh.chassis.images.vp8;
