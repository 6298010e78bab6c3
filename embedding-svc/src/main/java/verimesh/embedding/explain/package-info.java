/// Where in a picture an answer lies.
///
/// - **In:** pixels cut to a model's spec, and a text or a label. **Out:** a [Heat] map, as numbers and as an overlay.
/// - **Owns:** the methods' formulas. **Knows nothing of:** gRPC, batches; maps are rare and run one at a time.
///
/// Start at [Explainer]; the formulas are in [Maps], without a model behind them.
package verimesh.embedding.explain;
