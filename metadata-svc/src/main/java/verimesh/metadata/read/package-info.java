/// Reads a file's own words out of any container: what it says, where it stood, and what was damaged.
///
/// - **In:** the bytes of one file. **Out:** a [FileRecord], or the reason why not even the header could be read.
/// - **Owns:** containers, EXIF, XMP, IIM, text decoding, and every limit on hostile input ([Limits]).
/// - **Knows nothing of:** tools, cameras, verdicts, gRPC. It does not judge and it decodes no pixel.
///
/// Start at [ContainerReader]: it sniffs the magic bytes and hands the file to the one reader of that container. All of
/// them write into one [Harvest], which counts what was taken and notes damage; [Slice] is the only way to touch bytes.
/// Nothing here throws for what a file holds: damage is a finding, and what was read before it still counts.
package verimesh.metadata.read;
