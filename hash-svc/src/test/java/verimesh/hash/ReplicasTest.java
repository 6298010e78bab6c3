package verimesh.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.hash.index.RedisServer;
import verimesh.hash.index.Specimens;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.RegisterRequest;

/// Two replicas of hash-svc over one Redis 8.
@Timeout(180)
class ReplicasTest {
  private static final int CALLERS = 8;
  private static final int CALLS_BEFORE_THE_KILL = 500;
  private static final int CALLS_AFTER_THE_KILL = 2_000;

  @TempDir Path directory;

  private final Specimens specimens = Specimens.seeded(29);

  @Test
  void eachSeesTheOthersItemsWithinASecondAndAKilledOneFailsNoCall() throws Exception {
    try (RedisServer redis = RedisServer.start(directory)) {
      Map<String, String> environment = Map.of("VERIMESH_HASH_INDEX", "redis", "VERIMESH_HASH_REDIS_URI", redis.uri(), "VERIMESH_HASH_WRITERS", "*");
      try (var stays = new TestHash(environment, ServerConfig.loopback()); var dies = new HashProcess(environment, directory.resolve("hash-svc.log"))) {
        var one = stays.stub(ChannelConfig.to(stays.target()));
        var other = stays.stub(ChannelConfig.to(dies.target()));
        TestHash.createBank(one, "known-ai", BankKind.BANK_KIND_POSITIVE);
        List<RegisterRequest> known = new ArrayList<>();
        long slowest = 0;
        for (int i = 0; i < 20; i++) { // by turns
          RegisterRequest request = TestHash.registration(specimens, "known-ai");
          (i % 2 == 0 ? one : other).register(request);
          long registered = System.nanoTime();
          while ((i % 2 == 0 ? other : one).match(TestHash.query(request)).getMatchesCount() < 2) { // by bytes and by PDQ
            assertThat(System.nanoTime() - registered).as("nanoseconds until the other replica finds it").isLessThan(1_000_000_000L);
          }
          slowest = Math.max(slowest, System.nanoTime() - registered);
          known.add(request);
        }
        System.out.printf("replicas: the other one found each of %d items after at most %.0f ms%n", known.size(), slowest / 1e6);
        aKilledOneFailsNoCall(stays, dies, known);
      }
    }
  }

  private static void aKilledOneFailsNoCall(TestHash stays, HashProcess dies, List<RegisterRequest> known) throws Exception {
    var both = stays.stub(ChannelConfig.to(stays.target() + "," + dies.target()));
    var calls = new AtomicInteger();
    var stop = new AtomicBoolean();
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    List<Thread> callers = new ArrayList<>();
    for (int c = 0; c < CALLERS; c++) {
      callers.add(Thread.ofVirtual().start(() -> {
        for (int i = 0; !stop.get(); i++) {
          try {
            if (both.match(TestHash.query(known.get(i % known.size()))).getMatchesCount() < 2) failures.add("found too little");
          } catch (RuntimeException e) {
            failures.add(Problems.of(e).toString());
          }
          if (calls.incrementAndGet() == CALLS_BEFORE_THE_KILL) dies.kill();
          if (calls.get() >= CALLS_BEFORE_THE_KILL + CALLS_AFTER_THE_KILL) stop.set(true);
        }
      }));
    }
    for (Thread caller : callers) caller.join();
    System.out.printf("replicas: %d calls, one replica killed after %d, %d failed%n", calls.get(), CALLS_BEFORE_THE_KILL, failures.size());
    assertThat(failures).isEmpty();
  }
}
