package verimesh.chassis.inference.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.family.BuiltModel.Description;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.safetensors.Checkpoint;

/// One imported model, as `model.json` tells it.
///
/// @param folder where its files lie
/// @param name for people and settings, for example `openai/clip-vit-base-patch32`
/// @param weightsDigest lower-case hex SHA-256 of the weights; what may be compared with what hangs on it
/// @param archives by variant, the digest that names the file `<digest>.pt`
/// @param reference what the plain float32 archive made of the test picture (and text); the self-test compares with it
/// @param trusted true for an archive made elsewhere, which an operator vouched for; null-safe false for imported ones
public record StoredModel(
    Path folder, String name, String weightsDigest, Description description, InputSpec input, Map<Variant, String> archives,
    Reference reference, boolean trusted) {
  /// Bumped when `model.json` changes its meaning.
  private static final int FORMAT = 1;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// @param image output of `embed_image` or `classify` for [TestPicture]; empty without an image side
  /// @param text output of `embed_text` for [TestPicture#ids]; empty without a text side
  public record Reference(float[] image, float[] text) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Reference(float[] i, float[] t) && java.util.Arrays.equals(image, i) && java.util.Arrays.equals(text, t);
    }

    @Override
    public int hashCode() {
      return 31 * java.util.Arrays.hashCode(image) + java.util.Arrays.hashCode(text);
    }
  }

  public StoredModel {
    archives = Map.copyOf(archives);
  }

  public Optional<Path> archive(Variant variant) {
    return Optional.ofNullable(archives.get(variant)).map(digest -> folder.resolve(digest + ".pt"));
  }

  /// The tokenizer, if the checkpoint has one.
  public Path tokenizer() {
    return folder.resolve("tokenizer.json");
  }

  /// What may be compared with what (DESIGN.md §4).
  /// @param output for example `image_embeds`
  public String embeddingSpace(String output) {
    return description.family() + "/" + weightsDigest + "/" + input.digest() + "/" + output;
  }

  static StoredModel read(Path folder) throws IOException {
    JsonNode json = Checkpoint.json(folder.resolve("model.json"));
    if (json.path("format").asInt() != FORMAT) {
      throw new CheckpointException(folder.resolve("model.json") + " has format " + json.path("format") + "; this version reads " + FORMAT + ". Import the model again.");
    }
    JsonNode d = json.path("description");
    Description description = new Description(
        d.path("family").asText(), texts(d.path("image_outputs")), texts(d.path("text_outputs")), d.path("dimension").asInt(), d.path("text_context").asInt(),
        d.path("pads_text").asBoolean(), d.path("pad_token").asInt(), texts(d.path("labels")), d.path("compares_texts").asBoolean(), d.path("grid").asInt());
    Map<Variant, String> archives = new EnumMap<>(Variant.class);
    for (Variant variant : Variant.values()) {
      String digest = json.path("archives").path(variant.spelling()).asText("");
      if (digest.matches("[0-9a-f]{64}")) archives.put(variant, digest);
    }
    return new StoredModel(
        folder, json.path("name").asText(), json.path("weights_digest").asText(), description, spec(json.path("input_spec")), archives,
        new Reference(floats(json.path("reference").path("image")), floats(json.path("reference").path("text"))), json.path("trusted").asBoolean());
  }

  byte[] json() throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", FORMAT).put("name", name).put("weights_digest", weightsDigest).put("trusted", trusted);
    ObjectNode d = json.putObject("description");
    d.put("family", description.family()).put("dimension", description.dimension()).put("text_context", description.textContext());
    d.put("pads_text", description.padsText()).put("pad_token", description.padToken()).put("compares_texts", description.comparesTexts()).put("grid", description.grid());
    description.imageOutputs().forEach(d.putArray("image_outputs")::add);
    description.textOutputs().forEach(d.putArray("text_outputs")::add);
    description.labels().forEach(d.putArray("labels")::add);
    ObjectNode i = json.putObject("input_spec");
    i.put("size", input.size()).put("filter", input.filter().name());
    switch (input.fit()) {
      case InputSpec.Fit.ShortestEdgeCrop(int resize) -> i.put("fit", "SHORTEST_EDGE_CROP").put("resize", resize);
      case InputSpec.Fit.Squash() -> i.put("fit", "SQUASH");
      case InputSpec.Fit.NativeCrops(int crops, InputSpec.Placement placement) -> i.put("fit", "NATIVE_CROPS").put("crops", crops).put("placement", placement.name());
    }
    input.mean().forEach(i.putArray("mean")::add);
    input.std().forEach(i.putArray("std")::add);
    ObjectNode a = json.putObject("archives");
    for (Variant variant : Variant.values()) if (archives.containsKey(variant)) a.put(variant.spelling(), archives.get(variant));
    ObjectNode r = json.putObject("reference");
    for (float v : reference.image()) r.withArray("image").add(v);
    for (float v : reference.text()) r.withArray("text").add(v);
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  private static InputSpec spec(JsonNode i) throws CheckpointException {
    try {
      InputSpec.Fit fit = switch (i.path("fit").asText()) {
        case "SHORTEST_EDGE_CROP" -> new InputSpec.Fit.ShortestEdgeCrop(i.path("resize").asInt());
        case "SQUASH" -> new InputSpec.Fit.Squash();
        case "NATIVE_CROPS" -> new InputSpec.Fit.NativeCrops(i.path("crops").asInt(), InputSpec.Placement.valueOf(i.path("placement").asText()));
        default -> throw new IllegalArgumentException("fit " + i.path("fit"));
      };
      return new InputSpec(i.path("size").asInt(), fit, InputSpec.Filter.valueOf(i.path("filter").asText()), doubles(i.path("mean")), doubles(i.path("std")));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException("The input spec makes no sense: " + e.getMessage(), e);
    }
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static List<Double> doubles(JsonNode list) {
    List<Double> values = new ArrayList<>();
    list.forEach(node -> values.add(node.asDouble()));
    return values;
  }

  private static float[] floats(JsonNode list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) values[i] = (float) list.get(i).asDouble();
    return values;
  }
}
