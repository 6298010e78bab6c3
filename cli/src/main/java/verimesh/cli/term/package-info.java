/// The screen: what a terminal can show, in which language, and what becomes of a stranger's text on it.
///
/// - **In:** lines. **Out:** bytes on standard output and error, whole lines at a time.
/// - **Owns:** colours, column widths, the progress line, broken pipes. **Knows nothing of:** pictures and verdicts.
///
/// Start at [Console].
package verimesh.cli.term;
