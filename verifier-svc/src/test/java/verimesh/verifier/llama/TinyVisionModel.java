package verimesh.verifier.llama;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A vision model of 0.7 MB with random weights, for llama.cpp's server: it proves protocol, schema and the way of a picture,
/// not judgement.
///
/// One thing is not random: every token and every patch carries the same large first number, and the output layer likes
/// closing quotes and brackets best where it sees that number. So what a schema lets it open it closes at once, and answers
/// are short.
final class TinyVisionModel {
  private static final int WIDTH = 64;
  private static final int HIDDEN = 128;
  private static final int BLOCKS = 2;
  private static final int VISION_WIDTH = 32;
  private static final int VISION_HIDDEN = 64;
  private static final int IMAGE = 56;
  private static final int PATCH = 14;
  private static final float ALWAYS = 8;

  /// How much a character is liked as the next one; the rest is noise far below.
  private static final Map<String, Float> LIKED = Map.of("\"", 9f, "{", 8.5f, "]", 8f, "}", 7.5f, ",", 7f, "0", 6f, ":", 5f);

  private final SplittableRandom random = new SplittableRandom(20_261_125);

  /// Writes both files.
  void write(Path text, Path projector) throws IOException {
    text().write(text);
    vision().write(projector);
  }

  private GgufFile text() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    List<Integer> types = new ArrayList<>(List.of(2, 3, 3)); // unknown, control, control
    for (int b = 0; b < 256; b++) {
      tokens.add("<0x%02X>".formatted(b));
      types.add(6); // byte
    }
    tokens.add("\u2581"); // a blank
    types.add(1);
    for (char c = '!'; c <= '~'; c++) {
      tokens.add(String.valueOf(c));
      types.add(1);
    }
    int vocabulary = tokens.size();
    var file = new GgufFile()
        .text("general.architecture", "llama").text("general.name", "tiny")
        .number("llama.context_length", 16_384).number("llama.embedding_length", WIDTH).number("llama.block_count", BLOCKS)
        .number("llama.feed_forward_length", HIDDEN).number("llama.attention.head_count", 4).number("llama.attention.head_count_kv", 4)
        .decimal("llama.attention.layer_norm_rms_epsilon", 1e-5f).number("llama.rope.dimension_count", WIDTH / 4).number("llama.vocab_size", vocabulary)
        .text("tokenizer.ggml.model", "llama").texts("tokenizer.ggml.tokens", tokens)
        .decimals("tokenizer.ggml.scores", new float[vocabulary]).numbers("tokenizer.ggml.token_type", types.stream().mapToInt(Integer::intValue).toArray())
        .number("tokenizer.ggml.bos_token_id", 1).number("tokenizer.ggml.eos_token_id", 2).number("tokenizer.ggml.unknown_token_id", 0)
        .text("tokenizer.chat_template", "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:");
    float[] embedding = noise(vocabulary * WIDTH, 0.5);
    float[] output = noise(vocabulary * WIDTH, 0.02);
    for (int t = 0; t < vocabulary; t++) {
      embedding[t * WIDTH] = ALWAYS;
      output[t * WIDTH] = LIKED.getOrDefault(tokens.get(t), 0f) / 4;
    }
    file.tensor("token_embd.weight", embedding, vocabulary, WIDTH).tensor("output_norm.weight", ones(WIDTH), WIDTH)
        .tensor("output.weight", output, vocabulary, WIDTH);
    for (int i = 0; i < BLOCKS; i++) {
      String at = "blk." + i + ".";
      file.tensor(at + "attn_norm.weight", ones(WIDTH), WIDTH).tensor(at + "ffn_norm.weight", ones(WIDTH), WIDTH);
      for (String name : List.of("attn_q", "attn_k", "attn_v", "attn_output")) file.tensor(at + name + ".weight", noise(WIDTH * WIDTH, 0.02), WIDTH, WIDTH);
      file.tensor(at + "ffn_gate.weight", noise(HIDDEN * WIDTH, 0.02), HIDDEN, WIDTH).tensor(at + "ffn_up.weight", noise(HIDDEN * WIDTH, 0.02), HIDDEN, WIDTH)
          .tensor(at + "ffn_down.weight", noise(WIDTH * HIDDEN, 0.02), WIDTH, HIDDEN);
    }
    return file;
  }

  private GgufFile vision() {
    int patches = IMAGE / PATCH * (IMAGE / PATCH);
    var file = new GgufFile()
        .text("general.architecture", "clip").text("general.type", "mmproj").flag("clip.has_vision_encoder", true).text("clip.projector_type", "mlp")
        .flag("clip.use_gelu", false).number("clip.vision.image_size", IMAGE).number("clip.vision.patch_size", PATCH)
        .number("clip.vision.embedding_length", VISION_WIDTH).number("clip.vision.feed_forward_length", VISION_HIDDEN)
        .number("clip.vision.projection_dim", WIDTH).number("clip.vision.block_count", BLOCKS).number("clip.vision.attention.head_count", 2)
        .decimal("clip.vision.attention.layer_norm_epsilon", 1e-5f)
        .decimals("clip.vision.image_mean", 0.5f, 0.5f, 0.5f).decimals("clip.vision.image_std", 0.5f, 0.5f, 0.5f)
        .tensor("v.class_embd", noise(VISION_WIDTH, 0.5), VISION_WIDTH)
        .tensor("v.patch_embd.weight", noise(VISION_WIDTH * 3 * PATCH * PATCH, 0.02), VISION_WIDTH, 3, PATCH, PATCH)
        .tensor("v.position_embd.weight", noise((patches + 1) * VISION_WIDTH, 0.5), patches + 1, VISION_WIDTH);
    for (String name : List.of("v.pre_ln", "v.post_ln")) norm(file, name);
    for (int i = 0; i < BLOCKS; i++) {
      String at = "v.blk." + i + ".";
      for (String name : List.of("attn_q", "attn_k", "attn_v", "attn_out")) linear(file, at + name, VISION_WIDTH, VISION_WIDTH);
      norm(file, at + "ln1");
      norm(file, at + "ln2");
      linear(file, at + "ffn_down", VISION_HIDDEN, VISION_WIDTH); // the format calls the first one "down"
      linear(file, at + "ffn_up", VISION_WIDTH, VISION_HIDDEN);
    }
    linear(file, "mm.0", WIDTH, VISION_WIDTH);
    linear(file, "mm.2", WIDTH, WIDTH);
    return file;
  }

  private void linear(GgufFile file, String name, int out, int in) {
    float[] bias = noise(out, 0.02);
    if (name.equals("mm.2")) bias[0] = ALWAYS;
    file.tensor(name + ".weight", noise(out * in, 0.1), out, in).tensor(name + ".bias", bias, out);
  }

  private static void norm(GgufFile file, String name) {
    file.tensor(name + ".weight", ones(VISION_WIDTH), VISION_WIDTH).tensor(name + ".bias", new float[VISION_WIDTH], VISION_WIDTH);
  }

  private float[] noise(int count, double size) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) values[i] = (float) ((random.nextDouble() * 2 - 1) * size);
    return values;
  }

  private static float[] ones(int count) {
    float[] values = new float[count];
    Arrays.fill(values, 1);
    return values;
  }
}
