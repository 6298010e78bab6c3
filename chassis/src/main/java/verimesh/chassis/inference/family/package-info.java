/// What each family of models computes, as TorchScript: published configurations and weights in, a module tree out.
///
/// - **In:** a [verimesh.chassis.inference.safetensors.Checkpoint]. **Out:** a [BuiltModel].
/// - **Owns:** class defaults, tensor names, the algebra that is folded at import. **Knows nothing of:** files, DJL.
///
/// Start at [ModelFamily]. Reference is transformers 5.12.1; facts that the numbers depend on stand where they are used.
package verimesh.chassis.inference.family;
