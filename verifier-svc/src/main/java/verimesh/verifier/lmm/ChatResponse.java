package verimesh.verifier.lmm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The body of a 200 from `POST /chat/completions`: one completion, or the same in pieces as server-sent events, which some
/// servers send though nobody asked for a stream.
final class ChatResponse {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVENT = "data:";

  /// Where the endpoint does not count: four characters a token, and a picture of a usual size.
  private static final int CHARACTERS_A_TOKEN = 4;

  private static final long PROMPT_TOKENS_GUESSED = 1_000;

  private ChatResponse() {}

  /// @return null if it is no completion
  static Reply read(byte[] body) {
    try {
      String text = new String(body, StandardCharsets.UTF_8).stripLeading();
      return text.startsWith(EVENT) || text.startsWith(":") || text.startsWith("event:") ? stream(text) : whole(text);
    } catch (IOException e) {
      return null;
    }
  }

  private static Reply whole(String text) throws IOException {
    JsonNode root = JSON.readTree(text);
    JsonNode content = root == null ? null : root.path("choices").path(0).path("message").path("content");
    return content == null || !content.isTextual() ? null : reply(content.textValue(), root.path("usage"));
  }

  private static Reply stream(String text) throws IOException {
    var content = new StringBuilder();
    boolean any = false;
    JsonNode usage = JSON.missingNode();
    for (String line : text.split("\\R")) {
      String data = line.startsWith(EVENT) ? line.substring(EVENT.length()).strip() : "";
      if (data.isEmpty() || data.equals("[DONE]")) continue;
      JsonNode event = JSON.readTree(data);
      JsonNode piece = event.path("choices").path(0).path("delta").path("content");
      any |= piece.isTextual();
      content.append(piece.asText(""));
      if (event.path("usage").isObject()) usage = event.path("usage");
    }
    return any ? reply(content.toString(), usage) : null;
  }

  private static Reply reply(String content, JsonNode usage) {
    long answer = usage.path("completion_tokens").asLong(content.length() / CHARACTERS_A_TOKEN);
    long total = usage.path("total_tokens").asLong(PROMPT_TOKENS_GUESSED + answer);
    long prompt = usage.path("prompt_tokens").asLong(Math.max(0, total - answer));
    return new Reply(content, new Reply.Tokens(prompt, answer));
  }
}
