/// The pictures in `examples/`, made by code from nothing: painted by formula, written by encoders of our own, so that they
/// come out the same on every machine and belong to nobody else.
///
/// - **In:** nothing. **Out:** small files, each with one story in its metadata.
/// - **Owns:** how such metadata is laid out when it is *written*. **Knows nothing of:** how metadata-svc reads it, which
///   is what makes the examples a test.
///
/// Start at [Examples]; [Scenes] paints, [JpegFile], [PngFile], [WebpFile] and [GifFile] write, [ExifBlock] and [Xmp] tell
/// the stories.
package verimesh.cli.examples;
