/// `./mesh analyze`: files in, verdicts out, as a table, as lines for programs, or as a page.
///
/// - **In:** paths, a channel to the orchestrator. **Out:** one [FileOutcome] a file, in the order of the files.
/// - **Owns:** which files are pictures, how many are asked at once, the shapes of `--json` and `--csv`.
///   **Knows nothing of:** how a verdict comes about.
///
/// Start at [AnalyzeCommand]; [FileFinder] finds, [Analyst] asks, a [Sink] shows.
package verimesh.cli.analyze;
