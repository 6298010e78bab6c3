/// What a file's own words say of a camera: facts, how well they fit together, and what happened to the picture since.
///
/// - **In:** a [verimesh.metadata.read.FileRecord]. **Out:** one [ExifReport].
/// - **Owns:** the published score and its four inconsistencies, the three-way answer, editors, traces of re-encoding,
///   and which values are personal.
/// - **Knows nothing of:** AI tools by name beyond "this is no camera", verdicts, gRPC.
///
/// Start at [ExifReport#of]. Everything here is pure: same record, same report.
package verimesh.metadata.exif;
