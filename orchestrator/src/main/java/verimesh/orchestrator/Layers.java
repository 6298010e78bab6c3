package verimesh.orchestrator;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import verimesh.chassis.Resources;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.orchestrator.analysis.Panel;
import verimesh.orchestrator.time.Time;
import verimesh.orchestrator.witness.EmbeddingWitness;
import verimesh.orchestrator.witness.HashWitness;
import verimesh.orchestrator.witness.MetadataWitness;
import verimesh.orchestrator.witness.VerifierWitness;

/// Ways to the four services, over the network or within this process; empty for a service that is not configured.
public record Layers(
    Optional<? extends Channel> metadata, Optional<? extends Channel> hash, Optional<? extends Channel> embedding, Optional<? extends Channel> verifier) {

  /// Over the network, as configured.
  static Layers connect(OrchestratorConfig config, Resources resources, Telemetry telemetry) {
    return new Layers(
        config.metadata().map(to -> open(to, resources, telemetry)),
        config.hash().map(to -> open(to, resources, telemetry)),
        config.embedding().map(to -> open(to, resources, telemetry)),
        config.verifier().map(to -> open(to, resources, telemetry)));
  }

  private static ManagedChannel open(ChannelConfig config, Resources resources, Telemetry telemetry) {
    ManagedChannel channel = Channels.connect(config, telemetry);
    resources.add(() -> channel.shutdownNow().awaitTermination(1, TimeUnit.SECONDS));
    return channel;
  }

  Panel panel(Time time) {
    return new Panel(
        metadata.map(MetadataWitness::new),
        hash.map(channel -> new HashWitness(channel, time)),
        embedding.map(channel -> new EmbeddingWitness(channel, time)),
        verifier.map(channel -> new VerifierWitness(channel, time)));
  }

  /// Name to "can it be reached right now", for health. A channel within this process is always there.
  Map<String, BooleanSupplier> dependencies() {
    return Stream.of(
            Map.entry("metadata-svc", metadata), Map.entry("hash-svc", hash), Map.entry("embedding-svc", embedding), Map.entry("verifier-svc", verifier))
        .filter(named -> named.getValue().isPresent())
        .collect(Collectors.toMap(Map.Entry::getKey, named -> reachable(named.getValue().get())));
  }

  private static BooleanSupplier reachable(Channel channel) {
    if (!(channel instanceof ManagedChannel managed)) return () -> true;
    return () ->
        switch (managed.getState(true)) {
          case READY, IDLE -> true; // idle: nobody called lately, and asking has just begun to connect it
          case CONNECTING, TRANSIENT_FAILURE, SHUTDOWN -> false;
        };
  }
}
