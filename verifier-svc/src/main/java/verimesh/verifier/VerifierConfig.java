package verimesh.verifier;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import verimesh.chassis.config.Settings;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.clue.ClueFile;
import verimesh.verifier.examine.AskMode;
import verimesh.verifier.lmm.OpenAiSettings;
import verimesh.verifier.picture.PictureConfig;

/// Settings of verifier-svc, scope `VERIFIER`. Each name in `VERIMESH_VERIFIER_BACKENDS` brings settings of its own:
/// `VERIMESH_VERIFIER_<NAME>_URL`, `_MODEL`, `_API_KEY` or `_API_KEY_FILE`, ...
///
/// @param fileBytesMax a longer file is refused with `FILE_TOO_LARGE`, in bytes
/// @param backends in their order; none: the layer is not configured
/// @param ask which of several are asked
/// @param picture what models are shown of a file
/// @param answersMax how many answers are kept by picture, model and prompt version
/// @param answersFor how long an answer is kept
/// @param callTime the longest a call without a deadline may take
/// @param embedding where CLIP vectors come from; empty: no clues are retrieved
/// @param clueCosineFloor a clue below this cosine is not retrieved; CLIP puts unrelated texts near .15
/// @param clues this project's and those of the configured files
public record VerifierConfig(
    long fileBytesMax, List<BackendConfig> backends, AskMode ask, PictureConfig picture, int answersMax, Duration answersFor, Duration callTime,
    Optional<ChannelConfig> embedding, double clueCosineFloor, ClueBase clues) {
  public VerifierConfig {
    backends = List.copyOf(backends);
  }

  /// Whom to ask.
  public sealed interface BackendConfig {
    String name();

    record OpenAi(OpenAiSettings settings) implements BackendConfig {
      @Override
      public String name() {
        return settings.name();
      }
    }

    /// CLIP alone, weak.
    record ClipContrast(String name, double weight) implements BackendConfig {}
  }

  private enum Kind { OPENAI, CLIP_CONTRAST }

  public static VerifierConfig from(Settings s) {
    List<BackendConfig> backends = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String name : s.list("BACKENDS", List.of())) {
      if (!name.matches("[a-z][a-z0-9]{0,30}")) {
        s.problem("BACKENDS", "names \"" + name + "\"; expected names of lower-case letters and digits");
      } else if (!names.add(name)) {
        s.problem("BACKENDS", "names \"" + name + "\" twice");
      } else {
        backends.add(backend(s, name));
      }
    }
    Optional<ChannelConfig> embedding = ChannelConfig.from(s, "EMBEDDING_TARGET", "");
    return new VerifierConfig(
        s.bytes("FILE_BYTES_MAX", 32L << 20, 1 << 10, 64L << 20),
        backends,
        s.choice("ASK", AskMode.class, AskMode.FIRST),
        PictureConfig.from(s),
        s.integer("ANSWERS_MAX", 10_000, 0, 10_000_000),
        s.duration("ANSWERS_FOR", Duration.ofHours(24)),
        s.duration("CALL_TIME", Duration.ofSeconds(60)),
        embedding,
        s.decimal("CLUE_COSINE_FLOOR", 0.15, -1, 1),
        clues(s));
  }

  private static ClueBase clues(Settings s) {
    ClueBase clues = ClueBase.ours();
    for (String name : s.list("CLUE_FILES", List.of())) {
      try {
        clues = clues.and(ClueFile.read(Path.of(name)).approved());
      } catch (IOException e) {
        s.problem("CLUE_FILES", "names \"" + name + "\", which " + (e.getMessage().equals(name) ? "cannot be read" : e.getMessage()));
      } catch (IllegalArgumentException e) {
        s.problem("CLUE_FILES", "names \"" + name + "\": " + e.getMessage());
      }
    }
    return clues;
  }

  private static BackendConfig backend(Settings all, String name) {
    Settings s = all.scope("VERIFIER_" + name.toUpperCase(Locale.ROOT));
    Kind kind = s.choice("KIND", Kind.class, Kind.OPENAI);
    double weight = s.decimal("WEIGHT", 1, 0.001, 1000);
    return switch (kind) {
      case CLIP_CONTRAST -> new BackendConfig.ClipContrast(name, weight);
      case OPENAI -> new BackendConfig.OpenAi(openAi(s, name, weight));
    };
  }

  private static OpenAiSettings openAi(Settings s, String name, double weight) {
    URI uri = url(s);
    String model = s.text("MODEL", "");
    if (model.isBlank()) s.problem("MODEL", "is missing; expected the model's name as the endpoint knows it");
    return new OpenAiSettings(
        name, uri, model, s.secret("API_KEY"), weight,
        s.choice("STRUCTURED", OpenAiSettings.Structured.class, OpenAiSettings.Structured.JSON_SCHEMA),
        s.duration("TIMEOUT", Duration.ofSeconds(30)),
        s.integer("ATTEMPTS_MAX", 3, 1, 10),
        limits(s),
        s.integer("CIRCUIT_FAILURES_MAX", 5, 1, 1000),
        s.duration("CIRCUIT_PAUSE", Duration.ofSeconds(15)));
  }

  private static OpenAiSettings.Limits limits(Settings s) {
    var price = new OpenAiSettings.Price(s.decimal("PRICE_PROMPT", 0, 0, 1e6), s.decimal("PRICE_ANSWER", 0, 0, 1e6));
    double cost = s.decimal("COST_PER_MINUTE_MAX", 0, 0, 1e6);
    if (cost > 0 && price.prompt() == 0 && price.answer() == 0) {
      s.problem("COST_PER_MINUTE_MAX", "needs PRICE_PROMPT and PRICE_ANSWER: without a price nothing costs anything");
    }
    return new OpenAiSettings.Limits(
        s.integer("CONCURRENCY_MAX", 4, 1, 1000), s.integer("WAITING_MAX", 64, 0, 100_000),
        s.integer("TOKENS_PER_MINUTE_MAX", 0, 0, Integer.MAX_VALUE), price, cost);
  }

  private static URI url(Settings s) {
    String url = s.text("URL", "");
    try {
      URI uri = new URI(url);
      if (List.of("http", "https").contains(String.valueOf(uri.getScheme())) && uri.getHost() != null) return uri;
    } catch (URISyntaxException e) {
      // Told below, like every other text that is no URL.
    }
    s.problem("URL", "is \"" + url + "\"; expected the endpoint's base URL, for example http://127.0.0.1:8000/v1");
    return URI.create("http://127.0.0.1/");
  }
}
