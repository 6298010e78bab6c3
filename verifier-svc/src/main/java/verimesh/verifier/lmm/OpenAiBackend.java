package verimesh.verifier.lmm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// A chat endpoint with pictures as vLLM, SGLang, Ollama, llama.cpp and hosted services offer it:
/// `POST <url>/chat/completions`.
///
/// Over the JDK's own HTTP client: the one call that is needed does not earn a library of 84 MB
/// (docs/decisions/003-lmm-client.md).
public final class OpenAiBackend implements Backend, AutoCloseable {
  /// A longer answer is none that the schema allows; reading stops there.
  private static final int ANSWER_BYTES_MAX = 1 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final OpenAiSettings settings;
  private final HttpClient http;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Circuit circuit;
  private final TokenBudget budget;
  private final Semaphore places;
  private final MeterRegistry meters;

  public OpenAiBackend(OpenAiSettings settings, InstantSource clock, RandomGenerator random, MeterRegistry meters) {
    this.settings = settings;
    this.clock = clock;
    this.random = random;
    this.meters = meters;
    this.http = HttpClient.newBuilder()
        .connectTimeout(Duration.ofSeconds(5).compareTo(settings.timeout()) < 0 ? Duration.ofSeconds(5) : settings.timeout())
        // HTTP/2 by upgrade confuses several small servers, and one answer a connection gains nothing from it.
        .version(HttpClient.Version.HTTP_1_1)
        .build();
    this.circuit = new Circuit(settings.circuitFailuresMax(), settings.circuitPause(), clock);
    this.budget = new TokenBudget(settings.tokensPerMinuteMax(), clock);
    this.places = new Semaphore(settings.concurrencyMax(), true);
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public String model() {
    return settings.model();
  }

  @Override
  public String kind() {
    return "lmm";
  }

  @Override
  public double weight() {
    return settings.weight();
  }

  @Override
  public boolean circuitOpen() {
    return circuit.isOpen();
  }

  @Override
  public Outcome ask(Question question) {
    Outcome outcome = withinLimits(question);
    String label = switch (outcome) {
      case Outcome.Answered _ -> "answered";
      case Outcome.NotAnswered(var problem) -> problem.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    };
    meters.counter("verimesh.lmm.calls", "backend", settings.name(), "outcome", label).increment();
    return outcome;
  }

  private Outcome withinLimits(Question question) {
    Duration wait = budget.enter();
    if (wait != null) return no(new BackendProblem.BudgetSpent("the minute's " + settings.tokensPerMinuteMax() + " tokens are spent", wait));
    Duration share = left(question);
    try {
      if (share.isNegative() || !places.tryAcquire(share.toNanos(), TimeUnit.NANOSECONDS)) {
        return no(new BackendProblem.Busy(settings.concurrencyMax() + " calls run already", Duration.ofSeconds(1)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return no(new BackendProblem.TooSlow("interrupted while waiting for a place"));
    }
    try {
      return attempts(question);
    } finally {
      places.release();
    }
  }

  private Outcome attempts(Question question) {
    byte[] body = body(question);
    Outcome last = no(new BackendProblem.TooSlow("no time was left for a first try"));
    for (int attempt = 1; attempt <= settings.attemptsMax(); attempt++) {
      Duration time = left(question);
      if (time.compareTo(settings.timeout()) > 0) time = settings.timeout();
      if (!time.isPositive()) return last;
      Duration held = circuit.enter();
      if (held != null) return no(new BackendProblem.CircuitOpen("its last calls failed", held));
      last = once(body, time);
      if (!(last instanceof Outcome.NotAnswered(var problem)) || !worthAnother(problem)) return last;
      if (attempt == settings.attemptsMax() || !pause(attempt, problem, question)) return last;
    }
    return last;
  }

  private static boolean worthAnother(BackendProblem problem) {
    return switch (problem) {
      case BackendProblem.Unreachable _, BackendProblem.RateLimited _ -> true;
      case BackendProblem.TooSlow _, BackendProblem.Busy _, BackendProblem.BudgetSpent _, BackendProblem.CircuitOpen _,
          BackendProblem.Refused _, BackendProblem.Malformed _ -> false;
    };
  }

  /// Waits before the next try: full jitter over 200 ms, 400 ms, ..., or what the endpoint asked for.
  /// @return false if the question's time would be over
  private boolean pause(int attempt, BackendProblem problem, Question question) {
    long millis = 1 + random.nextLong(200L << Math.min(attempt - 1, 6));
    if (problem instanceof BackendProblem.RateLimited limited) millis = Math.max(millis, limited.retryAfter().toMillis());
    if (Duration.ofMillis(millis).compareTo(left(question)) >= 0) return false;
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Outcome once(byte[] body, Duration time) {
    var request = HttpRequest.newBuilder(URI.create(settings.url().toString().replaceAll("/+$", "") + "/chat/completions"))
        .header("Content-Type", "application/json")
        .timeout(time)
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!settings.apiKey().isEmpty()) request.header("Authorization", "Bearer " + settings.apiKey());
    // The client's own timeout ends with the headers; a body that trickles is cut off by the future's.
    var call = http.sendAsync(request.build(), OpenAiBackend::limited);
    try {
      HttpResponse<byte[]> response = call.get(time.toNanos(), TimeUnit.NANOSECONDS);
      return read(response);
    } catch (java.util.concurrent.TimeoutException e) {
      call.cancel(true);
      circuit.failed();
      return no(new BackendProblem.TooSlow("no answer within " + time.toMillis() + " ms"));
    } catch (InterruptedException e) {
      call.cancel(true);
      circuit.left();
      Thread.currentThread().interrupt();
      return no(new BackendProblem.TooSlow("interrupted"));
    } catch (java.util.concurrent.ExecutionException e) {
      circuit.failed();
      Throwable cause = e.getCause();
      if (cause instanceof HttpTimeoutException) return no(new BackendProblem.TooSlow("no answer within " + time.toMillis() + " ms"));
      return no(new BackendProblem.Unreachable(cause == null ? "failed" : cause.getClass().getSimpleName()));
    }
  }

  private Outcome read(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status == 429) {
      circuit.left(); // Alive, only busy.
      return no(new BackendProblem.RateLimited("HTTP 429", retryAfter(response)));
    }
    if (status >= 500) {
      circuit.failed();
      return no(new BackendProblem.Unreachable("HTTP " + status));
    }
    circuit.succeeded();
    if (status != 200) return no(new BackendProblem.Refused("HTTP " + status));
    try {
      JsonNode root = JSON.readTree(response.body());
      JsonNode content = root.path("choices").path(0).path("message").path("content");
      if (!content.isTextual()) return no(new BackendProblem.Malformed("no choices[0].message.content"));
      long tokens = root.path("usage").path("total_tokens").asLong(content.textValue().length() / 4 + 1_000);
      budget.spend(tokens);
      meters.counter("verimesh.lmm.tokens", "backend", settings.name()).increment(tokens);
      return new Outcome.Answered(new Reply(content.textValue(), tokens));
    } catch (IOException e) {
      return no(new BackendProblem.Malformed("the response is no JSON"));
    }
  }

  private byte[] body(Question question) {
    ObjectNode root = JSON.createObjectNode();
    root.put("model", settings.model());
    root.put("temperature", 0);
    root.put("max_tokens", question.answerTokensMax());
    root.put("stream", false);
    var messages = root.putArray("messages");
    messages.addObject().put("role", "system").put("content", question.system());
    var parts = messages.addObject().put("role", "user").putArray("content");
    parts.addObject().put("type", "text").put("text", question.user());
    parts.addObject().put("type", "image_url").putObject("image_url")
        .put("url", "data:" + question.mediaType() + ";base64," + Base64.getEncoder().encodeToString(question.picture()));
    switch (settings.structured()) {
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

  private static Duration retryAfter(HttpResponse<?> response) {
    return response.headers().firstValue("Retry-After").map(text -> {
      try {
        return Duration.ofSeconds(Math.clamp(Long.parseLong(text.strip()), 0, 3600));
      } catch (NumberFormatException e) {
        return Duration.ofSeconds(1); // The other form is a date; a second is as good a guess as any.
      }
    }).orElse(Duration.ofSeconds(1));
  }

  private static HttpResponse.BodySubscriber<byte[]> limited(HttpResponse.ResponseInfo info) {
    return HttpResponse.BodySubscribers.mapping(
        HttpResponse.BodySubscribers.limiting(HttpResponse.BodySubscribers.ofByteArray(), ANSWER_BYTES_MAX), bytes -> bytes);
  }

  private Duration left(Question question) {
    return Duration.between(clock.instant(), question.until());
  }

  private static Outcome no(BackendProblem problem) {
    return new Outcome.NotAnswered(problem);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
