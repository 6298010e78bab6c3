/// Writes TorchScript archives: a zip of stored entries, a pickle of the module tree, code text, raw tensors.
///
/// - **In:** a [ModuleObject] tree. **Out:** one `.pt` file that libtorch loads, the same bytes every time.
/// - **Owns:** the byte layout. **Knows nothing of:** model families; it writes what it is given.
///
/// Start at [TorchArchive]. The layout was read from libtorch 2.7.1, which takes archive version 10.
package verimesh.chassis.inference.archive;
