package verimesh.verifier.examine;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.lmm.Backend;
import verimesh.verifier.lmm.BackendProblem;
import verimesh.verifier.lmm.Question;
import verimesh.verifier.prompt.Prompts;

/// Asks the configured models in their order until one answers. Thread-safe; blocks while a model thinks.
public final class Examiner {
  private static final int ANSWER_TOKENS_MAX = 2_000;

  private final List<Backend> backends;
  private final Prompts prompts;
  private final InstantSource clock;
  private final Cache<String, Examination> answers;

  /// @param backends in the order in which they are asked, at least one
  /// @param answersMax how many answers are kept
  /// @param answersFor how long an answer is kept
  public Examiner(List<Backend> backends, Prompts prompts, InstantSource clock, int answersMax, Duration answersFor) {
    if (backends.isEmpty()) throw new IllegalArgumentException("an examiner needs a model");
    this.backends = List.copyOf(backends);
    this.prompts = prompts;
    this.clock = clock;
    this.answers = Caffeine.newBuilder().maximumSize(answersMax).expireAfterWrite(answersFor).build();
  }

  /// An examination, or why nobody gave one.
  public sealed interface Outcome {
    record Examined(Examination examination) implements Outcome {}

    /// @param problem of the last model that was asked
    record NotExamined(BackendProblem problem) implements Outcome {}
  }

  /// A picture as models take it.
  /// @param sha256 of the uploaded file, lower-case hex; the cache knows pictures by it
  public record Picture(byte[] encoded, String mediaType, String sha256) {}

  /// First pass: neutral and binary.
  public Outcome examine(Picture picture, boolean korean, Instant until) {
    return ask(picture, until, Prompts.EXAMINE_VERSION, korean, List.of(),
        prompts.examine(), Prompts.examineTask(korean), Prompts.examineSchema());
  }

  /// Second pass, with a checklist.
  /// @param clues at least one
  public Outcome reExamine(Picture picture, List<Clue> clues, boolean korean, Instant until) {
    List<String> ids = clues.stream().map(Clue::id).toList();
    return ask(picture, until, Prompts.RE_EXAMINE_VERSION, korean, ids,
        prompts.reExamine(), Prompts.reExamineTask(clues, korean), Prompts.reExamineSchema(ids));
  }

  private Outcome ask(
      Picture picture, Instant until, String version, boolean korean, List<String> clueIds, String system, String task, JsonNode schema) {
    Outcome last = new Outcome.NotExamined(new BackendProblem.TooSlow("no time was left"));
    for (Backend backend : backends) {
      String key = key(picture.sha256(), backend.name() + "/" + backend.model(), version, korean ? "ko" : "en", clueIds);
      Examination known = answers.getIfPresent(key);
      if (known != null) return new Outcome.Examined(known.cached());
      last = askOne(backend, picture, until, version, clueIds, system, task, schema);
      if (last instanceof Outcome.Examined(var examination)) {
        answers.put(key, examination);
        return last;
      }
      if (!clock.instant().isBefore(until)) return last;
    }
    return last;
  }

  private Outcome askOne(
      Backend backend, Picture picture, Instant until, String version, List<String> clueIds, String system, String task, JsonNode schema) {
    String words = task;
    String schemaName = clueIds.isEmpty() ? "examination" : "re_examination";
    for (int round = 1; ; round++) {
      var question = new Question(system, words, picture.encoded(), picture.mediaType(), schemaName, schema, ANSWER_TOKENS_MAX, until);
      switch (backend.ask(question)) {
        case Backend.Outcome.NotAnswered(var problem) -> {
          return new Outcome.NotExamined(problem);
        }
        case Backend.Outcome.Answered(var reply) -> {
          switch (AnswerReader.read(reply.text(), clueIds)) {
            case AnswerReader.Reading.Read read -> {
              return new Outcome.Examined(examination(read, backend.model(), version));
            }
            case AnswerReader.Reading.Unusable(String fault) -> {
              if (round == 2) return new Outcome.NotExamined(new BackendProblem.Malformed(fault));
              words = task + Prompts.repair(fault);
            }
          }
        }
      }
    }
  }

  /// A verdict that contradicts its own findings is halfway drawn back to .5 and flagged.
  private static Examination examination(AnswerReader.Reading.Read read, String model, String version) {
    List<String> flags = new ArrayList<>();
    double confidence = read.confidence();
    if (Reliability.contradicts(read.fake(), read.findings())) {
      flags.add("CONTRADICTS_FINDINGS");
      confidence = 0.5 + (confidence - 0.5) / 2;
    }
    if (read.confidence() < 0.5) flags.add("UNSURE_OF_ITSELF");
    return new Examination(
        read.fake(), confidence, read.observations(), read.findings(), Reliability.of(read.fake(), confidence, read.findings()),
        flags, model, version, false);
  }

  private static String key(String sha256, String model, String version, String language, List<String> clueIds) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : List.of(sha256, model, version, language, String.join(",", clueIds))) {
        digest.update(part.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
