package verimesh.cli.local;

import io.grpc.ManagedChannel;

/// A mesh that can be asked. Closing it ends what was started for it.
public interface OpenMesh extends AutoCloseable {
  ManagedChannel orchestrator();

  ManagedChannel metadata();

  @Override
  void close();
}
