/// Reads and writes safetensors files: an 8-byte little-endian header length, a JSON header, raw little-endian data
/// (https://github.com/huggingface/safetensors, "Format").
///
/// - **In:** files of strangers. **Out:** [StoredTensor]s over mapped memory.
/// - **Owns:** every bound of the format. **Knows nothing of:** what a tensor means.
///
/// Start at [SafetensorsFile]; a folder with one or many files is a [Checkpoint].
package verimesh.chassis.inference.safetensors;
