package verimesh.orchestrator.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.testing.RedisServer;

/// Against a real Redis.
class RedisVerdictsTest extends VerdictStoreContract {
  private static final String ID = "01JD9Q6W0Z4M8T2R5X7K3N1B0H";

  private static RedisServer redis;
  private final MeterRegistry meters = new SimpleMeterRegistry();

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    redis = RedisServer.start(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    if (redis != null) redis.close();
  }

  @Override
  VerdictStore open(Duration keep) {
    var store = new RedisVerdicts(new VerdictStoreConfig(keep, 1 << 20, Optional.of(redis.uri())), meters);
    while (!store.works()) Thread.onSpinWait();
    return store;
  }

  /// Redis has its own clock: waits until it says that every verdict has ended.
  @Override
  void pass(Duration time) {
    try (var client = RedisClient.create(redis.uri()); var connection = client.connect()) {
      long until = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < until || !connection.sync().keys("*B0G").isEmpty()) Thread.onSpinWait();
    }
  }

  @Test
  void anotherReplicaSeesTheSameVerdicts() {
    try (VerdictStore one = open(Duration.ofHours(1)); VerdictStore other = open(Duration.ofHours(1))) {
      one.keep(verdict(ID));
      while (other.find(ID).isEmpty()) Thread.onSpinWait(); // kept without waiting, so a moment later elsewhere
      assertThat(other.add(ID, feedback("from the other"))).isTrue();
      assertThat(one.find(ID).orElseThrow().feedback()).containsExactly(feedback("from the other"));
    }
  }

  @Test
  void aRedisThatIsAwayCostsTheKeepingAndNeverTheVerdict() throws Exception {
    try (VerdictStore store = open(Duration.ofHours(1))) {
      store.keep(verdict(ID));
      redis.kill();
      while (store.works()) Thread.onSpinWait();
      store.keep(verdict("01JD9Q6W0Z4M8T2R5X7K3N1B0J")); // neither waits nor fails
      while (meters.get("verimesh.verdicts.not.kept").counter().count() == 0) Thread.onSpinWait();
      assertThatThrownBy(() -> store.find(ID)).isInstanceOfSatisfying(ProblemException.class, thrown -> {
        assertThat(thrown.problem()).isInstanceOf(Problem.Unavailable.class);
        assertThat(thrown.problem().reason()).isEqualTo("STORE_UNREACHABLE");
      });
      redis.start();
      while (!store.works()) Thread.onSpinWait();
      assertThat(store.find(ID)).as("Redis kept it on disk").isPresent();
      store.keep(verdict("01JD9Q6W0Z4M8T2R5X7K3N1B0K"));
      assertThat(store.find("01JD9Q6W0Z4M8T2R5X7K3N1B0K")).isPresent();
    }
  }

  @Test
  void aRedisThatWasNeverThereKeepsNobodyFromStarting() {
    try (var store = new RedisVerdicts(new VerdictStoreConfig(Duration.ofHours(1), 1 << 20, Optional.of("redis://127.0.0.1:1")), meters)) {
      assertThat(store.works()).isFalse();
      store.keep(verdict(ID));
      assertThatThrownBy(() -> store.find(ID)).isInstanceOf(ProblemException.class);
    }
  }
}
