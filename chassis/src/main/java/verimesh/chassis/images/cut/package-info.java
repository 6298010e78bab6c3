/// Pictures to squares: what a model's `InputSpec` asks for, equal to Pillow to the last bit.
///
/// - **In:** a decoded picture, specs. **Out:** one uint8 tensor a spec.
/// - **Owns:** resizing, cropping, where native crops lie. **Knows nothing of:** files, models.
///
/// Start at [TensorCutter].
package verimesh.chassis.images.cut;
