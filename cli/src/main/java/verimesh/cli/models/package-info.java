/// `./mesh models`: brings checkpoints in, shows and checks what is there.
///
/// - **In:** folders, hub ids, reference files. **Out:** stored models that embedding-svc can serve.
/// - **Owns:** what people are told. **Knows nothing of:** how archives are made; that is `chassis.inference`.
///
/// Start at [ModelsCommand].
package verimesh.cli.models;
