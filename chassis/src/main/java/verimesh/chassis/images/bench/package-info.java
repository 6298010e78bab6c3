/// How fast pictures are decoded, cut and hashed here, next to what others reach in the same run: `./mesh bench decode` and
/// `./mesh bench pdq`.
///
/// - **In:** a seed, a time. **Out:** records of numbers, for whoever prints them.
/// - **Owns:** what is measured against what. **Knows nothing of:** the command line.
///
/// Start at [DecodeBench].
package verimesh.chassis.images.bench;
