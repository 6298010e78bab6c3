package verimesh.chassis.inference.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import verimesh.chassis.inference.safetensors.Checkpoint;

/// The tokenizer of one checkpoint. Native memory; thread-safe until closed.
///
/// Ids equal those of the Hugging Face tokenizer. OpenAI's original CLIP tokenizer differs where a text holds HTML
/// entities (it unescapes them), characters that ftfy repairs (curly quotes, ligatures, mojibake), a Greek final sigma, or
/// special tokens in capitals.
public final class Tokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final int context;
  private final int end;

  private Tokenizer(HuggingFaceTokenizer tokenizer, int context, int end) {
    this.tokenizer = tokenizer;
    this.context = context;
    this.end = end;
  }

  /// Token ids of a text.
  ///
  /// @param ids with special tokens, at most the model's context, not filled up
  /// @param truncated whether the text had more
  public record Tokens(long[] ids, boolean truncated) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Tokens(long[] i, boolean t) && Arrays.equals(ids, i) && truncated == t;
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(ids);
    }
  }

  /// @param file `tokenizer.json`
  /// @param cache where the native tokenizer library is unpacked to
  /// @param context most ids of a text, special ones included
  public static Tokenizer open(Path file, Path cache, int context) throws IOException {
    Checkpoint.json(file); // bounded, and JSON, before native code parses it
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("DJL_CACHE_DIR", cache.toAbsolutePath().toString());
    System.setProperty("RUST_FLAVOR", "cpu");
    // Truncation is done here: the file may hold a setting of its own.
    HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(file, Map.of("truncation", "false", "padding", "false"));
    return new Tokenizer(tokenizer, context, endToken(Checkpoint.json(file)));
  }

  public Tokens encode(String text) {
    Encoding encoding = tokenizer.encode(text, true, false);
    long[] ids = encoding.getIds();
    if (ids.length <= context) return new Tokens(ids, false);
    long[] cut = Arrays.copyOf(ids, context);
    if (end >= 0) cut[context - 1] = end; // as the reference truncates: the end token stays the last
    return new Tokens(cut, true);
  }

  /// Ids of a text filled up to `length`.
  public static long[] filled(long[] ids, int length, int pad) {
    long[] filled = Arrays.copyOf(ids, length);
    if (length > ids.length) Arrays.fill(filled, ids.length, length, pad);
    return filled;
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /// The id that the post-processor puts behind a text; -1 if it puts none.
  private static int endToken(JsonNode json) {
    JsonNode post = json.path("post_processor");
    // RobertaProcessing and BertProcessing: "sep": ["<|endoftext|>", 49407].
    if (post.path("sep").size() == 2) return post.path("sep").get(1).asInt(-1);
    JsonNode single = post.path("single"); // TemplateProcessing
    if (single.isEmpty()) return -1;
    String last = single.get(single.size() - 1).path("SpecialToken").path("id").asText("");
    return post.path("special_tokens").path(last).path("ids").path(0).asInt(-1);
  }
}
