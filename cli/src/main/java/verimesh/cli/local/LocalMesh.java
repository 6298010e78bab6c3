package verimesh.cli.local;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.Wiring;
import verimesh.chassis.config.Settings;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.LogConfig;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.CannotStart;
import verimesh.embedding.EmbeddingConfig;
import verimesh.hash.HashConfig;
import verimesh.metadata.MetadataConfig;
import verimesh.orchestrator.Layers;
import verimesh.orchestrator.OrchestratorConfig;
import verimesh.verifier.VerifierConfig;

/// Services wired within this process, by the same `wire` as their own processes call, and joined by in-process gRPC.
public final class LocalMesh implements OpenMesh {
  private static final AtomicInteger MESHES = new AtomicInteger();
  /// Lucene advises an incubator module that makes distances faster and every start slower. For a command that looks at a few
  /// vectors that is bad advice; services started by `up` follow it. A field, since loggers that nobody holds are forgotten.
  private static final Logger ADVICE = Logger.getLogger("org.apache.lucene.internal.vectorization.VectorizationProvider");

  static {
    ADVICE.setLevel(Level.SEVERE);
  }

  private final int number = MESHES.incrementAndGet(); // tests run several within one process
  private final Resources resources = new Resources();
  private final Map<MeshService, ManagedChannel> channels = new EnumMap<>(MeshService.class);

  private LocalMesh() {}

  /// A service whose settings were read and are right.
  @FunctionalInterface
  private interface Ready {
    Service wire(Resources resources, Telemetry telemetry) throws Exception;
  }

  /// Starts them as the front door does.
  public static Meshes meshes() {
    return new Meshes() {
      @Override
      public OpenMesh whole(Map<String, String> environment) {
        return start(environment, List.of(MeshService.values()));
      }

      @Override
      public OpenMesh metadataOnly(Map<String, String> environment) {
        return start(environment, List.of(MeshService.METADATA));
      }
    };
  }

  private static LocalMesh start(Map<String, String> environment, List<MeshService> services) {
    var mesh = new LocalMesh();
    try {
      Map<MeshService, Ready> ready = mesh.read(services.contains(MeshService.HASH) ? mesh.withIndex(environment) : environment, services);
      for (Map.Entry<MeshService, Ready> service : ready.entrySet()) mesh.serve(service.getKey(), service.getValue());
      return mesh;
    } catch (RuntimeException e) {
      mesh.close();
      throw e;
    }
  }

  /// Reads every service's settings before the first one is wired, so that one start shows all that is wrong.
  private Map<MeshService, Ready> read(Map<String, String> environment, List<MeshService> services) {
    Map<MeshService, Ready> ready = new EnumMap<>(MeshService.class);
    var problems = new ArrayList<String>();
    for (MeshService service : services) {
      Settings settings = Settings.of(environment, service.scope());
      ready.put(service, switch (service) {
        case METADATA -> ready(MetadataConfig::from, verimesh.metadata.Main::wire, settings);
        case EMBEDDING -> ready(EmbeddingConfig::from, verimesh.embedding.Main::wire, settings);
        case HASH -> ready(HashConfig::from, verimesh.hash.Main::wire, settings);
        case VERIFIER -> ready(VerifierConfig::from, this::wireVerifier, settings);
        case ORCHESTRATOR -> ready(OrchestratorConfig::from, this::wireOrchestrator, settings);
      });
      // Read so that their names are known; nothing listens and nothing is logged here.
      ServerConfig.from(settings, service.port(MeshService.BASE_PORT));
      LogConfig.from(settings);
      problems.addAll(settings.problems());
    }
    if (!problems.isEmpty()) {
      List<String> each = problems.stream().distinct().toList();
      throw new CannotStart((each.size() == 1 ? "1 setting is wrong" : each.size() + " settings are wrong") + "\n  " + String.join("\n  ", each));
    }
    return ready;
  }

  private static <C> Ready ready(Function<Settings, C> config, Wiring<C> wiring, Settings settings) {
    C typed = config.apply(settings);
    return (resources, telemetry) -> wiring.wire(typed, resources, telemetry);
  }

  private Service wireVerifier(VerifierConfig config, Resources into, Telemetry telemetry) {
    return verimesh.verifier.Main.wire(config, Optional.of(channel(MeshService.EMBEDDING)), into, telemetry);
  }

  private Service wireOrchestrator(OrchestratorConfig config, Resources into, Telemetry telemetry) {
    var layers = new Layers(
        Optional.of(channel(MeshService.METADATA)), Optional.of(channel(MeshService.HASH)),
        Optional.of(channel(MeshService.EMBEDDING)), Optional.of(channel(MeshService.VERIFIER)));
    return verimesh.orchestrator.Main.wire(config, layers, into, telemetry);
  }

  private void serve(MeshService service, Ready ready) {
    String name = service.id() + "-" + number;
    try {
      Telemetry telemetry = resources.add(Telemetry.unscraped(service.id()));
      resources.add(RpcServer.inProcess(name, ready.wire(resources, telemetry), telemetry));
      ManagedChannel channel = Channels.inProcess(name);
      resources.add(channel::shutdownNow);
      channels.put(service, channel);
    } catch (Exception e) {
      throw new CannotStart(service.id() + " cannot start: " + (e.getMessage() == null ? e : e.getMessage()));
    }
  }

  /// Where to find the index. Where `./mesh up` has it open, the mesh in one process reads what it holds; where nobody made
  /// one, looking at a picture is no reason to make one in somebody's home.
  private Map<String, String> withIndex(Map<String, String> environment) {
    var variables = new LinkedHashMap<>(environment);
    variables.putIfAbsent("VERIMESH_HASH_WHEN_LOCKED", "read-only");
    if (!variables.containsKey("VERIMESH_HASH_DIRECTORY") && !Files.isDirectory(usualIndex())) {
      try {
        Path empty = Files.createTempDirectory("verimesh-no-index");
        resources.add(() -> delete(empty));
        variables.put("VERIMESH_HASH_DIRECTORY", empty.toString());
      } catch (IOException e) {
        throw new CannotStart("cannot make a folder for temporary files: " + e.getMessage());
      }
    }
    return variables;
  }

  /// As hash-svc has it.
  private static Path usualIndex() {
    return Path.of(System.getProperty("user.home"), ".verimesh", "hash");
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = new ArrayList<>(walk.toList());
    }
    try {
      for (Path path : all.reversed()) Files.delete(path); // what a folder holds comes after it
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ManagedChannel channel(MeshService service) {
    return Optional.ofNullable(channels.get(service)).orElseThrow();
  }

  @Override
  public void close() {
    resources.close();
  }
}
