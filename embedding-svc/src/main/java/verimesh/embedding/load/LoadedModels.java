package verimesh.embedding.load;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.serve.Batcher;
import verimesh.chassis.inference.store.ModelStore;
import verimesh.chassis.inference.store.StoredModel;
import verimesh.chassis.inference.text.Tokenizer;
import verimesh.chassis.inference.torch.TorchLibrary;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.inference.torch.TorchRuntime;
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
import verimesh.embedding.objects.ObjectFinder;

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
  private ObjectFinder objects;

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
      if (!config.objects().isEmpty()) models.addObjects(config.objects());
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
  public Optional<ObjectFinder> objects() {
    return Optional.ofNullable(objects);
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
    if (!stored.description().embedsImages()) {
      throw new CheckpointException(name + " gives no picture vectors, so it cannot be " + role + "; its outputs are " + stored.description().imageOutputs());
    }
    LoadedModel loaded = load(stored);
    ModelCard card = card(role, loaded, loaded.stored().embeddingSpace("image_embeds"), stored.description().dimension(), List.of(), false);
    vision.put(role, new VisionModel(card, batcher.lane(role.name().toLowerCase(Locale.ROOT) + "_image", pixelWork(loaded, "image_vector", true))));
    cards.add(card);
    addExplainer(role, stored);
    if (role == Role.CLIP && stored.description().embedsTexts() && Files.isRegularFile(stored.tokenizer())) addTexts(loaded, card);
  }

  private PixelWork pixelWork(LoadedModel loaded, String method, boolean unit) {
    return new PixelWork(loaded, method, unit, config.limits().batchMax(), buffers);
  }

  private void addObjects(String name) throws IOException {
    StoredModel stored = store.get(name);
    if (!stored.description().findsObjects()) {
      throw new CheckpointException(name + " is no object detector; one is registered by ./mesh models trust FILE --objects");
    }
    LoadedModel loaded = load(stored);
    ModelCard card = card(Role.OBJECTS, loaded, stored.embeddingSpace("objects"), 0, stored.description().labels(), false);
    objects = new ObjectFinder(card, batcher.lane("objects", new ObjectWork(loaded)));
    cards.add(card);
  }

  private void addExplainer(Role role, StoredModel stored) {
    if (stored.trusted()) return; // nobody knows what it can be asked for
    Explainer explainer = new Explainer(runtime, stored);
    opened.add(explainer);
    explainers.put(role, explainer);
  }

  private void addTexts(LoadedModel loaded, ModelCard card) throws IOException {
    var description = loaded.stored().description();
    Tokenizer tokenizer = Tokenizer.open(loaded.stored().tokenizer(), config.libtorch(), description.textContext());
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
    LoadedModel loaded = load(stored);
    ModelCard card = card(Role.DETECTOR, loaded, stored.embeddingSpace("logits"), 0, stored.description().labels(), false);
    var lane = batcher.lane("detector", pixelWork(loaded, "classify", false));
    detector = new Detector(card, new VisionModel(card, lane), labels, logits -> logits);
    cards.add(card);
    addExplainer(Role.DETECTOR, stored);
  }

  private LoadedModel load(StoredModel stored) throws IOException {
    Variant variant = variant(stored);
    Path archive = stored.archive(variant).orElseThrow();
    Map<String, TorchModel> byDevice = new HashMap<>();
    for (String device : devices) {
      if (byDevice.containsKey(device)) continue; // workers of one device share its weights
      TorchModel model = TorchModel.load(runtime, archive, device);
      opened.add(model);
      byDevice.put(device, model);
    }
    log.atInfo().setMessage("model loaded").addKeyValue("name", stored.name()).addKeyValue("variant", variant.spelling()).addKeyValue("devices", byDevice.keySet()).log();
    return new LoadedModel(stored, variant, devices, devices.stream().map(byDevice::get).toList());
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

  private ModelCard card(Role role, LoadedModel loaded, String space, int dimension, List<String> labels, boolean calibrated) {
    String archiveId = space + "/" + loaded.stored().archives().get(loaded.variant()) + "/" + loaded.variant().dtypeName() + "/libtorch-" + TorchLibrary.VERSION;
    return new ModelCard(
        role, loaded.stored().name(), space, archiveId, loaded.stored().input(), dimension, loaded.devices().stream().distinct().sorted().toList(),
        loaded.variant().dtypeName(), labels, calibrated);
  }
}
