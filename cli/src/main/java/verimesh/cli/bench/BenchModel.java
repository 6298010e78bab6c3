package verimesh.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import verimesh.chassis.inference.check.FormulaWeights;
import verimesh.chassis.inference.safetensors.DType;
import verimesh.chassis.inference.safetensors.SafetensorsWriter;
import verimesh.chassis.inference.safetensors.SafetensorsWriter.Entry;

/// Full-size models with formula weights: how fast a model is does not depend on what it has learned.
///
/// @param gflopsPerImage multiplications and additions of one forward pass, in 10⁹
enum BenchModel {
  CLIP_B32("openai/clip-vit-base-patch32, vision", "clip", 8.82),
  DINOV2_S("facebook/dinov2-small at 224", "dinov2", 12.25),
  /// For soaks: all that a model has, at a thousandth of the cost.
  TINY("a tiny DINOv2", "dinov2", 0);

  private final String title;
  private final String role;
  private final double gflopsPerImage;

  BenchModel(String title, String role, double gflopsPerImage) {
    this.title = title;
    this.role = role;
    this.gflopsPerImage = gflopsPerImage;
  }

  String title() {
    return title;
  }

  String role() {
    return role;
  }

  double gflopsPerImage() {
    return gflopsPerImage;
  }

  /// Writes the checkpoint folder as it would be published.
  Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<Entry> entries = new ArrayList<>();
    switch (this) {
      case CLIP_B32 -> {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"clip_vision_model\",\"architectures\":[\"CLIPVisionModelWithProjection\"],\"projection_dim\":512}");
        add(entries, "vision_model.embeddings.class_embedding", 768);
        add(entries, "vision_model.embeddings.patch_embedding.weight", 768, 3, 32, 32);
        add(entries, "vision_model.embeddings.position_embedding.weight", 50, 768);
        norm(entries, "vision_model.pre_layrnorm", 768);
        norm(entries, "vision_model.post_layernorm", 768);
        add(entries, "visual_projection.weight", 512, 768);
        for (int i = 0; i < 12; i++) {
          String at = "vision_model.encoder.layers." + i + ".";
          norm(entries, at + "layer_norm1", 768);
          norm(entries, at + "layer_norm2", 768);
          for (String name : List.of("q_proj", "k_proj", "v_proj", "out_proj")) linear(entries, at + "self_attn." + name, 768, 768);
          linear(entries, at + "mlp.fc1", 3072, 768);
          linear(entries, at + "mlp.fc2", 768, 3072);
        }
      }
      case DINOV2_S -> dinov2(folder, entries, 384, 12, 14);
      case TINY -> dinov2(folder, entries, 48, 2, 56);
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), entries);
    return folder;
  }

  private static void dinov2(Path folder, List<Entry> entries, int width, int layers, int patch) throws IOException {
    int side = 518 / patch;
    Files.writeString(
        folder.resolve("config.json"),
        ("{\"model_type\":\"dinov2\",\"architectures\":[\"Dinov2Model\"],\"hidden_size\":%d,\"num_hidden_layers\":%d,\"num_attention_heads\":6,"
            + "\"image_size\":518,\"patch_size\":%d}").formatted(width, layers, patch));
    add(entries, "embeddings.cls_token", 1, 1, width);
    add(entries, "embeddings.mask_token", 1, width);
    add(entries, "embeddings.position_embeddings", 1, 1L + side * side, width);
    linear(entries, "embeddings.patch_embeddings.projection", width, 3, patch, patch);
    norm(entries, "layernorm", width);
    for (int i = 0; i < layers; i++) {
      String at = "encoder.layer." + i + ".";
      norm(entries, at + "norm1", width);
      norm(entries, at + "norm2", width);
      for (String name : List.of("query", "key", "value")) linear(entries, at + "attention.attention." + name, width, width);
      linear(entries, at + "attention.output.dense", width, width);
      add(entries, at + "layer_scale1.lambda1", width);
      add(entries, at + "layer_scale2.lambda1", width);
      linear(entries, at + "mlp.fc1", 4L * width, width);
      linear(entries, at + "mlp.fc2", width, 4L * width);
    }
  }

  private static void norm(List<Entry> entries, String name, long width) {
    add(entries, name + ".weight", width);
    add(entries, name + ".bias", width);
  }

  private static void linear(List<Entry> entries, String name, long... shape) {
    add(entries, name + ".weight", shape);
    add(entries, name + ".bias", shape[0]);
  }

  private static void add(List<Entry> entries, String name, long... shape) {
    entries.add(new Entry(name, DType.F32, shape, FormulaWeights.of(name, shape)));
  }
}
