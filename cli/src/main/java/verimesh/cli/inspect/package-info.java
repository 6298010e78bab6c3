/// `./mesh inspect`: what each file says of itself, by metadata-svc alone.
///
/// - **In:** files, a channel to metadata-svc. **Out:** a view for people, or one JSON object a line.
/// - **Knows nothing of:** verdicts.
///
/// Start at [InspectCommand]; [InspectView] lays it out for people.
package verimesh.cli.inspect;
