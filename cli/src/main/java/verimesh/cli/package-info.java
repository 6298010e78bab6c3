/// The tools for people: `./mesh` is [Mesh], and each of its commands is one class.
///
/// - **In:** a command line. **Out:** text for people, lines for programs, an exit code (DESIGN.md §10).
/// - **Owns:** how answers look. **Knows nothing of:** how they come about; it asks the services as any caller does.
///
/// Start at [Mesh]. Rooms: `term` (terminal, colours, languages), `local` (all services in this process), `analyze`,
/// `inspect`, `report` (the HTML page), `fleet` (services as processes), `doctor`, `bench`, `examples`.
package verimesh.cli;
