package verimesh.verifier.lmm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;

/// The body of `POST /chat/completions`: rules, task, and the picture as a data URL.
final class ChatRequest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ChatRequest() {}

  static byte[] body(Question question, String model, OpenAiSettings.Structured structured) {
    ObjectNode root = JSON.createObjectNode();
    root.put("model", model);
    root.put("temperature", 0);
    root.put("max_tokens", question.answerTokensMax());
    root.put("stream", false);
    var messages = root.putArray("messages");
    messages.addObject().put("role", "system").put("content", question.system());
    var parts = messages.addObject().put("role", "user").putArray("content");
    parts.addObject().put("type", "text").put("text", question.user());
    parts.addObject().put("type", "image_url").putObject("image_url")
        .put("url", "data:" + question.mediaType() + ";base64," + Base64.getEncoder().encodeToString(question.picture()));
    switch (structured) {
      case JSON_SCHEMA -> root.putObject("response_format").put("type", "json_schema").putObject("json_schema")
          .put("name", question.schemaName()).put("strict", true).set("schema", question.schema());
      case JSON_OBJECT -> root.putObject("response_format").put("type", "json_object");
      case NONE -> {}
    }
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request that we built is no JSON", e);
    }
  }
}
