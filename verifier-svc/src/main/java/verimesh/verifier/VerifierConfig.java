package verimesh.verifier;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import verimesh.chassis.config.Settings;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.verifier.lmm.OpenAiSettings;

/// Settings of verifier-svc, scope `VERIFIER`. Each name in `VERIMESH_VERIFIER_BACKENDS` brings settings of its own:
/// `VERIMESH_VERIFIER_<NAME>_URL`, `_MODEL`, `_API_KEY` or `_API_KEY_FILE`, ...
///
/// @param fileBytesMax a longer file is refused with `FILE_TOO_LARGE`, in bytes
/// @param backends in the order in which they are asked; none: the layer is not configured
/// @param answersMax how many answers are kept by picture, model and prompt version
/// @param answersFor how long an answer is kept
/// @param callTime the longest a call without a deadline may take
/// @param embedding where CLIP vectors of clue texts come from; empty: no clues are retrieved
/// @param clueCosineFloor a clue below this cosine is not retrieved; CLIP puts unrelated texts near .15
public record VerifierConfig(
    long fileBytesMax, List<OpenAiSettings> backends, int answersMax, Duration answersFor, Duration callTime,
    Optional<ChannelConfig> embedding, double clueCosineFloor) {
  public VerifierConfig {
    backends = List.copyOf(backends);
  }

  public static VerifierConfig from(Settings s) {
    List<OpenAiSettings> backends = new ArrayList<>();
    for (String name : s.list("BACKENDS", List.of())) {
      if (!name.matches("[a-z][a-z0-9]{0,30}")) {
        s.problem("BACKENDS", "names \"" + name + "\"; expected names of lower-case letters and digits");
      } else {
        backends.add(backend(s, name));
      }
    }
    return new VerifierConfig(
        s.bytes("FILE_BYTES_MAX", 32L << 20, 1 << 10, 64L << 20),
        backends,
        s.integer("ANSWERS_MAX", 10_000, 0, 10_000_000),
        s.duration("ANSWERS_FOR", Duration.ofHours(24)),
        s.duration("CALL_TIME", Duration.ofSeconds(60)),
        ChannelConfig.from(s, "EMBEDDING_TARGET", ""),
        s.decimal("CLUE_COSINE_FLOOR", 0.15, -1, 1));
  }

  private static OpenAiSettings backend(Settings all, String name) {
    Settings s = all.scope("VERIFIER_" + name.toUpperCase(Locale.ROOT));
    String url = s.text("URL", "");
    URI uri = URI.create("http://127.0.0.1/");
    try {
      uri = new URI(url);
      if (!List.of("http", "https").contains(String.valueOf(uri.getScheme())) || uri.getHost() == null) {
        s.problem("URL", "is \"" + url + "\"; expected the endpoint's base URL, for example http://127.0.0.1:8000/v1");
      }
    } catch (java.net.URISyntaxException e) {
      s.problem("URL", "is \"" + url + "\"; expected the endpoint's base URL, for example http://127.0.0.1:8000/v1");
    }
    String model = s.text("MODEL", "");
    if (model.isBlank()) s.problem("MODEL", "is missing; expected the model's name as the endpoint knows it");
    return new OpenAiSettings(
        name, uri, model, s.secret("API_KEY"),
        s.decimal("WEIGHT", 1, 0.001, 1000),
        s.choice("STRUCTURED", OpenAiSettings.Structured.class, OpenAiSettings.Structured.JSON_SCHEMA),
        s.duration("TIMEOUT", Duration.ofSeconds(30)),
        s.integer("CONCURRENCY_MAX", 4, 1, 1000),
        s.integer("ATTEMPTS_MAX", 3, 1, 10),
        s.integer("TOKENS_PER_MINUTE_MAX", 0, 0, Integer.MAX_VALUE),
        s.integer("CIRCUIT_FAILURES_MAX", 5, 1, 1000),
        s.duration("CIRCUIT_PAUSE", Duration.ofSeconds(15)));
  }
}
