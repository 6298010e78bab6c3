/// What the file says of itself (DESIGN.md §3.1 metadata layer, §3.3).
///
/// - **In:** a file's bytes. **Out:** an [InspectionReport]: who made it, what a camera says, what happened since.
/// - **Owns:** the service: settings, limits, the gRPC endpoint, the summary for people.
/// - **Knows nothing of:** pixels' content, models, verdicts. It reports evidence and weighs none of it.
///
/// Start at [Inspector]; the rooms are `read` (containers), `exif` (cameras and editing), `c2pa` (Content Credentials),
/// `stealth` (records in pixels), `sign` (who made it).
package verimesh.metadata;
