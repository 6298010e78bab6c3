package verimesh.cli.doctor;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import verimesh.chassis.images.ImageFormat;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.images.decode.DecoderInfo;
import verimesh.chassis.problem.Problems;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.fleet.Fleet;
import verimesh.cli.fleet.RunningService;
import verimesh.cli.local.MeshService;
import verimesh.cli.local.OpenMesh;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.hash.v1.GetStatisticsRequest;
import verimesh.hash.v1.GetStatisticsResponse;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.verifier.v1.GetBackendsRequest;
import verimesh.verifier.v1.VerifierServiceGrpc;

/// Looks at one thing after another. Services are asked themselves, started within this process, so that what is told is
/// what they will do and not what a second reading of their settings would guess.
final class Examination {
  private static final long ANSWER_SECONDS = 30;
  private static final long MEMORY_WANTED_MEBIBYTES = 2048;

  private final Context context;

  Examination(Context context) {
    this.context = context;
  }

  /// Heading to what is found under it, looked at when asked for.
  Map<String, Supplier<List<Finding>>> chapters() {
    var chapters = new LinkedHashMap<String, Supplier<List<Finding>>>();
    chapters.put("this machine", this::machine);
    chapters.put("pictures", this::decoders);
    chapters.put("settings and witnesses", this::mesh);
    chapters.put("ports", this::ports);
    chapters.put("for ./mesh test", this::tests);
    return chapters;
  }

  private List<Finding> machine() {
    var findings = new ArrayList<Finding>();
    findings.add(Finding.good("JDK", Runtime.version() + " in " + System.getProperty("java.home")));
    findings.add(onPath("mvn").map(path -> Finding.good("Maven", path.toString()))
        .orElse(Finding.optional("Maven", "not found; what is built already runs without it", "apt-get install maven")));
    List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
    Optional<Path> cache = options.stream().filter(option -> option.startsWith("-XX:AOTCache=")).map(o -> Path.of(o.substring(13))).findFirst();
    findings.add(cache.filter(Files::isReadable).isPresent()
        ? Finding.good("start-up cache", size(cache.get()))
        : Finding.optional("start-up cache", "not there; everything starts slower", "rm -r .mesh/lib && ./mesh build"));
    var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long memory = system.getTotalMemorySize() >> 20;
    String said = memory / 1024 + " GiB, " + Runtime.getRuntime().availableProcessors() + " processors, heap up to " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB";
    findings.add(memory >= MEMORY_WANTED_MEBIBYTES ? Finding.good("memory", said)
        : Finding.wrong("memory", said + "; five services want 2 GiB", "export JAVA_TOOL_OPTIONS=-Xmx256m"));
    findings.add(Files.isWritable(context.root()) ? Finding.good("folder", context.root().toString())
        : Finding.wrong("folder", context.root() + " cannot be written", "chmod u+w " + context.root()));
    return findings;
  }

  private List<Finding> decoders() {
    var findings = new ArrayList<Finding>();
    List<DecoderInfo> decoders = Decoder.fastest(DecodeLimits.DEFAULT).inUse();
    for (DecoderInfo decoder : decoders) {
      String formats = decoder.formats().stream().map(ImageFormat::id).sorted().collect(Collectors.joining(", "));
      findings.add(Finding.good(decoder.nativeLibrary() ? "native decoder" : "built-in decoder", decoder.name() + ": " + formats));
    }
    boolean fastJpeg = decoders.stream().anyMatch(d -> d.nativeLibrary() && d.formats().contains(ImageFormat.JPEG));
    if (!fastJpeg) {
      findings.add(Finding.optional("native decoder", "no libjpeg-turbo; JPEG is decoded by Java, about four times slower", "apt-get install libturbojpeg0"));
    }
    boolean heif = decoders.stream().anyMatch(d -> d.formats().contains(ImageFormat.HEIC));
    if (!heif) {
      findings.add(Finding.optional("HEIC, AVIF, JXL", "metadata only; their pixels are not decoded here", "apt-get install libvips42"));
    }
    return findings;
  }

  private List<Finding> mesh() {
    var findings = new ArrayList<Finding>();
    List<String> set = context.environment().keySet().stream().filter(name -> name.startsWith("VERIMESH_")).sorted().toList();
    try (OpenMesh mesh = context.meshes().whole(context.environment())) {
      findings.add(Finding.good("settings", set.isEmpty() ? "none set, so everything is as by default" : "set and understood: " + String.join(", ", set)));
      findings.add(Finding.good("metadata layer", "always there"));
      findings.add(ask("hash layer", () -> hash(mesh.channel(MeshService.HASH))));
      findings.add(ask("detector", () -> models(mesh.channel(MeshService.EMBEDDING))));
      findings.add(ask("LMM", () -> backends(mesh.channel(MeshService.VERIFIER))));
    } catch (CannotStart e) {
      String[] lines = e.getMessage().split("\n");
      findings.add(Finding.wrong("settings", lines[0], ""));
      for (int i = 1; i < lines.length; i++) findings.add(Finding.wrong("", lines[i].strip(), mendSetting(lines[i].strip())));
    }
    return findings;
  }

  /// A name that nobody reads is best taken away; one that is wrong has its own advice in the text.
  private static String mendSetting(String problem) {
    String name = problem.split(" ", 2)[0];
    return name.startsWith("VERIMESH_") ? "unset " + name : "";
  }

  private static Finding hash(ManagedChannel channel) {
    GetStatisticsResponse statistics = HashServiceGrpc.newBlockingStub(channel).withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
        .getStatistics(GetStatisticsRequest.getDefaultInstance());
    String found = statistics.getItems() + " items in " + statistics.getBanks() + " banks, " + statistics.getEngine();
    return statistics.getItems() > 0 ? Finding.good("hash layer", found)
        : Finding.optional("hash layer", "the index holds no item, so it says nothing", "./mesh index banks --create known-ai --kind positive && ./mesh index add known-ai FOLDER");
  }

  private static Finding models(ManagedChannel channel) {
    var models = EmbeddingServiceGrpc.newBlockingStub(channel).withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
        .listModels(ListModelsRequest.getDefaultInstance()).getModelsList();
    String names = models.stream().map(model -> model.getId().getName() + " (" + model.getRole().name().toLowerCase(Locale.ROOT) + ")")
        .collect(Collectors.joining(", "));
    return models.isEmpty() ? Finding.optional("detector", "no model is configured, so the content layer says nothing", "./mesh models setup && ./mesh models import Ateeqq/ai-vs-human-image-detector")
        : Finding.good("detector", names);
  }

  private static Finding backends(ManagedChannel channel) {
    var backends = VerifierServiceGrpc.newBlockingStub(channel).withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
        .getBackends(GetBackendsRequest.getDefaultInstance()).getBackendsList();
    String names = backends.stream().map(backend -> backend.getName() + ": " + backend.getModel()).collect(Collectors.joining(", "));
    return backends.isEmpty() ? Finding.optional("LMM", "no endpoint is configured, so there is no second look", "export VERIMESH_VERIFIER_BACKENDS=MINE VERIMESH_VERIFIER_MINE_URL=http://127.0.0.1:8000/v1 VERIMESH_VERIFIER_MINE_MODEL=NAME")
        : Finding.good("LMM", names);
  }

  private static Finding ask(String name, Supplier<Finding> question) {
    try {
      return question.get();
    } catch (StatusRuntimeException e) {
      return Finding.wrong(name, Problems.of(e).message() + " (" + Problems.of(e).reason() + ")", "");
    }
  }

  private List<Finding> ports() {
    var fleet = new Fleet(context.home().resolve("run"), context.environment());
    int basePort = fleet.basePort().orElse(MeshService.BASE_PORT);
    var running = new ArrayList<String>();
    var taken = new ArrayList<Finding>();
    for (MeshService service : MeshService.values()) {
      if (fleet.note(service).map(RunningService::isAlive).orElse(false)) {
        running.add(service.id());
        continue;
      }
      for (int port = service.port(basePort); port <= service.port(basePort) + 1; port++) {
        if (isTaken(port)) {
          String owner = Fleet.ownerOf(port).orElse("another program");
          taken.add(Finding.optional(Integer.toString(port), "wanted by " + service.id() + ", taken by " + owner, "./mesh up --port " + (basePort + 1000)));
        }
      }
    }
    if (!running.isEmpty()) taken.addFirst(Finding.good("running", String.join(", ", running) + "; ./mesh status tells more"));
    if (taken.isEmpty()) taken.add(Finding.good(basePort + " to " + (MeshService.VERIFIER.port(basePort) + 1), "free for ./mesh up"));
    return taken;
  }

  private static boolean isTaken(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private List<Finding> tests() {
    var findings = new ArrayList<Finding>();
    Path shared = context.root().resolveSibling("shared");
    findings.add(Files.isDirectory(shared) ? Finding.good("reference data", shared.toString())
        : Finding.optional("reference data", "no ../shared; tests over other people's images are skipped", ""));
    findings.add(tool("exiftool", "exiftool", "libimage-exiftool-perl", "./mesh bench metadata has nobody to compare with"));
    findings.add(tool("Chromium", "chromium", "chromium", "the report page is not driven in a browser"));
    findings.add(tool("shellcheck", "shellcheck", "shellcheck", "shell scripts are only parsed"));
    return findings;
  }

  private Finding tool(String name, String program, String debianPackage, String without) {
    return onPath(program).map(path -> Finding.good(name, path.toString()))
        .orElse(Finding.optional(name, "not found; " + without, "apt-get install " + debianPackage));
  }

  private Optional<Path> onPath(String program) {
    String path = context.environment().getOrDefault("PATH", "");
    for (String folder : path.split(File.pathSeparator)) {
      Path candidate = Path.of(folder, program);
      if (!folder.isBlank() && Files.isExecutable(candidate) && !Files.isDirectory(candidate)) return Optional.of(candidate);
    }
    return Optional.empty();
  }

  private static String size(Path file) {
    try {
      return (Files.size(file) >> 20) + " MiB";
    } catch (IOException e) {
      return "there";
    }
  }
}
