package verimesh.cli.bench;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.Resources;
import verimesh.chassis.config.Settings;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.RgbTensor;
import verimesh.chassis.images.cut.TensorCutter;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.common.v1.Image;
import verimesh.embedding.EmbeddingConfig;
import verimesh.embedding.v1.DetectRequest;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.EmbedTextsRequest;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceBlockingStub;
import verimesh.embedding.v1.ExplainMethod;
import verimesh.embedding.v1.ExplainRequest;
import verimesh.embedding.v1.ExplainResponse;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.embedding.v1.ModelInfo;
import verimesh.embedding.v1.ModelRole;

/// `./mesh bench explain`.
@Command(
    name = "explain",
    description = {
      "Deletion and insertion scores of every map that the configured model can make (Petsiuk et al. 2018): the score's mean while",
      "cells are greyed out, hottest first, and while they are put back. A good map has a low deletion and a high insertion score;",
      "random order is the line to beat. Models are those of VERIMESH_EMBEDDING_CLIP and VERIMESH_EMBEDDING_DETECTOR."
    })
public final class ExplainBench implements Callable<Integer> {
  private static final int STEPS = 16;
  private static final int GREY = 128;

  private final Context context;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Pictures.")
  private List<Path> files;

  @Option(names = "--text", paramLabel = "TEXT", description = "Explain the agreement with this text (CLIP); without it the detector's answer is explained.")
  private String text;

  public ExplainBench(Context context) {
    this.context = context;
  }

  /// How much of what is explained a picture has.
  private interface Score {
    double of(Image image);
  }

  @Override
  public Integer call() throws IOException {
    context.console().line(Machine.here(context.root()).toString());
    EmbeddingConfig config = EmbeddingConfig.from(Settings.of(context.environment(), "EMBEDDING"));
    try (Resources resources = new Resources()) {
      Telemetry telemetry = resources.add(Telemetry.unscraped("embedding-svc"));
      var service = verimesh.embedding.Main.wire(config, resources, telemetry);
      resources.add(RpcServer.inProcess("bench-explain", service, telemetry));
      ManagedChannel channel = Channels.inProcess("bench-explain");
      resources.add(() -> channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
      while (!service.dependencies().get("models").getAsBoolean()) Thread.onSpinWait();
      return measure(EmbeddingServiceGrpc.newBlockingStub(channel));
    }
  }

  private int measure(EmbeddingServiceBlockingStub stub) throws IOException {
    ModelRole role = text == null ? ModelRole.MODEL_ROLE_DETECTOR : ModelRole.MODEL_ROLE_CLIP;
    ModelInfo info = stub.listModels(ListModelsRequest.getDefaultInstance()).getModelsList().stream().filter(m -> m.getRole() == role).findFirst()
        .orElseThrow(() -> new CannotStart("mesh bench explain: no model is configured for " + (text == null ? "VERIMESH_EMBEDDING_DETECTOR" : "VERIMESH_EMBEDDING_CLIP")));
    InputSpec spec = InputSpec.from(info.getInputSpec());
    Decoder decoder = Decoder.fastest(DecodeLimits.DEFAULT);
    Map<String, List<double[]>> byMethod = new TreeMap<>();
    for (Path file : files) {
      if (!(decoder.decode(Files.readAllBytes(file)) instanceof Decoded.Picture picture)) {
        context.console().note("mesh bench explain: " + file + " is no picture that can be decoded; left out");
        continue;
      }
      RgbTensor tensor = TensorCutter.cut(picture.stored(), List.of(spec)).getFirst();
      measure(stub, tensor, spec, byMethod);
    }
    if (byMethod.isEmpty()) return Exit.SOME_FAILED;
    context.console().line("%-22s %10s %10s   %d pictures, %d steps".formatted("method", "deletion", "insertion", byMethod.values().iterator().next().size(), STEPS));
    byMethod.forEach((method, scores) -> context.console().line(String.format(Locale.ROOT, "%-22s %10.4f %10.4f", method,
        scores.stream().mapToDouble(s -> s[0]).average().orElse(0), scores.stream().mapToDouble(s -> s[1]).average().orElse(0))));
    return Exit.OK;
  }

  private void measure(EmbeddingServiceBlockingStub stub, RgbTensor tensor, InputSpec spec, Map<String, List<double[]>> byMethod) {
    Score score;
    String label = text == null ? stub.detect(DetectRequest.newBuilder().setImage(image(tensor)).build()).getDetection().getLabel() : "";
    if (text == null) {
      score = image -> stub.detect(DetectRequest.newBuilder().setImage(image).build()).getDetection().getProbabilitiesOrDefault(label, 0);
    } else {
      Embedding words = stub.embedTexts(EmbedTextsRequest.newBuilder().addTexts(text).build()).getEmbeddings(0);
      score = image -> {
        Embedding shown = stub.embedImages(EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_CLIP).addImages(image).build()).getEmbeddings(0);
        return IntStream.range(0, shown.getValuesCount()).mapToDouble(i -> shown.getValues(i) * words.getValues(i)).sum();
      };
    }
    int cells = 0;
    for (ExplainMethod method : ExplainMethod.values()) {
      if (method == ExplainMethod.EXPLAIN_METHOD_UNSPECIFIED || method == ExplainMethod.UNRECOGNIZED) continue;
      var request = ExplainRequest.newBuilder().setImage(image(tensor)).setMethod(method);
      if (text == null) request.setDetectorLabel(label);
      else request.setText(text);
      ExplainResponse response;
      try {
        response = stub.explain(request.build());
      } catch (StatusRuntimeException e) {
        if (Problems.of(e).reason().equals("FIELD_INVALID")) continue; // this model cannot be explained by that method
        throw e;
      }
      cells = response.getRows();
      List<Integer> order = new ArrayList<>(IntStream.range(0, response.getGridCount()).boxed().toList());
      order.sort(Comparator.comparing((Integer i) -> response.getGrid(i)).reversed());
      byMethod.computeIfAbsent(method.name().replace("EXPLAIN_METHOD_", "").toLowerCase(Locale.ROOT), _ -> new ArrayList<>()).add(walk(tensor, spec, order, response.getRows(), score));
    }
    if (cells == 0) return;
    List<Integer> shuffled = new ArrayList<>(IntStream.range(0, cells * cells).boxed().toList());
    java.util.Collections.shuffle(shuffled, new java.util.Random(7));
    byMethod.computeIfAbsent("(random order)", _ -> new ArrayList<>()).add(walk(tensor, spec, shuffled, cells, score));
  }

  /// @return the mean score while cells go, and while they come back
  private static double[] walk(RgbTensor tensor, InputSpec spec, List<Integer> order, int side, Score score) {
    double deletion = 0;
    double insertion = 0;
    for (int step = 0; step <= STEPS; step++) {
      int count = order.size() * step / STEPS;
      deletion += score.of(image(greyed(tensor, spec, order.subList(0, count), side))) / (STEPS + 1);
      insertion += score.of(image(greyed(tensor, spec, order.subList(count, order.size()), side))) / (STEPS + 1);
    }
    return new double[] {deletion, insertion};
  }

  private static RgbTensor greyed(RgbTensor tensor, InputSpec spec, List<Integer> cells, int side) {
    byte[] rgb = tensor.rgb().clone();
    int size = spec.size();
    for (int cell : cells) {
      int top = cell / side * size / side;
      int bottom = (cell / side + 1) * size / side;
      int left = cell % side * size / side;
      int right = (cell % side + 1) * size / side;
      for (int y = top; y < bottom; y++) Arrays.fill(rgb, (y * size + left) * 3, (y * size + right) * 3, (byte) GREY);
    }
    return new RgbTensor(rgb, 1, size, size, tensor.inputSpecDigest());
  }

  private static Image image(RgbTensor tensor) {
    return Image.newBuilder().setTensor(tensor.toProto().toBuilder().setRgb(ByteString.copyFrom(tensor.rgb()))).build();
  }
}
