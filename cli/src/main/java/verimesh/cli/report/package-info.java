/// One HTML page about many pictures, complete in itself: no request leaves it, now or in ten years.
///
/// - **In:** outcomes, one by one. **Out:** a file with thumbnails, verdicts, layers and evidence, and filters over them.
/// - **Owns:** the page's look and its words. **Knows nothing of:** where outcomes come from.
///
/// Start at [HtmlReport]; [Card] is one picture, [Thumbnail] its likeness, [Html] the escaping that nothing gets around.
package verimesh.cli.report;
