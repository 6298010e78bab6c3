/// PDQ, the perceptual hash that known-content banks are exchanged in.
///
/// - **In:** pixels as stored. **Out:** a [PdqHash] with its quality, and its eight dihedral variants.
/// - **Owns:** equality with the reference implementation to the last bit, and the matching rule. **Knows nothing of:** banks,
///   files.
///
/// Algorithm: "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (Facebook, 2019), as
/// facebook/ThreatExchange `pdq/cpp` does it at commit `baefb4ed`. Start at [Pdq].
package verimesh.chassis.images.pdq;
