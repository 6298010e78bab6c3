/// Brings files from elsewhere: checkpoints from a model hub, the native library from a Maven repository.
///
/// - **In:** an address and a digest. **Out:** a file that has that digest, or none at all.
/// - **Owns:** resuming, redirects, who sees the token. **Knows nothing of:** what the files mean.
///
/// Start at [Hub]; one file is a [Download].
package verimesh.chassis.inference.fetch;
