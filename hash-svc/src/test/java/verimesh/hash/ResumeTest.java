package verimesh.hash;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.index.RedisServer;
import verimesh.hash.index.Specimens;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.ExportItemsRequest;
import verimesh.hash.v1.ExportItemsResponse;
import verimesh.hash.v1.GetItemRequest;
import verimesh.hash.v1.GetStatisticsRequest;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.RegisterRequest;
import verimesh.hash.v1.RegisterResponse;

/// A bulk registration that is cut off goes on where it was: what was acknowledged is there, once, and the same stream sent
/// again registers the rest. With the service killed, and with its Redis killed.
@Timeout(180)
class ResumeTest {
  private static final int ITEMS = 3_000;
  private static final int ACKNOWLEDGED_BEFORE_THE_KILL = 600;

  @TempDir Path directory;

  private final Specimens specimens = Specimens.seeded(23);
  private final List<RegisterRequest> requests = new ArrayList<>();

  ResumeTest() {
    for (int i = 0; i < ITEMS; i++) {
      requests.add(TestHash.registration(specimens, "known-ai").toBuilder().addVectors(TestHash.vector(specimens.unit(32))).build());
    }
  }

  @Test
  void aKilledServiceLosesNothingThatItAcknowledged() throws Exception {
    Map<String, String> environment = Map.of("VERIMESH_HASH_DIRECTORY", directory.resolve("index").toString(), "VERIMESH_HASH_WRITERS", "*",
        "VERIMESH_HASH_REGISTRATIONS_BURST", "100000");
    try (var service = new HashProcess(environment, directory.resolve("hash-svc.log"))) {
      List<RegisterResponse> before = interrupted(service.target(), service::kill);
      service.awaitEnd();
      service.start();
      resumed(service.target(), before);
    }
  }

  @Test
  void aKilledRedisLosesNothingThatWasAcknowledged() throws Exception {
    try (RedisServer redis = RedisServer.start(Files.createDirectory(directory.resolve("redis")));
        var service = new TestHash(Map.of("VERIMESH_HASH_INDEX", "redis", "VERIMESH_HASH_REDIS_URI", redis.uri(), "VERIMESH_HASH_WRITERS", "*",
            "VERIMESH_HASH_REGISTRATIONS_BURST", "100000"), ServerConfig.loopback())) {
      List<RegisterResponse> before = interrupted(service.target(), redis::killNow);
      redis.kill();
      redis.start();
      resumed(service.target(), before);
    }
  }

  private List<RegisterResponse> interrupted(String target, Runnable kill) throws Exception {
    return with(target, channel -> {
      TestHash.createBank(HashServiceGrpc.newBlockingStub(channel).withWaitForReady(), "known-ai", BankKind.BANK_KIND_POSITIVE);
      BiConsumer<Integer, RegisterResponse> killer = (place, answer) -> {
        if (place == ACKNOWLEDGED_BEFORE_THE_KILL) kill.run();
      };
      List<RegisterResponse> answers = TestHash.stream(channel, requests, killer);
      assertThat(answers).hasSizeGreaterThan(ACKNOWLEDGED_BEFORE_THE_KILL).hasSizeLessThan(ITEMS);
      assertThat(answers).allMatch(answer -> answer.getErrorReason().isEmpty() && answer.getCreated());
      return answers;
    });
  }

  private void resumed(String target, List<RegisterResponse> acknowledged) throws Exception {
    with(target, channel -> {
      var hash = HashServiceGrpc.newBlockingStub(channel).withWaitForReady();
      awaitIndex(hash);
      for (RegisterResponse answer : acknowledged) {
        assertThat(hash.getItem(GetItemRequest.newBuilder().setItemId(answer.getItemId()).build()).getItem().getEmbeddingSpacesList()).hasSize(1);
      }
      List<RegisterResponse> again = TestHash.stream(channel, requests, (_, _) -> {});
      assertThat(again).hasSize(ITEMS).allMatch(answer -> answer.getErrorReason().isEmpty());
      for (int i = 0; i < acknowledged.size(); i++) {
        assertThat(again.get(i).getItemId()).isEqualTo(acknowledged.get(i).getItemId());
        assertThat(again.get(i).getCreated()).as("acknowledged before the kill, so there already").isFalse();
      }
      assertThat(hash.getStatistics(GetStatisticsRequest.getDefaultInstance()).getItems()).isEqualTo(ITEMS);
      assertThat(hash.getStatistics(GetStatisticsRequest.getDefaultInstance()).getVectorsMap()).containsEntry(Specimens.SPACE, (long) ITEMS);
      Set<String> exported = new HashSet<>();
      List<ExportItemsResponse> all = new ArrayList<>();
      hash.exportItems(ExportItemsRequest.newBuilder().setBank("known-ai").build()).forEachRemaining(all::add);
      all.forEach(item -> exported.add(item.getItem().getItemId()));
      assertThat(all).hasSize(ITEMS);
      assertThat(exported).hasSize(ITEMS);
      for (int i = 0; i < ITEMS; i += 97) {
        assertThat(hash.match(TestHash.query(requests.get(i))).getMatches(0).getItem().getItemId()).isEqualTo(again.get(i).getItemId());
      }
      return null;
    });
  }

  /// A service whose Redis came back finds that out by asking it.
  private static void awaitIndex(HashServiceGrpc.HashServiceBlockingStub hash) {
    long giveUp = System.nanoTime() + 30_000_000_000L;
    while (!TestHash.reason(() -> hash.getItem(GetItemRequest.newBuilder().setItemId("0".repeat(32)).build())).equals("ITEM_UNKNOWN")) {
      assertThat(System.nanoTime()).isLessThan(giveUp);
    }
  }

  @FunctionalInterface
  private interface Calls<T> {
    T on(ManagedChannel channel) throws Exception;
  }

  private static <T> T with(String target, Calls<T> calls) throws Exception {
    ManagedChannel channel = Channels.connect(ChannelConfig.to(target), Telemetry.unscraped("test"));
    try {
      return calls.on(channel);
    } finally {
      channel.shutdownNow();
    }
  }
}
