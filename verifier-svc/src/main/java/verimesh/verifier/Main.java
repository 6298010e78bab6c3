package verimesh.verifier;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.micrometer.core.instrument.Gauge;
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
import verimesh.verifier.VerifierConfig.BackendConfig;
import verimesh.verifier.clue.ClueVectors;
import verimesh.verifier.examine.Agreement;
import verimesh.verifier.examine.ChatModel;
import verimesh.verifier.examine.ClipContrast;
import verimesh.verifier.examine.Examiner;
import verimesh.verifier.examine.Model;
import verimesh.verifier.lmm.OpenAiBackend;
import verimesh.verifier.picture.PictureMaker;
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
    return wire(config, embedding, List.of(), InstantSource.system(), resources, telemetry);
  }

  /// With models beside the configured ones, which come first: simulations bring theirs.
  public static Service wire(
      VerifierConfig config, Optional<Channel> embedding, List<Model> others, InstantSource clock, Resources resources, Telemetry telemetry) {
    Gauge.builder("verimesh.verifier.clues", config.clues(), base -> base.clues().size()).description("Clues in the clue base")
        .strongReference(true).register(telemetry.meters());
    Optional<EmbeddingClip> clip = embedding.map(channel -> new EmbeddingClip(channel, clock));
    Optional<ClueVectors> vectors = clip.map(embedder -> new ClueVectors(config.clues(), embedder, clock));
    PictureMaker pictures = resources.add(new PictureMaker(config.picture(), clock));

    List<Model> models = new ArrayList<>(others);
    for (BackendConfig backend : config.backends()) model(backend, config, clip, vectors, clock, resources, telemetry).ifPresent(models::add);
    Optional<Examiner> examiner = Optional.empty();
    if (!models.isEmpty()) {
      Optional<Agreement> agreement = clip.map(seer -> new Agreement(seer, vectors.orElseThrow(), pictures));
      examiner = Optional.of(new Examiner(models, config.ask(), agreement, clock, config.answersMax(), config.answersFor()));
      vectors.ifPresent(ClueVectors::warmUp);
    }
    return Service.of(new VerifierEndpoint(config, models, examiner, vectors, pictures, clock));
  }

  /// Empty for CLIP's contrast where there is no CLIP: that layer is not configured then.
  private static Optional<Model> model(
      BackendConfig config, VerifierConfig all, Optional<EmbeddingClip> clip, Optional<ClueVectors> vectors, InstantSource clock,
      Resources resources, Telemetry telemetry) {
    return switch (config) {
      case BackendConfig.OpenAi(var settings) -> Optional.of(
          new ChatModel(resources.add(new OpenAiBackend(settings, clock, RandomGenerator.getDefault(), telemetry.meters())), Prompts.ours()));
      case BackendConfig.ClipContrast(String name, double weight) ->
          clip.map(seer -> new ClipContrast(name, weight, seer, vectors.orElseThrow(), all.clueCosineFloor()));
    };
  }
}
