package verimesh.embedding.load;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.serve.Batcher;
import verimesh.chassis.inference.serve.Lane;
import verimesh.chassis.inference.serve.OutOfMemory;
import verimesh.chassis.inference.store.Importer;
import verimesh.chassis.inference.store.ModelStore;
import verimesh.chassis.inference.store.StoredModel;
import verimesh.chassis.inference.store.TestPicture;
import verimesh.chassis.inference.text.Tokenizer;
import verimesh.chassis.inference.torch.DeviceMemoryException;
import verimesh.chassis.inference.torch.EndingException;
import verimesh.chassis.inference.torch.FloatTensor;
import verimesh.chassis.inference.torch.TensorInput;
import verimesh.chassis.inference.torch.TorchLibrary;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.inference.torch.TorchRuntime;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.embedding.EmbeddingConfig;
import verimesh.embedding.detect.AiLabels;
import verimesh.embedding.detect.Detector;
import verimesh.embedding.detect.Head;
import verimesh.embedding.explain.Explainer;
import verimesh.embedding.model.ModelCard;
import verimesh.embedding.model.Role;
import verimesh.embedding.model.TextModel;
import verimesh.embedding.model.VisionModel;

/// The configured models in memory, with the workers that run them.
///
/// Closing finishes what was accepted, then releases native memory; if a forward pass does not end, the memory is kept,
/// since libtorch crashes when it is taken away under a running call.
public final class LoadedModels implements Models, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LoadedModels.class);

  private final EmbeddingConfig config;
  private final TorchRuntime runtime;
  private final ModelStore store;
  private final List<String> devices; // by worker
  private final Batcher batcher;
  private final Arena buffers = Arena.ofShared();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Map<Role, VisionModel> vision = new EnumMap<>(Role.class);
  private final Map<Role, Explainer> explainers = new EnumMap<>(Role.class);
  private final List<ModelCard> cards = new ArrayList<>();
  private TextModel texts;
  private Detector detector;

  private LoadedModels(EmbeddingConfig config, TorchRuntime runtime, Telemetry telemetry) {
    this.config = config;
    this.runtime = runtime;
    this.store = new ModelStore(config.modelsDir());
    this.devices = workers(config, runtime);
    this.batcher = new Batcher(config.limits(), devices.size(), System::nanoTime, telemetry.meters());
  }

  /// Loads every configured model and starts the workers; they prove their numbers before the first call.
  public static LoadedModels load(EmbeddingConfig config, Telemetry telemetry) throws IOException {
    TorchRuntime runtime = TorchRuntime.start(new TorchLibrary(config.libtorch()), config.threads());
    LoadedModels models = new LoadedModels(config, runtime, telemetry);
    try {
      if (!config.clip().isEmpty()) models.addVision(Role.CLIP, config.clip());
      if (!config.dinov2().isEmpty()) models.addVision(Role.DINOV2, config.dinov2());
      if (!config.detector().isEmpty()) models.addDetector();
      models.batcher.start(runtime::prepareThread);
      return models;
    } catch (IOException | RuntimeException e) {
      models.close();
      throw e;
    }
  }

  /// Blocks until every worker has proved its numbers or failed to.
  public void awaitReady() throws InterruptedException {
    batcher.awaitReady();
  }

  @Override
  public List<ModelCard> cards() {
    return List.copyOf(cards);
  }

  @Override
  public Optional<VisionModel> vision(Role role) {
    return Optional.ofNullable(vision.get(role));
  }

  @Override
  public Optional<TextModel> texts() {
    return Optional.ofNullable(texts);
  }

  @Override
  public Optional<Detector> detector() {
    return Optional.ofNullable(detector);
  }

  @Override
  public Optional<Explainer> explainer(Role role) {
    return Optional.ofNullable(explainers.get(role));
  }

  @Override
  public boolean isReady() {
    return batcher.isReady();
  }

  @Override
  public void close() {
    batcher.close();
    if (batcher.isStillRunning()) return;
    for (AutoCloseable resource : opened.reversed()) {
      try {
        resource.close();
      } catch (Exception e) {
        log.atWarn().setMessage("could not close a model").setCause(e).log();
      }
    }
    buffers.close();
  }

  /// One entry a worker: its device.
  private static List<String> workers(EmbeddingConfig config, TorchRuntime runtime) {
    int gpus = config.device().equals("cpu") ? 0 : runtime.gpus();
    if (config.device().startsWith("cuda:")) return List.of(config.device());
    if (gpus > 0) return IntStream.range(0, gpus).mapToObj(i -> "cuda:" + i).toList();
    int workers = config.workers() > 0 ? config.workers() : Math.max(1, Runtime.getRuntime().availableProcessors() / config.threads());
    return IntStream.range(0, workers).mapToObj(_ -> "cpu").toList();
  }

  private void addVision(Role role, String name) throws IOException {
    StoredModel stored = store.get(name);
    if (!stored.description().embedsImages()) throw new CheckpointException(name + " gives no picture vectors, so it cannot be " + role + "; its outputs are " + stored.description().imageOutputs());
    Loaded loaded = load(stored);
    ModelCard card = card(role, loaded, loaded.stored.embeddingSpace("image_embeds"), stored.description().dimension(), List.of(), false);
    float[] expected = loaded.stored.reference().image();
    vision.put(role, new VisionModel(card, batcher.lane(role.name().toLowerCase(java.util.Locale.ROOT) + "_image", new PixelWork(loaded, "image_vector", expected, true))));
    cards.add(card);
    addExplainer(role, stored);
    if (role == Role.CLIP && stored.description().embedsTexts() && Files.isRegularFile(stored.tokenizer())) addTexts(loaded, card);
  }

  private void addExplainer(Role role, StoredModel stored) {
    if (stored.trusted()) return; // nobody knows what it can be asked for
    Explainer explainer = new Explainer(runtime, stored);
    opened.add(explainer);
    explainers.put(role, explainer);
  }

  private void addTexts(Loaded loaded, ModelCard card) throws IOException {
    var description = loaded.stored.description();
    Tokenizer tokenizer = Tokenizer.open(loaded.stored.tokenizer(), config.libtorch(), description.textContext());
    opened.add(tokenizer);
    texts = new TextModel(
        card, tokenizer, batcher.lane("clip_text", new TextWork(loaded)), description.textContext(), description.padsText(), description.padToken());
  }

  private void addDetector() throws IOException {
    if (config.detector().endsWith(".safetensors")) {
      Head head = Head.read(Path.of(config.detector()), config.aiLabels());
      VisionModel base = vision.get(head.on());
      if (base == null) throw new CheckpointException("The head " + config.detector() + " sits on " + head.on() + ", and no model is configured for that role");
      if (base.card().dimension() != head.inputs()) {
        throw new CheckpointException("The head " + config.detector() + " takes " + head.inputs() + " numbers; " + base.card().name() + " gives " + base.card().dimension());
      }
      ModelCard on = base.card();
      ModelCard card = new ModelCard(
          Role.DETECTOR, Path.of(config.detector()).getFileName().toString(), on.embeddingSpace() + "/head/" + head.digest(), on.archiveId() + "/head/" + head.digest(),
          on.input(), 0, on.devices(), on.dtype(), head.labels().names(), head.calibrated());
      detector = new Detector(card, base, head.labels(), head::logits);
      cards.add(card);
      return;
    }
    StoredModel stored = store.get(config.detector());
    if (!stored.description().classifies()) throw new CheckpointException(config.detector() + " is no classifier, so it cannot be the detector");
    AiLabels labels = AiLabels.of(stored.description().labels(), config.aiLabels());
    Loaded loaded = load(stored);
    ModelCard card = card(Role.DETECTOR, loaded, stored.embeddingSpace("logits"), 0, stored.description().labels(), false);
    var lane = batcher.lane("detector", new PixelWork(loaded, "classify", stored.reference().image(), false));
    detector = new Detector(card, new VisionModel(card, lane), labels, logits -> logits);
    cards.add(card);
    addExplainer(Role.DETECTOR, stored);
  }

  private record Loaded(StoredModel stored, Variant variant, Map<String, TorchModel> byDevice) {}

  private Loaded load(StoredModel stored) throws IOException {
    Variant variant = variant(stored);
    Path archive = stored.archive(variant).orElseThrow();
    Map<String, TorchModel> byDevice = new java.util.HashMap<>();
    for (String device : devices) {
      if (byDevice.containsKey(device)) continue; // workers of one device share its weights
      TorchModel model = TorchModel.load(runtime, archive, device);
      opened.add(model);
      byDevice.put(device, model);
    }
    log.atInfo().setMessage("model loaded").addKeyValue("name", stored.name()).addKeyValue("variant", variant.spelling()).addKeyValue("devices", byDevice.keySet()).log();
    return new Loaded(stored, variant, byDevice);
  }

  /// The archive that fits device and setting; packed ones before plain ones on a CPU.
  private Variant variant(StoredModel stored) throws CheckpointException {
    boolean gpu = devices.getFirst().startsWith("cuda");
    List<Variant> wanted = switch (config.dtype()) {
      case FLOAT32 -> gpu ? List.of(Variant.PLAIN_F32) : List.of(Variant.CPU_PACKED_F32, Variant.PLAIN_F32);
      case BFLOAT16 -> gpu ? List.of(Variant.PLAIN_BF16) : List.of(Variant.CPU_PACKED_BF16, Variant.PLAIN_BF16);
      case FLOAT16 -> List.of(Variant.PLAIN_F16);
      case AUTO -> gpu
          ? List.of(Variant.PLAIN_BF16, Variant.PLAIN_F16, Variant.PLAIN_F32)
          : Processor.multipliesBFloat16()
              ? List.of(Variant.CPU_PACKED_BF16, Variant.CPU_PACKED_F32, Variant.PLAIN_F32)
              : List.of(Variant.CPU_PACKED_F32, Variant.PLAIN_F32, Variant.CPU_PACKED_BF16);
    };
    for (Variant variant : wanted) if (stored.archives().containsKey(variant)) return variant;
    throw new CheckpointException(
        stored.name() + " was imported as " + stored.archives().keySet().stream().map(Variant::spelling).toList() + "; this device needs one of "
            + wanted.stream().map(Variant::spelling).toList() + ". Import it again with --variant.");
  }

  private ModelCard card(Role role, Loaded loaded, String space, int dimension, List<String> labels, boolean calibrated) {
    String archiveId = space + "/" + loaded.stored.archives().get(loaded.variant) + "/" + loaded.variant.dtypeName() + "/libtorch-" + TorchLibrary.VERSION;
    return new ModelCard(
        role, loaded.stored.name(), space, archiveId, loaded.stored.input(), dimension, loaded.byDevice.keySet().stream().sorted().toList(),
        loaded.variant.dtypeName(), labels, calibrated);
  }

  /// Batches of pixels through one method. Each worker has one buffer, filled before every call.
  private final class PixelWork implements Lane.Work<ByteBuffer, float[]> {
    private final Loaded loaded;
    private final String method;
    private final float[] expected;
    private final boolean unit;
    private final int size;
    private final ByteBuffer[] buffer;

    PixelWork(Loaded loaded, String method, float[] expected, boolean unit) {
      this.loaded = loaded;
      this.method = method;
      this.expected = expected;
      this.unit = unit;
      this.size = loaded.stored.input().size();
      this.buffer = new ByteBuffer[devices.size()];
      for (int w = 0; w < buffer.length; w++) {
        buffer[w] = buffers.allocate((long) config.limits().batchMax() * size * size * 3, 64).asByteBuffer();
      }
    }

    @Override
    public List<float[]> run(int worker, List<ByteBuffer> items) {
      // An archive made elsewhere takes normalised floats; ours take the samples as they are.
      if (loaded.stored.trusted()) return rows(worker, loaded, "forward", Importer.normalised(items, loaded.stored.input()));
      ByteBuffer all = buffer[worker].clear();
      for (ByteBuffer item : items) all.put(item.duplicate());
      return rows(worker, loaded, method, new TensorInput.Bytes(all.flip(), items.size(), size, size, 3));
    }

    @Override
    public boolean selfTest(int worker) {
      float[] actual = run(worker, List.of(TestPicture.pixels(size))).getFirst();
      return Importer.distance(unit ? VisionModel.unit(actual) : actual, expected) <= Importer.distanceMax(loaded.variant);
    }
  }

  private final class TextWork implements Lane.Work<long[], float[]> {
    private final Loaded loaded;

    TextWork(Loaded loaded) {
      this.loaded = loaded;
    }

    @Override
    public List<float[]> run(int worker, List<long[]> items) {
      int length = items.getFirst().length;
      long[] ids = new long[items.size() * length];
      for (int i = 0; i < items.size(); i++) System.arraycopy(items.get(i), 0, ids, i * length, length);
      return rows(worker, loaded, "embed_text", new TensorInput.Longs(ids, items.size(), length));
    }

    @Override
    public boolean selfTest(int worker) {
      float[] actual = run(worker, List.of(TestPicture.ids(loaded.stored.description()))).getFirst();
      return Importer.distance(actual, loaded.stored.reference().text()) <= Importer.distanceMax(loaded.variant);
    }
  }

  private List<float[]> rows(int worker, Loaded loaded, String method, TensorInput input) {
    try {
      FloatTensor result = loaded.byDevice.get(devices.get(worker)).run(method, input).getFirst();
      return IntStream.range(0, Math.toIntExact(result.shape()[0])).mapToObj(result::row).toList();
    } catch (DeviceMemoryException e) {
      throw new OutOfMemory(e);
    } catch (EndingException e) {
      throw new ProblemException(new Problem.Unavailable("SHUTTING_DOWN", "This replica is shutting down; ask another one.", Duration.ofMillis(100)));
    }
  }
}
