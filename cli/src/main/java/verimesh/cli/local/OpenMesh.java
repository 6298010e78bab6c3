package verimesh.cli.local;

import io.grpc.ManagedChannel;

/// A mesh that can be asked. Closing it ends what was started for it.
public interface OpenMesh extends AutoCloseable {
  /// @throws java.util.NoSuchElementException if that service was not started
  ManagedChannel channel(MeshService service);

  default ManagedChannel orchestrator() {
    return channel(MeshService.ORCHESTRATOR);
  }

  @Override
  void close();
}
