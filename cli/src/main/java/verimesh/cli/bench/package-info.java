/// Measurements as commands: `./mesh bench NAME` prints the machine, what was run, and numbers.
///
/// - **In:** options. **Out:** lines that can stand in a document under the command that made them.
/// - **Knows nothing of:** which number would be nice.
///
/// Start at [BenchCommand]. A benchmark is one class with picocli's `@Command`, listed there.
package verimesh.cli.bench;
