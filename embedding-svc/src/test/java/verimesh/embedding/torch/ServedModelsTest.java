package verimesh.embedding.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import verimesh.chassis.Resources;
import verimesh.chassis.config.Settings;
import verimesh.chassis.inference.check.FormulaWeights;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.safetensors.DType;
import verimesh.chassis.inference.safetensors.SafetensorsWriter;
import verimesh.chassis.inference.store.Importer;
import verimesh.chassis.inference.store.ModelStore;
import verimesh.chassis.inference.store.StoredModel;
import verimesh.chassis.inference.store.TestPicture;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.common.v1.Image;
import verimesh.common.v1.Tensor;
import verimesh.embedding.EmbeddingConfig;
import verimesh.embedding.Main;
import verimesh.embedding.v1.DetectRequest;
import verimesh.embedding.v1.Detection;
import verimesh.embedding.v1.EmbedAndDetectRequest;
import verimesh.embedding.v1.EmbedAndDetectResponse;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.EmbedTextsRequest;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceBlockingStub;
import verimesh.embedding.v1.ExplainMethod;
import verimesh.embedding.v1.ExplainRequest;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.embedding.v1.ModelInfo;
import verimesh.embedding.v1.ModelRole;
import verimesh.embedding.v1.Views;

/// The service with tiny models of formula weights, over in-process gRPC.
@Tag("torch")
class ServedModelsTest {
  @TempDir static Path folder;
  private static final Resources resources = new Resources();
  private static EmbeddingServiceBlockingStub stub;
  private static ModelStore store;
  private static Map<ModelRole, ModelInfo> infos;

  @BeforeAll
  static void serve() throws Exception {
    store = new ModelStore(folder.resolve("models"));
    Importer importer = new Importer(store, TestTorch.runtime(), _ -> {});
    importer.importFolder(checkpoint("clip-tiny"), "tiny/clip", List.of(Variant.CPU_PACKED_F32, Variant.CPU_PACKED_BF16, Variant.PLAIN_F32));
    importer.importFolder(checkpoint("dinov2-tiny"), "tiny/dinov2", List.of(Variant.CPU_PACKED_F32));
    importer.importFolder(checkpoint("siglip-classifier-tiny"), "tiny/detector", List.of(Variant.CPU_PACKED_F32, Variant.PLAIN_F32));
    EmbeddingConfig config = EmbeddingConfig.from(Settings.of(
        Map.of(
            "VERIMESH_EMBEDDING_MODELS_DIR", store.folder().toString(), "VERIMESH_EMBEDDING_LIBTORCH", TestTorch.library().cache().toString(),
            "VERIMESH_EMBEDDING_CLIP", "tiny/clip", "VERIMESH_EMBEDDING_DINOV2", "tiny/dinov2", "VERIMESH_EMBEDDING_DETECTOR", "tiny/detector",
            "VERIMESH_EMBEDDING_DTYPE", "float32", "VERIMESH_EMBEDDING_DEVICE", "cpu", "VERIMESH_EMBEDDING_WORKERS", "2"),
        "EMBEDDING"));
    Telemetry telemetry = resources.add(Telemetry.unscraped("embedding-svc"));
    var service = Main.wire(config, resources, telemetry);
    resources.add(RpcServer.inProcess("served-models", service, telemetry));
    ManagedChannel channel = Channels.inProcess("served-models");
    resources.add(() -> channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
    stub = EmbeddingServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    while (!service.dependencies().get("models").getAsBoolean()) Thread.onSpinWait(); // the first self-test takes less than a second
    infos = new HashMap<>();
    stub.listModels(ListModelsRequest.getDefaultInstance()).getModelsList().forEach(info -> infos.put(info.getRole(), info));
  }

  @AfterAll
  static void close() {
    resources.close();
  }

  @Test
  void everyRoleTellsHowItsTensorsAreCut() {
    assertThat(infos.keySet()).containsExactlyInAnyOrder(ModelRole.MODEL_ROLE_CLIP, ModelRole.MODEL_ROLE_DINOV2, ModelRole.MODEL_ROLE_DETECTOR);
    assertThat(infos.get(ModelRole.MODEL_ROLE_DINOV2).getInputSpec().getResize()).isEqualTo(256);
    assertThat(infos.get(ModelRole.MODEL_ROLE_DETECTOR).getLabelsList()).containsExactly("ai", "hum");
  }

  @Test
  void theTestPictureGetsTheVectorThatTheImportKept() throws IOException {
    for (ModelRole role : List.of(ModelRole.MODEL_ROLE_CLIP, ModelRole.MODEL_ROLE_DINOV2)) {
      Embedding embedding = stub.embedImages(EmbedImagesRequest.newBuilder().setRole(role).addImages(testTensor(role, 1)).build()).getEmbeddings(0);
      StoredModel stored = store.get(role == ModelRole.MODEL_ROLE_CLIP ? "tiny/clip" : "tiny/dinov2");
      assertThat(Importer.distance(floats(embedding), stored.reference().image())).isLessThan(1e-4);
    }
  }

  @Test
  void manyPicturesInOneTensorGetTheirVectorsInOrder() {
    var one = stub.embedImages(EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_CLIP).addImages(testTensor(ModelRole.MODEL_ROLE_CLIP, 1)).build());
    var many = stub.embedImages(EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_CLIP).addImages(testTensor(ModelRole.MODEL_ROLE_CLIP, 3)).build());
    assertThat(many.getEmbeddingsCount()).isEqualTo(3);
    assertThat(Importer.distance(floats(many.getEmbeddings(0)), floats(one.getEmbeddings(0)))).isLessThan(1e-4);
    assertThat(Importer.distance(floats(many.getEmbeddings(2)), floats(one.getEmbeddings(0)))).isGreaterThan(1e-3); // another picture
  }

  @Test
  void aFileAndTheTensorCutFromItGetTheSameVector() throws IOException {
    byte[] photo = resource("photo.jpg");
    var file = stub.embedImages(EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_DINOV2).addImages(Image.newBuilder().setEncoded(ByteString.copyFrom(photo))).build());
    var decoded = (verimesh.chassis.images.decode.Decoded.Picture)
        verimesh.chassis.images.decode.Decoder.plain(verimesh.chassis.images.decode.DecodeLimits.DEFAULT).decode(photo);
    var spec = verimesh.chassis.images.InputSpec.from(infos.get(ModelRole.MODEL_ROLE_DINOV2).getInputSpec());
    var tensor = verimesh.chassis.images.cut.TensorCutter.cut(decoded.stored(), List.of(spec)).getFirst().toProto();
    var cut = stub.embedImages(EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_DINOV2).addImages(Image.newBuilder().setTensor(tensor)).build());
    assertThat(Importer.distance(floats(file.getEmbeddings(0)), floats(cut.getEmbeddings(0)))).isLessThan(1e-3);
  }

  @Test
  void textsOfAllLengthsGetUnitVectorsAndLongOnesAreSaidToBeCut() {
    var response = stub.embedTexts(EmbedTextsRequest.newBuilder().addTexts("a cat").addTexts("a photo of a cat on a sofa in the evening sun").addTexts("a ".repeat(200)).addTexts("a cat").build());
    assertThat(response.getTruncatedList()).containsExactly(2);
    assertThat(floats(response.getEmbeddings(0))).containsExactly(floats(response.getEmbeddings(3)));
    for (Embedding e : response.getEmbeddingsList()) {
      double squares = 0;
      for (float v : e.getValuesList()) squares += v * v;
      assertThat(squares).isBetween(0.9999, 1.0001);
    }
  }

  @Test
  void detectionSumsToOneAndViewsTellTheirSpread() throws IOException {
    Image photo = Image.newBuilder().setEncoded(ByteString.copyFrom(resource("photo.jpg"))).build();
    Detection plain = stub.detect(DetectRequest.newBuilder().setImage(photo).build()).getDetection();
    assertThat(plain.getProbabilitiesMap().values().stream().mapToDouble(d -> d).sum()).isBetween(0.999999, 1.000001);
    assertThat(plain.getProbabilityAi().getValue()).isEqualTo(plain.getProbabilitiesOrThrow("ai"));
    assertThat(plain.hasSpread()).isFalse();
    Detection views = stub.detect(DetectRequest.newBuilder().setImage(photo).setViews(Views.newBuilder().setEnabled(true)).build()).getDetection();
    assertThat(views.getSpread()).isBetween(1e-9, 0.5);
  }

  @Test
  void onePassAnswersEveryRoleAndNamesWhatIsMissing() throws IOException {
    Image photo = Image.newBuilder().setEncoded(ByteString.copyFrom(resource("photo.jpg"))).build();
    EmbedAndDetectResponse all = stub.embedAndDetect(EmbedAndDetectRequest.newBuilder().addImages(photo).build());
    assertThat(all.hasClip() && all.hasDinov2() && all.hasDetection()).isTrue();
    assertThat(all.getMissingMap()).isEmpty();
    EmbedAndDetectResponse some = stub.embedAndDetect(EmbedAndDetectRequest.newBuilder().addImages(testTensor(ModelRole.MODEL_ROLE_CLIP, 1))
        .addRoles(ModelRole.MODEL_ROLE_CLIP).addRoles(ModelRole.MODEL_ROLE_DINOV2).addRoles(ModelRole.MODEL_ROLE_OBJECTS).build());
    assertThat(some.hasClip()).isTrue();
    assertThat(some.getMissingMap()).isEqualTo(Map.of("dinov2", "INPUT_SPEC_MISMATCH", "objects", "NO_MODEL"));
  }

  @Test
  void whatIsWrongIsRefusedByName() {
    assertRefused(Image.newBuilder().setEncoded(ByteString.copyFromUtf8("no picture")).build(), "NOT_AN_IMAGE");
    assertRefused(Image.getDefaultInstance(), "FIELD_INVALID");
    assertRefused(testTensor(ModelRole.MODEL_ROLE_DINOV2, 1), "INPUT_SPEC_MISMATCH");
    Image tensor = testTensor(ModelRole.MODEL_ROLE_CLIP, 1);
    assertRefused(Image.newBuilder().setTensor(tensor.getTensor().toBuilder().setCount(2)).build(), "TENSOR_SHAPE");
    assertRefused(Image.newBuilder().setTensor(tensor.getTensor().toBuilder().setCount(-1)).build(), "TENSOR_SHAPE");
  }

  @Test
  void aCallWithoutTimeIsRefusedOrTimesOutAndTheNextOneIsAnswered() {
    assertThatThrownBy(() -> stub.withDeadlineAfter(1, TimeUnit.MICROSECONDS)
        .embedImages(EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_CLIP).addImages(testTensor(ModelRole.MODEL_ROLE_CLIP, 1)).build()))
        .isInstanceOfSatisfying(StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    assertThat(stub.embedImages(EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_CLIP).addImages(testTensor(ModelRole.MODEL_ROLE_CLIP, 1)).build()).getEmbeddingsCount()).isOne();
  }

  @ParameterizedTest
  @EnumSource(value = ExplainMethod.class, names = {"EXPLAIN_METHOD_GRADIENT", "EXPLAIN_METHOD_DENSE_FEATURES", "EXPLAIN_METHOD_ATTENTION_ROLLOUT"})
  void aTextIsFoundInThePictureOnceByEachMethod(ExplainMethod method) throws IOException {
    Image photo = Image.newBuilder().setEncoded(ByteString.copyFrom(resource("photo.jpg"))).build();
    var cat = stub.explain(ExplainRequest.newBuilder().setImage(photo).setText("a cat").setMethod(method).build());
    assertThat(cat.getMethod()).isEqualTo(method);
    assertThat(cat.getGridCount()).isEqualTo(14 * 14).isEqualTo(cat.getRows() * cat.getColumns());
    assertThat(cat.getGridList()).allMatch(v -> v >= 0 && v <= 1).contains(1f);
    assertThat(javax.imageio.ImageIO.read(cat.getOverlayPng().newInput()).getWidth()).isEqualTo(224);
    var bridge = stub.explain(ExplainRequest.newBuilder().setImage(photo).setText("a bridge over a river").setMethod(method).build());
    // Rollout is the baseline that no text steers; the others must answer to it.
    if (method == ExplainMethod.EXPLAIN_METHOD_ATTENTION_ROLLOUT) assertThat(bridge.getGridList()).isEqualTo(cat.getGridList());
    else assertThat(bridge.getGridList()).isNotEqualTo(cat.getGridList());
  }

  @Test
  void theDetectorsAnswerAndItsOppositeLieAtDifferentPlaces() throws IOException {
    Image photo = Image.newBuilder().setEncoded(ByteString.copyFrom(resource("photo.jpg"))).build();
    var ai = stub.explain(ExplainRequest.newBuilder().setImage(photo).setDetectorLabel("ai").build());
    var hum = stub.explain(ExplainRequest.newBuilder().setImage(photo).setDetectorLabel("hum").build());
    assertThat(ai.getMethod()).isEqualTo(ExplainMethod.EXPLAIN_METHOD_DENSE_FEATURES);
    for (int i = 0; i < ai.getGridCount(); i++) assertThat(ai.getGrid(i)).isCloseTo(1 - hum.getGrid(i), org.assertj.core.api.Assertions.within(1e-4f));
  }

  private static void assertRefused(Image image, String reason) {
    assertThatThrownBy(() -> stub.embedImages(EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_CLIP).addImages(image).build()))
        .isInstanceOfSatisfying(StatusRuntimeException.class, e -> assertThat(verimesh.chassis.problem.Problems.of(e).reason()).isEqualTo(reason));
  }

  /// The self-test's picture, and brighter ones behind it.
  private static Image testTensor(ModelRole role, int count) {
    ModelInfo info = infos.get(role);
    int size = info.getInputSpec().getSize();
    byte[] one = TestPicture.pixels(size).array();
    byte[] all = new byte[one.length * count];
    for (int i = 0; i < all.length; i++) all[i] = (byte) Math.min(255, (one[i % one.length] & 0xff) + 60 * (i / one.length));
    return Image.newBuilder().setTensor(Tensor.newBuilder().setRgb(ByteString.copyFrom(all)).setCount(count).setHeight(size).setWidth(size).setInputSpecDigest(info.getInputSpecDigest())).build();
  }

  private static float[] floats(Embedding embedding) {
    float[] values = new float[embedding.getValuesCount()];
    for (int i = 0; i < values.length; i++) values[i] = embedding.getValues(i);
    return values;
  }

  private static Path checkpoint(String name) throws IOException {
    return checkpoint(name, folder);
  }

  /// A checkpoint folder as published ones are, with formula weights.
  static Path checkpoint(String name, Path folder) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(resource("golden/models/" + name + ".json"));
    Path checkpoint = Files.createDirectories(folder.resolve("checkpoint").resolve(name));
    Files.writeString(checkpoint.resolve("config.json"), golden.path("config_sparse").toString());
    if (golden.path("preprocessor").isObject()) Files.writeString(checkpoint.resolve("preprocessor_config.json"), golden.path("preprocessor").toString());
    if (name.startsWith("clip")) Files.write(checkpoint.resolve("tokenizer.json"), resource("golden/clip_tokenizer.json"));
    List<SafetensorsWriter.Entry> entries = new ArrayList<>();
    for (JsonNode t : golden.path("tensors")) {
      long[] shape = new long[t.path("shape").size()];
      for (int i = 0; i < shape.length; i++) shape[i] = t.path("shape").get(i).asLong();
      String tensor = t.path("name").asText();
      entries.add(new SafetensorsWriter.Entry(tensor, DType.valueOf(t.path("dtype").asText()), shape, FormulaWeights.of(tensor, shape)));
    }
    SafetensorsWriter.write(checkpoint.resolve("model.safetensors"), entries);
    return checkpoint;
  }

  private static byte[] resource(String name) throws IOException {
    try (var in = ServedModelsTest.class.getResourceAsStream("/" + name)) {
      return in.readAllBytes();
    }
  }
}
