package verimesh.verifier.examine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grpc.Context;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.lmm.BackendProblem;

/// Asks the configured models, by order, by weight or all together, and weighs what they say. Thread-safe; blocks while a
/// model thinks.
public final class Examiner {
  /// Of the time that is left: what the slowest of several models may take, so that the others' answers are not late with it.
  private static final double PANEL_SHARE = 0.9;

  private final List<Model> models;
  private final AskMode mode;
  private final Optional<Agreement> agreement;
  private final InstantSource clock;
  private final Cache<String, Examination> answers;

  /// @param models in the order in which they are configured, at least one
  /// @param agreement empty without CLIP
  /// @param answersMax how many answers are kept
  /// @param answersFor how long an answer is kept
  public Examiner(List<Model> models, AskMode mode, Optional<Agreement> agreement, InstantSource clock, int answersMax, Duration answersFor) {
    if (models.isEmpty()) throw new IllegalArgumentException("an examiner needs a model");
    this.models = List.copyOf(models);
    this.mode = mode;
    this.agreement = agreement;
    this.clock = clock;
    this.answers = Caffeine.newBuilder().maximumSize(answersMax).expireAfterWrite(answersFor).build();
  }

  /// An examination, or why nobody gave one.
  public sealed interface Outcome {
    record Examined(Examination examination) implements Outcome {}

    /// @param problem of the last model that was asked
    record NotExamined(BackendProblem problem) implements Outcome {}
  }

  public Outcome examine(Task task) {
    return mode == AskMode.ALL && models.size() > 1 ? all(task) : inTurn(task);
  }

  private Outcome inTurn(Task task) {
    Outcome last = new Outcome.NotExamined(new BackendProblem.TooSlow("no time was left"));
    for (Model model : mode.order(models, task.picture().sha256())) {
      last = one(model, task);
      if (last instanceof Outcome.Examined || !clock.instant().isBefore(task.until())) return last;
    }
    return last;
  }

  private Outcome all(Task task) {
    Instant begun = clock.instant();
    Instant until = begun.plusNanos((long) (Duration.between(begun, task.until()).toNanos() * PANEL_SHARE));
    List<CompletableFuture<Outcome>> asked = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (Model model : models) {
      var answer = new CompletableFuture<Outcome>();
      asked.add(answer);
      threads.add(Thread.ofVirtual().start(Context.current().wrap(() -> {
        try {
          answer.complete(one(model, task.until(until)));
        } catch (Throwable bug) {
          answer.completeExceptionally(bug);
        }
      })));
    }
    List<Panel.Voice> voices = new ArrayList<>();
    BackendProblem last = new BackendProblem.TooSlow("no time was left");
    try {
      for (int i = 0; i < asked.size(); i++) {
        switch (awaited(asked.get(i), until)) {
          case Outcome.Examined(var examination) -> voices.add(new Panel.Voice(examination, models.get(i).weight()));
          case Outcome.NotExamined(var problem) -> last = problem;
        }
      }
    } finally {
      threads.forEach(Thread::interrupt); // whoever still asks asks in vain
    }
    return voices.isEmpty() ? new Outcome.NotExamined(last) : new Outcome.Examined(Panel.merged(voices));
  }

  private Outcome awaited(CompletableFuture<Outcome> answer, Instant until) {
    try {
      return answer.get(Math.max(0, Duration.between(clock.instant(), until).toNanos()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return new Outcome.NotExamined(new BackendProblem.TooSlow("no answer within its share of the time"));
    } catch (ExecutionException e) {
      throw new IllegalStateException("a model broke", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.NotExamined(new BackendProblem.TooSlow("interrupted"));
    }
  }

  private Outcome one(Model model, Task task) {
    String key = key(model, task);
    Examination known = answers.getIfPresent(key);
    if (known != null) return new Outcome.Examined(known.cached());
    return switch (model.ask(task)) {
      case Model.Outcome.Answered(var answer) -> {
        Examination examination = Weighing.weigh(agreed(answer, model, task), model, task.secondPass());
        answers.put(key, examination);
        yield new Outcome.Examined(examination);
      }
      case Model.Outcome.NotAnswered(var problem) -> new Outcome.NotExamined(problem);
    };
  }

  /// CLIP is not asked whether it agrees with itself. It gets half of what time is left: its word is worth less than the answer.
  private Answer agreed(Answer answer, Model model, Task task) {
    if (agreement.isEmpty() || model.kind() == Model.Kind.CLIP_CONTRAST || answer.findings().isEmpty()) return answer;
    Instant now = clock.instant();
    Instant until = now.plus(Duration.between(now, task.until()).dividedBy(2));
    return answer.withFindings(agreement.get().on(answer.findings(), task, until));
  }

  private static String key(Model model, Task task) {
    List<String> clues = task.checklist().stream().map(Clue::id).toList();
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : List.of(
          task.picture().sha256(), model.name() + "/" + model.model(), model.promptVersion(task.secondPass()), task.korean() ? "ko" : "en",
          String.join(",", clues))) {
        digest.update(part.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
