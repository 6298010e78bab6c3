/// Models without Python: a checkpoint folder in, numbers out.
///
/// - **In:** `config.json` and `model.safetensors` of a published checkpoint. **Out:** vectors, logits, maps.
/// - **Owns:** reading weights, writing TorchScript archives, running them in batches. **Knows nothing of:** gRPC, roles,
///   verdicts.
///
/// Read along the way of one model: [verimesh.chassis.inference.safetensors] reads the file,
/// [verimesh.chassis.inference.family] turns it into code and tensors, [verimesh.chassis.inference.archive] writes both
/// as one archive, [verimesh.chassis.inference.store] keeps archives by digest, [verimesh.chassis.inference.torch] loads
/// them (the only room that touches DJL), [verimesh.chassis.inference.serve] batches calls across callers, and
/// [verimesh.chassis.inference.check] proves the numbers.
package verimesh.chassis.inference;
