package verimesh.hash.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Item;

class RedisIndexTest extends ItemIndexContract {
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(NOW));

  @TempDir static Path directory;
  private static RedisServer server;

  private final String prefix = UUID.randomUUID() + ":"; // a house of its own for each test

  @BeforeAll
  static void startRedis() throws Exception {
    server = RedisServer.start(directory);
  }

  @AfterAll
  static void stopRedis() throws Exception {
    if (server != null) server.close();
  }

  @Override
  RedisIndex open() {
    return new RedisIndex(new RedisIndex.Place(server.uri(), false, prefix, 3, 20, 100, Duration.ofSeconds(5), true), CLOCK, Telemetry.unscraped("hash-svc"));
  }

  @Test
  void twoReplicasSeeEachOthersItemsWithinASecond() throws Exception {
    try (RedisIndex other = open()) {
      float[] unit = specimens.unit(16);
      Item item = Specimens.item("known-ai", specimens.sha256(), specimens.pdq(), Map.of(Specimens.SPACE, unit));
      write(new Edit.Add(item));
      long written = System.nanoTime();
      while (other.catalogue().nearestPdq(item.pdq(), 31, 50, 5, EVERYTHING).isEmpty()
          || other.nearest(Specimens.SPACE, unit, BankKind.POSITIVE, 1, EVERYTHING).isEmpty()
          || other.catalogue().vectors().isEmpty()) {
        assertThat(System.nanoTime() - written).as("nanoseconds until the other replica sees it").isLessThan(1_000_000_000L);
        Thread.onSpinWait();
      }
      assertThat(other.bySha256(item.sha256())).hasSize(1);
      long generation = other.catalogue().generation(NOW);
      write(new Edit.Put(item.removed(true)));
      long removed = System.nanoTime();
      while (other.catalogue().items() > 0 || other.catalogue().generation(NOW) <= generation) {
        assertThat(System.nanoTime() - removed).isLessThan(1_000_000_000L);
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void twoReplicasThatAddTheSamePictureAddOneItem() throws Exception {
    try (RedisIndex other = open()) {
      List<Item> items = new ArrayList<>();
      for (int i = 0; i < 200; i++) items.add(specimens.item("known-ai"));
      List<Edit> edits = items.stream().<Edit>map(Edit.Add::new).toList();
      var here = index.write(new Batch(edits, null));
      var there = other.write(new Batch(edits, null));
      here.join();
      there.join();
      List<Item> exported = new ArrayList<>();
      index.export("known-ai", false, exported::add);
      assertThat(exported).hasSize(200);
      assertThat(index.catalogue().items()).isEqualTo(200);
    }
  }

  @Test
  void anItemWhoseWriterDiedBeforeItsRowIsCompletedByTheNextRegistration() {
    Item item = Specimens.item("known-ai", specimens.sha256(), specimens.pdq(), Map.of(Specimens.SPACE, specimens.unit(16)));
    write(new Edit.Add(item));
    try (RedisClient client = RedisClient.create(server.uri()); var redis = client.connect()) {
      long rows = 0;
      for (int shard = 0; shard < 3; shard++) rows += redis.sync().hdel(prefix + "row:" + shard, item.id().toString());
      assertThat(rows).isEqualTo(1);
    }
    assertThat(write(new Edit.Add(item))).containsExactly(false);
    try (RedisIndex other = open()) {
      assertThat(other.catalogue().items()).isEqualTo(1);
      assertThat(other.catalogue().nearestPdq(item.pdq(), 0, 0, 5, EVERYTHING)).hasSize(1);
    }
  }

  @Test
  void aReloadForgetsWhatIsGoneAndKeepsWhatComesMeanwhile() {
    var catalogue = new Catalogue();
    catalogue.put(Specimens.bank("known-ai", BankKind.POSITIVE));
    Item gone = specimens.item("known-ai");
    Item there = specimens.item("known-ai");
    Item lostAndWrittenAgain = specimens.item("known-ai");
    Item fresh = specimens.item("known-ai");
    for (Item item : List.of(gone, there, lostAndWrittenAgain)) Row.of(item).putInto(catalogue);
    catalogue.reload(() -> {
      Row.of(there).putInto(catalogue);
      Thread writer = Thread.ofVirtual().start(() -> List.of(fresh, lostAndWrittenAgain).forEach(item -> Row.of(item).putInto(catalogue)));
      assertThatCode(writer::join).doesNotThrowAnyException();
    });
    assertThat(catalogue.contains(gone.id())).isFalse();
    assertThat(List.of(there, lostAndWrittenAgain, fresh)).allMatch(item -> catalogue.contains(item.id()));
    assertThat(catalogue.items()).isEqualTo(3);
  }

  @Test
  void aRedisThatIsKilledAndComesBackKeepsWhatWasAcknowledged() throws Exception {
    try (RedisServer mortal = RedisServer.start(Files.createTempDirectory("redis-mortal"))) {
      var place = new RedisIndex.Place(mortal.uri(), false, prefix, 3, 20, 100, Duration.ofSeconds(5), true);
      try (RedisIndex here = new RedisIndex(place, CLOCK, Telemetry.unscraped("hash-svc"))) {
        here.write(new Batch(List.of(new Edit.PutBank(Specimens.bank("known-ai", BankKind.POSITIVE))), null)).join();
        List<Item> acknowledged = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch some = new CountDownLatch(20);
        Thread adder = Thread.ofVirtual().start(() -> {
          try {
            while (true) {
              Item item = Specimens.item("known-ai", specimens.sha256(), specimens.pdq(), Map.of(Specimens.SPACE, specimens.unit(16)));
              here.write(new Batch(List.of(new Edit.Add(item)), null)).join();
              acknowledged.add(item);
              some.countDown();
            }
          } catch (RuntimeException killed) {
            assertThat(killed).hasCauseInstanceOf(ProblemException.class);
          }
        });
        some.await();
        mortal.kill();
        adder.join();
        assertThatThrownBy(() -> here.bySha256(acknowledged.getFirst().sha256())).hasMessageContaining("INDEX_UNREACHABLE");
        mortal.start();
        try (RedisIndex again = new RedisIndex(place, CLOCK, Telemetry.unscraped("hash-svc"))) {
          for (Item item : acknowledged) {
            assertThat(again.bySha256(item.sha256())).hasSize(1);
            assertThat(again.catalogue().nearestPdq(item.pdq(), 0, 0, 5, EVERYTHING)).hasSize(1);
            assertThat(again.nearest(Specimens.SPACE, item.vectors().get(Specimens.SPACE), BankKind.POSITIVE, 1, EVERYTHING).getFirst().item().id()).isEqualTo(item.id());
          }
        }
      }
    }
  }
}
