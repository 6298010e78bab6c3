/// Large multimodal models behind OpenAI-compatible endpoints.
///
/// - **In:** a [Question] (prompt, picture, schema). **Out:** a [Reply], or a [BackendProblem] as a value.
/// - **Owns:** transport, limits, retries, circuit and budget of each endpoint. **Knows nothing of:** what is asked.
///
/// Start at [Backend]; [OpenAiBackend] is the one over HTTP.
package verimesh.verifier.lmm;
