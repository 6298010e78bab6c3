/// Holds what operators are given to what the services are: metrics, rules, dashboards, docker-compose.yml, k8s/.
///
/// - **In:** the repository's files, services started for real, and the real tools (Prometheus, kustomize, docker-compose).
///   **Out:** nothing but green or red.
/// - **Owns:** the proof that every name used there is one that the services know.
///
/// Start at [ScrapedMesh]; [Tool] says where the real tools are looked for.
package verimesh.cli.operate;
