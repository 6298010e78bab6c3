/// Reads records that tools hide in the lowest bits of stored pixels, and the pixels that a generator's signature covers
/// (METADATA.md §8, §9).
///
/// - **In:** a file and its [verimesh.metadata.read.FileRecord]. **Out:** [Stealth]: a payload's text, or a finding.
/// - **Owns:** reading PNG rows and lossless WebP as they are stored: no colour management, no premultiplication.
/// - **Knows nothing of:** tools, evidence, gRPC.
///
/// Start at [StealthReader]: it looks at 152 pixels of the first column and stops there for almost every picture.
package verimesh.metadata.stealth;
