package verimesh.verifier.lmm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import verimesh.verifier.lmm.Backend.Outcome;

class OpenAiBackendTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private ScriptedLmm server;

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedLmm();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void anAnswerComesBackAsItIs() {
    server.then(new ScriptedLmm.Act.Say("{\"verdict\":\"real\"}"));
    try (var backend = backend(server.settings(Duration.ofSeconds(5), 1))) {
      assertThat(backend.ask(question(5))).isEqualTo(new Outcome.Answered(new Reply("{\"verdict\":\"real\"}", new Reply.Tokens(300, 21))));
    }
    var request = server.requests().getFirst();
    assertThat(request.at("/messages/1/content/1/image_url/url").asText()).isEqualTo("data:image/png;base64,AQID");
    assertThat(request.at("/response_format/json_schema/strict").asBoolean()).isTrue();
    assertThat(server.authorizations()).containsExactly("Bearer sk-secret");
    assertThat(meters.counter("verimesh.lmm.tokens", "backend", "scripted").count()).isEqualTo(321);
  }

  @Test
  void aBrokenServerIsAskedAgainAndThenGivenUp() {
    server.then(new ScriptedLmm.Act.Status(503, 0)).then(new ScriptedLmm.Act.Cut()).then(new ScriptedLmm.Act.Say("fine"));
    try (var backend = backend(server.settings(Duration.ofSeconds(5), 3))) {
      assertThat(backend.ask(question(10))).isInstanceOf(Outcome.Answered.class);
    }
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void aRefusalIsNotRepeated() {
    server.then(new ScriptedLmm.Act.Status(401, 0));
    try (var backend = backend(server.settings(Duration.ofSeconds(5), 3))) {
      assertThat(backend.ask(question(5))).isEqualTo(new Outcome.NotAnswered(new BackendProblem.Refused("HTTP 401")));
    }
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void comeLaterIsToldToTheCallerWhereNoTimeIsLeftToWait() {
    server.then(new ScriptedLmm.Act.Status(429, 30));
    try (var backend = backend(server.settings(Duration.ofSeconds(5), 3))) {
      assertThat(backend.ask(question(5)))
          .isEqualTo(new Outcome.NotAnswered(new BackendProblem.RateLimited("HTTP 429", Duration.ofSeconds(30))));
      assertThat(backend.circuitOpen()).isFalse();
    }
  }

  @Test
  void silenceAndATrickleBothCostTheirTimeAndNoMore() {
    server.then(new ScriptedLmm.Act.Hang()).then(new ScriptedLmm.Act.Trickle());
    try (var backend = backend(server.settings(Duration.ofMillis(300), 1))) {
      assertThat(problem(backend.ask(question(5)))).isInstanceOf(BackendProblem.TooSlow.class);
      assertThat(problem(backend.ask(question(5)))).isInstanceOf(BackendProblem.TooSlow.class);
    }
  }

  @Test
  void nonsenseIsMalformed() {
    server.then(new ScriptedLmm.Act.Raw("<html>")).then(new ScriptedLmm.Act.Raw("{\"choices\":[]}"));
    try (var backend = backend(server.settings(Duration.ofSeconds(5), 1))) {
      assertThat(problem(backend.ask(question(5)))).isInstanceOf(BackendProblem.Malformed.class);
      assertThat(problem(backend.ask(question(5)))).isInstanceOf(BackendProblem.Malformed.class);
    }
  }

  @Test
  void afterThreeFailuresNobodyIsAskedForAWhile() {
    for (int i = 0; i < 3; i++) server.then(new ScriptedLmm.Act.Status(500, 0));
    try (var backend = backend(server.settings(Duration.ofSeconds(5), 1))) {
      for (int i = 0; i < 3; i++) assertThat(problem(backend.ask(question(5)))).isInstanceOf(BackendProblem.Unreachable.class);
      assertThat(problem(backend.ask(question(5)))).isInstanceOf(BackendProblem.CircuitOpen.class);
      assertThat(backend.circuitOpen()).isTrue();
    }
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void aStreamThatNobodyAskedForIsPutTogether() {
    server.then(new ScriptedLmm.Act.Stream("{\"verdict\":\"real\",\"note\":\"한국어도\"}"));
    try (var backend = backend(server.settings(Duration.ofSeconds(5), 1))) {
      assertThat(backend.ask(question(5)))
          .isEqualTo(new Outcome.Answered(new Reply("{\"verdict\":\"real\",\"note\":\"한국어도\"}", new Reply.Tokens(300, 21))));
    }
  }

  @Test
  void aSpentBudgetRefusesTheNextCall() {
    server.then(new ScriptedLmm.Act.Say("fine"));
    try (var backend = backend(limited(new OpenAiSettings.Limits(4, 64, 100, new OpenAiSettings.Price(0, 0), 0)))) {
      assertThat(backend.ask(question(5))).isInstanceOf(Outcome.Answered.class);
      assertThat(problem(backend.ask(question(5)))).isInstanceOf(BackendProblem.BudgetSpent.class);
    }
  }

  @Test
  void whatACallCostsIsCountedAndHeldAgainstTheBudget() {
    server.then(new ScriptedLmm.Act.Say("fine"));
    // 300 prompt tokens at 1 and 21 answer tokens at 4 a million.
    try (var backend = backend(limited(new OpenAiSettings.Limits(4, 64, 0, new OpenAiSettings.Price(1, 4), 0.0001)))) {
      assertThat(backend.ask(question(5))).isInstanceOf(Outcome.Answered.class);
      assertThat(meters.counter("verimesh.lmm.cost", "backend", "scripted").count()).isCloseTo(0.000384, org.assertj.core.data.Offset.offset(1e-12));
      assertThat(problem(backend.ask(question(5)))).isInstanceOf(BackendProblem.BudgetSpent.class);
    }
  }

  @Test
  void callersInAHurryDoNotCloseTheEndpointForOthers() {
    server.otherwise(new ScriptedLmm.Act.Hang());
    try (var backend = backend(server.settings(Duration.ofSeconds(30), 1))) {
      var hurried = new Question("rules", "task", new byte[] {1}, "image/png", "examination", new ObjectMapper().createObjectNode(), 100, true,
          Instant.now().plusMillis(400));
      for (int i = 0; i < 4; i++) backend.ask(hurried);
      assertThat(backend.circuitOpen()).isFalse();
    }
  }

  private OpenAiSettings limited(OpenAiSettings.Limits limits) {
    var s = server.settings(Duration.ofSeconds(5), 1);
    return new OpenAiSettings(s.name(), s.url(), s.model(), s.apiKey(), 1, s.structured(), s.timeout(), 1, limits, 3, s.circuitPause());
  }

  @Test
  void theKeyIsNoPartOfWhatIsPrinted() {
    assertThat(server.settings(Duration.ofSeconds(1), 1).toString()).doesNotContain("sk-secret");
  }

  private OpenAiBackend backend(OpenAiSettings settings) {
    return new OpenAiBackend(settings, InstantSource.system(), RandomGenerator.of("L64X128MixRandom"), meters);
  }

  private static BackendProblem problem(Outcome outcome) {
    return ((Outcome.NotAnswered) outcome).problem();
  }

  private static Question question(int seconds) {
    return new Question("rules", "task", new byte[] {1, 2, 3}, "image/png", "examination", new ObjectMapper().createObjectNode(), 100, true,
        Instant.now().plusSeconds(seconds));
  }
}
