/// `./mesh index` and `./mesh match`: banks of known pictures, for people.
///
/// - **In:** files, folders, `.npy` with CSV, exports. **Out:** registrations, matches, tables and JSON.
/// - **Owns:** how a file becomes what hash-svc knows it by. **Knows nothing of:** engines, verdicts.
///
/// Start at [IndexCommand]; each subcommand is a class, [HashAccess] is how they reach hash-svc.
package verimesh.cli.index;
