package verimesh.verifier.lmm;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
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

  private final OpenAiSettings settings;
  private final URI endpoint;
  private final HttpClient http;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Circuit circuit;
  private final MinuteBudget tokens;
  private final MinuteBudget money;
  private final Places places;
  private final MeterRegistry meters;
  private final Counter tokensSpent;
  private final Counter moneySpent;
  private final Timer answering;

  public OpenAiBackend(OpenAiSettings settings, InstantSource clock, RandomGenerator random, MeterRegistry meters) {
    this.settings = settings;
    this.endpoint = URI.create(settings.url().toString().replaceAll("/+$", "") + "/chat/completions");
    this.clock = clock;
    this.random = random;
    this.meters = meters;
    this.http = HttpClient.newBuilder()
        .connectTimeout(Duration.ofSeconds(5).compareTo(settings.timeout()) < 0 ? Duration.ofSeconds(5) : settings.timeout())
        // HTTP/2 by upgrade confuses several small servers, and one answer a connection gains nothing from it.
        .version(HttpClient.Version.HTTP_1_1)
        .build();
    OpenAiSettings.Limits limits = settings.limits();
    this.circuit = new Circuit(settings.circuitFailuresMax(), settings.circuitPause(), clock);
    this.tokens = new MinuteBudget(limits.tokensPerMinuteMax(), clock);
    this.money = new MinuteBudget(limits.costPerMinuteMax(), clock);
    this.places = new Places(limits.concurrencyMax(), limits.waitingMax(), clock);
    this.tokensSpent = Counter.builder("verimesh.lmm.tokens").description("Prompt and answer tokens that the endpoint billed")
        .tag("backend", settings.name()).register(meters);
    this.moneySpent = Counter.builder("verimesh.lmm.cost").description("What they cost by the configured prices")
        .tag("backend", settings.name()).register(meters);
    this.answering = Timer.builder("verimesh.lmm.answer").description("One try of one question, from sending it to its answer")
        .tag("backend", settings.name()).publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(10)).maximumExpectedValue(Duration.ofMinutes(2)).register(meters);
    Gauge.builder("verimesh.lmm.running", places, Places::running).description("Questions that hold a place")
        .tag("backend", settings.name()).register(meters);
    Gauge.builder("verimesh.lmm.waiting", places, Places::waiting).description("Questions that wait for a place")
        .tag("backend", settings.name()).register(meters);
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
      case Outcome.NotAnswered(var problem) -> problem.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    };
    meters.counter("verimesh.lmm.calls", "backend", settings.name(), "outcome", label).increment();
    return outcome;
  }

  private Outcome withinLimits(Question question) {
    Duration wait = tokens.enter();
    if (wait != null) return spent("the minute's " + settings.limits().tokensPerMinuteMax() + " tokens are spent", wait);
    wait = money.enter();
    if (wait != null) return spent("the minute's cost of " + settings.limits().costPerMinuteMax() + " is spent", wait);
    // Nobody stands in a queue for an endpoint that is left alone.
    if (circuit.isOpen()) return no(new BackendProblem.CircuitOpen("its last calls failed", settings.circuitPause()));
    try {
      String none = places.enter(question.urgent(), question.until());
      if (none != null) return no(new BackendProblem.Busy(none, Duration.ofSeconds(1)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return no(new BackendProblem.TooSlow("interrupted while waiting for a place"));
    }
    Instant begun = clock.instant();
    Outcome outcome = null;
    try {
      outcome = attempts(question);
      return outcome;
    } finally {
      places.leave(outcome instanceof Outcome.Answered ? Duration.between(begun, clock.instant()) : null);
    }
  }

  private static Outcome spent(String what, Duration wait) {
    return no(new BackendProblem.BudgetSpent(what, wait));
  }

  private Outcome attempts(Question question) {
    byte[] body = ChatRequest.body(question, settings.model(), settings.structured());
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
          BackendProblem.Refused _, BackendProblem.NotConfigured _, BackendProblem.Malformed _ -> false;
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
    var request = HttpRequest.newBuilder(endpoint)
        .header("Content-Type", "application/json")
        .timeout(time)
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!settings.apiKey().isEmpty()) request.header("Authorization", "Bearer " + settings.apiKey());
    Instant begun = clock.instant();
    // The client's own timeout ends with the headers; a body that trickles is cut off by the future's.
    var call = http.sendAsync(request.build(), OpenAiBackend::limited);
    try {
      HttpResponse<byte[]> response = call.get(time.toNanos(), TimeUnit.NANOSECONDS);
      return read(response);
    } catch (java.util.concurrent.TimeoutException e) {
      call.cancel(true);
      return tooSlow(time);
    } catch (InterruptedException e) {
      call.cancel(true);
      circuit.left();
      Thread.currentThread().interrupt();
      return no(new BackendProblem.TooSlow("interrupted"));
    } catch (java.util.concurrent.ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof HttpTimeoutException) return tooSlow(time);
      circuit.failed();
      return no(new BackendProblem.Unreachable(cause == null ? "failed" : cause.getClass().getSimpleName()));
    } finally {
      answering.record(Duration.between(begun, clock.instant()));
    }
  }

  /// Silence is the endpoint's fault only if it had half its usual time: callers in a hurry must not close it for everybody.
  private Outcome tooSlow(Duration time) {
    if (time.multipliedBy(2).compareTo(settings.timeout()) >= 0) circuit.failed();
    else circuit.left();
    return no(new BackendProblem.TooSlow("no answer within " + time.toMillis() + " ms"));
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
    Reply reply = ChatResponse.read(response.body());
    if (reply == null) return no(new BackendProblem.Malformed("the response is no chat completion"));
    double cost = settings.limits().price().of(reply.tokens());
    tokens.spend(reply.tokens().total());
    money.spend(cost);
    tokensSpent.increment(reply.tokens().total());
    moneySpent.increment(cost);
    return new Outcome.Answered(reply);
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
