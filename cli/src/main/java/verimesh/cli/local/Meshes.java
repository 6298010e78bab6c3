package verimesh.cli.local;

import java.util.Map;

/// Starts meshes within this process.
public interface Meshes {
  /// All five services.
  /// @throws verimesh.cli.CannotStart if a setting is wrong or something that a service needs is not there
  OpenMesh whole(Map<String, String> environment);

  /// metadata-svc alone.
  OpenMesh metadataOnly(Map<String, String> environment);
}
