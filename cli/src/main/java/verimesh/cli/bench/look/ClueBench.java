package verimesh.cli.bench.look;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.config.Settings;
import verimesh.chassis.inference.check.FormulaWeights;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.safetensors.DType;
import verimesh.chassis.inference.safetensors.SafetensorsWriter;
import verimesh.chassis.inference.store.Importer;
import verimesh.chassis.inference.store.ModelStore;
import verimesh.chassis.inference.torch.TorchLibrary;
import verimesh.chassis.inference.torch.TorchRuntime;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.bench.Machine;
import verimesh.cli.term.Ink;
import verimesh.common.v1.Image;
import verimesh.embedding.EmbeddingConfig;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.EmbedTextsRequest;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceBlockingStub;
import verimesh.embedding.v1.ModelRole;
import verimesh.verifier.VerifierConfig;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.clue.ClueIndex;
import verimesh.verifier.v1.RetrieveCluesRequest;
import verimesh.verifier.v1.RetrievedClue;
import verimesh.verifier.v1.VerifierServiceGrpc;

/// `./mesh bench clues`: are the right clues found, and how fast?
@Command(
    name = "clues",
    description = {
      "Holds clue retrieval through embedding-svc and verifier-svc against every dot product, with a CLIP of formula weights, and",
      "times it with 10,000 clues. Exit code 1 if a ranking differs or the median takes 2 ms or more."
    },
    footer = {"", "  ./mesh bench clues", "  ./mesh bench clues --clues 10000 --dimension 768"})
public final class ClueBench implements Callable<Integer> {
  private static final int LIMIT = 8;
  private static final int PER_CATEGORY = (LIMIT + 2) / 3;
  private static final double GOAL_MS = 2;
  /// Cosines nearer than this are equal to single precision, so their order says nothing.
  private static final double SAME = 2e-6;

  private final Context context;

  @Option(names = "--reference", paramLabel = "FILE", description = "The CLIP to build (default: the tiny one of the tests).")
  private Path reference;

  @Option(names = "--clues", paramLabel = "N", description = "Clues to time (default: 10000).")
  private int count = 10_000;

  @Option(names = "--dimension", split = ",", paramLabel = "N,...", description = "Of their vectors (default: 512,768, as CLIP B/32 and L/14).")
  private List<Integer> dimensions = List.of(512, 768);

  public ClueBench(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    line("machine   %s", Machine.here(context.root()));
    boolean ok = ranking();
    for (int dimension : dimensions) ok &= timed(dimension);
    return ok ? Exit.OK : Exit.SOME_FAILED;
  }

  // The ranking

  private boolean ranking() throws Exception {
    Path scratch = Files.createTempDirectory("mesh-clues-");
    try (var resources = new Resources()) {
      EmbeddingServiceBlockingStub clip = serveClip(scratch, resources);
      var verifier = VerifierServiceGrpc.newBlockingStub(serve("verifier", verimesh.verifier.Main.wire(
          VerifierConfig.from(Settings.of(Map.of("VERIMESH_VERIFIER_CLUE_COSINE_FLOOR", "-1"), "VERIFIER")), Optional.of(clip.getChannel()), resources,
          Telemetry.unscraped("verifier-svc")), resources));
      List<Clue> clues = ClueBase.ours().clues();
      List<double[]> texts = new ArrayList<>();
      for (Clue clue : clues) texts.add(doubles(clip.embedTexts(EmbedTextsRequest.newBuilder().addTexts(clue.english().text()).build()).getEmbeddings(0)));
      int pictures = 0;
      int equal = 0;
      double worst = 0;
      for (Path file : examples()) {
        Embedding seen = clip.embedImages(EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_CLIP)
            .addImages(Image.newBuilder().setEncoded(ByteString.copyFrom(Files.readAllBytes(file)))).build()).getEmbeddings(0);
        List<RetrievedClue> found = verifier.retrieveClues(RetrieveCluesRequest.newBuilder()
            .addAllClipVector(seen.getValuesList()).setEmbeddingSpace(seen.getModel().getEmbeddingSpace()).setLimit(LIMIT).build()).getCluesList();
        double[] picture = doubles(seen);
        Map<String, Double> cosines = new HashMap<>();
        for (int i = 0; i < clues.size(); i++) cosines.put(clues.get(i).id(), dot(picture, texts.get(i)));
        List<String> expected = bruteForce(clues, cosines);
        boolean same = found.size() == expected.size();
        for (int i = 0; same && i < found.size(); i++) {
          worst = Math.max(worst, Math.abs(found.get(i).getCosine() - cosines.get(found.get(i).getClue().getClueId())));
          same = Math.abs(cosines.get(found.get(i).getClue().getClueId()) - cosines.get(expected.get(i))) < SAME;
        }
        pictures++;
        if (same) equal++;
      }
      return check(equal == pictures && pictures > 0, String.format(Locale.ROOT,
          "ranking of %d clues equals brute force in double precision for %d of %d pictures; cosines differ by %.1e at most", clues.size(), equal, pictures, worst));
    } finally {
      delete(scratch);
    }
  }

  private static List<String> bruteForce(List<Clue> clues, Map<String, Double> cosines) {
    Map<String, Integer> taken = new HashMap<>();
    return clues.stream().sorted(Comparator.comparingDouble((Clue clue) -> -cosines.get(clue.id())))
        .filter(clue -> taken.merge(clue.category(), 1, Integer::sum) <= PER_CATEGORY).limit(LIMIT).map(Clue::id).toList();
  }

  private List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(context.root().resolve("examples"))) {
      return files.filter(file -> !file.toString().endsWith(".md")).sorted().toList();
    }
  }

  private EmbeddingServiceBlockingStub serveClip(Path scratch, Resources resources) throws Exception {
    Settings usual = Settings.of(context.environment(), "EMBEDDING");
    Path library = EmbeddingConfig.from(usual).libtorch();
    TorchRuntime torch;
    try {
      torch = TorchRuntime.start(new TorchLibrary(library), 1);
      torch.prepareThread();
    } catch (IOException e) {
      throw new CannotStart(e.getMessage());
    }
    var store = new ModelStore(scratch.resolve("models"));
    new Importer(store, torch, _ -> {}).importFolder(checkpoint(scratch), "bench/clip", List.of(Variant.CPU_PACKED_F32));
    Settings settings = Settings.of(
        Map.of(
            "VERIMESH_EMBEDDING_MODELS_DIR", store.folder().toString(), "VERIMESH_EMBEDDING_LIBTORCH", library.toString(),
            "VERIMESH_EMBEDDING_CLIP", "bench/clip", "VERIMESH_EMBEDDING_DTYPE", "float32", "VERIMESH_EMBEDDING_DEVICE", "cpu"),
        "EMBEDDING");
    Service service = verimesh.embedding.Main.wire(EmbeddingConfig.from(settings), resources, resources.add(Telemetry.unscraped("embedding-svc")));
    var stub = EmbeddingServiceGrpc.newBlockingStub(serve("embedding", service, resources));
    while (!service.dependencies().get("models").getAsBoolean()) TimeUnit.MILLISECONDS.sleep(20);
    return stub;
  }

  private static ManagedChannel serve(String name, Service service, Resources resources) throws IOException {
    String address = "clue-bench-" + name + "-" + System.nanoTime();
    resources.add(RpcServer.inProcess(address, service, Telemetry.unscraped(name)));
    ManagedChannel channel = Channels.inProcess(address);
    resources.add(channel::shutdownNow);
    return channel;
  }

  private Path checkpoint(Path scratch) throws IOException {
    Path golden = context.root().resolve("chassis/src/test/resources/golden");
    Path file = reference == null ? golden.resolve("models/clip-tiny.json") : reference;
    JsonNode model = new ObjectMapper().readTree(file.toFile());
    Path folder = Files.createDirectories(scratch.resolve("checkpoint"));
    Files.writeString(folder.resolve("config.json"), model.path("config").toString());
    if (model.path("preprocessor").isObject()) Files.writeString(folder.resolve("preprocessor_config.json"), model.path("preprocessor").toString());
    Files.copy(golden.resolve("clip_tokenizer.json"), folder.resolve("tokenizer.json"));
    List<SafetensorsWriter.Entry> entries = new ArrayList<>();
    for (JsonNode tensor : model.path("tensors")) {
      long[] shape = new ObjectMapper().convertValue(tensor.path("shape"), long[].class);
      String name = tensor.path("name").asText();
      entries.add(new SafetensorsWriter.Entry(name, DType.valueOf(tensor.path("dtype").asText()), shape, FormulaWeights.of(name, shape)));
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), entries);
    line("clip      %s, formula weights", file.getFileName());
    return folder;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
    }
  }

  // The time

  private boolean timed(int dimension) {
    var random = new SplittableRandom(dimension);
    var words = new Clue.Words("text", "look", "natural");
    List<Clue> clues = new ArrayList<>();
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String category = "c" + (char) ('a' + i % 17);
      clues.add(new Clue(category + ".n" + i, category, words, words));
      vectors.add(unit(random, dimension));
    }
    var index = new ClueIndex("bench", clues, vectors, vectors);
    var times = new Histogram(TimeUnit.SECONDS.toNanos(10), 3);
    for (int round = 0; round < 3_000; round++) {
      float[] picture = unit(random, dimension);
      long begun = System.nanoTime();
      int found = index.nearest(picture, LIMIT, -1).size();
      long took = System.nanoTime() - begun;
      if (found != LIMIT) throw new IllegalStateException(found + " clues");
      if (round >= 1_000) times.recordValue(took); // the first thousand warm up
    }
    double p50 = times.getValueAtPercentile(50) / 1e6;
    return check(p50 < GOAL_MS, String.format(Locale.ROOT, "%d clues of %d numbers, one thread: p50 %.3f ms, p99 %.3f ms, goal below %.0f ms",
        count, dimension, p50, times.getValueAtPercentile(99) / 1e6, GOAL_MS));
  }

  private static float[] unit(SplittableRandom random, int dimension) {
    float[] v = new float[dimension];
    double squares = 0;
    for (int i = 0; i < dimension; i++) {
      v[i] = (float) (random.nextDouble() * 2 - 1);
      squares += v[i] * v[i];
    }
    for (int i = 0; i < dimension; i++) v[i] /= (float) Math.sqrt(squares);
    return v;
  }

  private static double[] doubles(Embedding embedding) {
    return embedding.getValuesList().stream().mapToDouble(Float::doubleValue).toArray();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }

  private boolean check(boolean ok, String sentence) {
    line("%s %s", context.console().ink(ok ? Ink.GOOD : Ink.BAD, ok ? "ok     " : "FAILED "), sentence);
    return ok;
  }

  private void line(String format, Object... args) {
    context.console().line(String.format(Locale.ROOT, format, args));
  }
}
