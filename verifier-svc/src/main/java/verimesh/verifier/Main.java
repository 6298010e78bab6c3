package verimesh.verifier;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import verimesh.chassis.Chassis;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.clue.ClueVectors;
import verimesh.verifier.examine.Examiner;
import verimesh.verifier.lmm.Backend;
import verimesh.verifier.lmm.OpenAiBackend;
import verimesh.verifier.lmm.OpenAiSettings;
import verimesh.verifier.prompt.Prompts;

/// verifier-svc as a process.
public final class Main {
  /// Default gRPC port (DESIGN.md §10); HTTP is on the next one.
  public static final int PORT = 7440;

  private Main() {}

  public static void main(String[] args) {
    Chassis.run("verifier-svc", "VERIFIER", PORT, VerifierConfig::from, Main::wire);
  }

  /// The whole service, top to bottom.
  public static Service wire(VerifierConfig config, Resources resources, Telemetry telemetry) {
    Optional<Channel> embedding = config.embedding().map(target -> {
      ManagedChannel channel = Channels.connect(target, telemetry);
      resources.add((AutoCloseable) channel::shutdownNow);
      return channel;
    });
    return wire(config, embedding, resources, telemetry);
  }

  /// With a channel to embedding-svc that somebody else opened and closes: the mesh in one process.
  public static Service wire(VerifierConfig config, Optional<Channel> embedding, Resources resources, Telemetry telemetry) {
    InstantSource clock = InstantSource.system();
    ClueBase clues = ClueBase.ours();
    telemetry.meters().gauge("verimesh.verifier.clues", clues, base -> base.clues().size());
    List<Backend> backends = new ArrayList<>();
    for (OpenAiSettings settings : config.backends()) {
      backends.add(resources.add(new OpenAiBackend(settings, clock, RandomGenerator.getDefault(), telemetry.meters())));
    }
    Optional<Examiner> examiner = backends.isEmpty()
        ? Optional.empty()
        : Optional.of(new Examiner(backends, Prompts.ours(), clock, config.answersMax(), config.answersFor()));
    Optional<ClueVectors> vectors = embedding.map(channel -> new ClueVectors(clues, new EmbeddingTexts(channel), clock));
    return Service.of(new VerifierEndpoint(clues, backends, examiner, vectors, config, clock));
  }
}
