/// Runs archives in libtorch, through DJL. The only room that touches DJL, so that a process without a model never loads
/// a class of it.
///
/// - **In:** an archive's path, tensors as buffers. **Out:** float tensors on the heap.
/// - **Owns:** native memory and the native library. **Knows nothing of:** batches, families.
///
/// Start at [TorchModel]; [TorchRuntime] starts the engine, [TorchLibrary] says where its 450 MB of native code lie.
package verimesh.chassis.inference.torch;
