package verimesh.hash.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import verimesh.chassis.problem.ProblemException;
import verimesh.hash.bank.Availability;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Change;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;
import verimesh.hash.match.PdqCode;

/// What every engine does, whatever it is made of.
abstract class ItemIndexContract {
  static final long NOW = Specimens.ADDED.toEpochMilli();
  static final Scope EVERYTHING = new Scope(Set.of(), NOW);

  final Specimens specimens = Specimens.seeded(7);
  ItemIndex index;

  /// Opens an index, or opens the same one again.
  abstract ItemIndex open() throws Exception;

  @BeforeEach
  void openWithThreeBanks() throws Exception {
    index = open();
    write(new Edit.PutBank(Specimens.bank("known-ai", BankKind.POSITIVE)),
        new Edit.PutBank(Specimens.bank("press", BankKind.NEGATIVE)),
        new Edit.PutBank(Specimens.bank("feedback", BankKind.QUARANTINE)));
  }

  @AfterEach
  void close() {
    index.close();
  }

  List<Boolean> write(Edit... edits) {
    return index.write(new Batch(List.of(edits), null)).join();
  }

  void reopen() throws Exception {
    index.close();
    index = open();
  }

  @Test
  void anItemComesBackAsItWasAdded() throws Exception {
    Item item = Specimens.item("known-ai", specimens.sha256(), specimens.pdq(), Map.of(Specimens.SPACE, specimens.unit(8)));
    assertThat(write(new Edit.Add(item))).containsExactly(true);
    for (int round = 0; round < 2; round++) { // as written, and after opening again
      Item back = index.item(item.id()).orElseThrow();
      assertThat(back).usingRecursiveComparison().ignoringFields("vectors").isEqualTo(item);
      assertThat(back.vectors().get(Specimens.SPACE)).containsExactly(item.vectors().get(Specimens.SPACE), org.assertj.core.data.Offset.offset(1e-6f));
      assertThat(index.items(List.of(item.id()))).hasSize(1);
      assertThat(index.bySha256(item.sha256())).extracting(Item::id).containsExactly(item.id());
      assertThat(index.catalogue().count("known-ai", NOW)).isEqualTo(new Catalogue.Count(1, 1));
      assertThat(index.catalogue().vectors()).isEqualTo(Map.of(Specimens.SPACE, 1L));
      assertThat(index.catalogue().dimension(Specimens.SPACE)).contains(8);
      reopen();
    }
  }

  @Test
  void addingTwiceChangesNothing() {
    Item item = specimens.item("known-ai");
    assertThat(write(new Edit.Add(item), new Edit.Add(item))).containsExactly(true, false);
    assertThat(write(new Edit.Add(item))).containsExactly(false);
    assertThat(index.catalogue().items()).isEqualTo(1);
    assertThat(index.bySha256(item.sha256())).hasSize(1);
    List<Item> exported = new ArrayList<>();
    index.export("known-ai", false, exported::add);
    assertThat(exported).hasSize(1);
  }

  @Test
  void theSameBytesMayLieInTwoBanks() {
    String sha256 = specimens.sha256();
    write(new Edit.Add(Specimens.item("known-ai", sha256, null, Map.of())), new Edit.Add(Specimens.item("press", sha256, null, Map.of())));
    assertThat(index.bySha256(sha256)).extracting(Item::bank).containsExactlyInAnyOrder("known-ai", "press");
  }

  @Test
  void anItemGainsTheVectorsThatItLacks() throws Exception {
    String sha256 = specimens.sha256();
    PdqCode pdq = specimens.pdq();
    float[] first = specimens.unit(8);
    float[] second = specimens.unit(4);
    write(new Edit.Add(Specimens.item("known-ai", sha256, pdq, Map.of("a", first))));
    assertThat(write(new Edit.Add(Specimens.item("known-ai", sha256, pdq, Map.of("a", specimens.unit(8), "b", second))))).containsExactly(false);
    reopen();
    Item back = index.item(ItemId.of("known-ai", sha256)).orElseThrow();
    assertThat(back.spaces()).containsExactlyInAnyOrder("a", "b");
    assertThat(index.nearest("a", first, BankKind.POSITIVE, 1, EVERYTHING).getFirst().cosine()).isCloseTo(1, within(1e-5));
    assertThat(index.nearest("b", second, BankKind.POSITIVE, 1, EVERYTHING).getFirst().cosine()).isCloseTo(1, within(1e-5));
    assertThat(index.catalogue().vectors()).isEqualTo(Map.of("a", 1L, "b", 1L));
  }

  @Test
  void vectorsOfAnotherDimensionAreRefusedAndNothingOfTheirBatchIsWritten() {
    write(new Edit.Add(Specimens.item("known-ai", specimens.sha256(), null, Map.of("a", specimens.unit(8)))));
    Item sound = specimens.item("known-ai");
    CompletableFuture<List<Boolean>> refused = index.write(new Batch(
        List.of(new Edit.Add(sound), new Edit.Add(Specimens.item("known-ai", specimens.sha256(), null, Map.of("a", specimens.unit(9))))), null));
    assertThatThrownBy(refused::join).hasCauseInstanceOf(ProblemException.class).hasMessageContaining("VECTOR_DIMENSION");
    assertThat(index.item(sound.id())).isEmpty();
    assertThat(index.catalogue().items()).isEqualTo(1);
  }

  @Test
  void theNearestComeFirstAndOnlyFromTheKindAskedFor() {
    float[] query = specimens.unit(16);
    List<Edit> edits = new ArrayList<>();
    Map<Integer, ItemId> ids = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      Item item = Specimens.item(i % 2 == 0 ? "known-ai" : "press", specimens.sha256(), null,
          Map.of(Specimens.SPACE, specimens.unitAt(query, 0.99 - i / 101.0)));
      ids.put(i, item.id());
      edits.add(new Edit.Add(item));
    }
    edits.add(new Edit.Add(Specimens.item("feedback", specimens.sha256(), null, Map.of(Specimens.SPACE, query))));
    index.write(new Batch(edits, null)).join();
    List<Near> ai = index.nearest(Specimens.SPACE, query, BankKind.POSITIVE, 5, EVERYTHING);
    assertThat(ai).extracting(near -> near.item().id()).containsExactly(ids.get(0), ids.get(2), ids.get(4), ids.get(6), ids.get(8));
    assertThat(ai.getFirst().cosine()).isCloseTo(0.99, within(1e-4));
    List<Near> real = index.nearest(Specimens.SPACE, query, BankKind.NEGATIVE, 3, EVERYTHING);
    assertThat(real).extracting(near -> near.item().id()).containsExactly(ids.get(1), ids.get(3), ids.get(5));
  }

  @Test
  void whatIsOffIsNotFoundUntilItsTimeHasCome() throws Exception {
    float[] query = specimens.unit(16);
    PdqCode code = specimens.pdq();
    Item item = Specimens.item("known-ai", specimens.sha256(), code, Map.of(Specimens.SPACE, query));
    Item farther = Specimens.item("known-ai", specimens.sha256(), specimens.pdqAt(code, 20), Map.of(Specimens.SPACE, specimens.unitAt(query, 0.5)));
    write(new Edit.Add(item), new Edit.Add(farther));
    long until = NOW + 60_000;
    write(new Edit.Put(index.item(item.id()).orElseThrow().with(new Availability(until))));
    for (int round = 0; round < 2; round++) {
      assertThat(index.nearest(Specimens.SPACE, query, BankKind.POSITIVE, 5, EVERYTHING)).extracting(near -> near.item().id()).containsExactly(farther.id());
      assertThat(index.catalogue().nearestPdq(code, 31, 50, 5, EVERYTHING)).extracting(PdqHit::id).containsExactly(farther.id());
      assertThat(index.catalogue().count("known-ai", NOW)).isEqualTo(new Catalogue.Count(2, 1));
      Scope later = new Scope(Set.of(), until);
      assertThat(index.nearest(Specimens.SPACE, query, BankKind.POSITIVE, 5, later)).extracting(near -> near.item().id()).containsExactly(item.id(), farther.id());
      assertThat(index.catalogue().nearestPdq(code, 31, 50, 5, later)).extracting(PdqHit::id).containsExactly(item.id(), farther.id());
      assertThat(index.catalogue().count("known-ai", until)).isEqualTo(new Catalogue.Count(2, 2));
      assertThat(index.catalogue().generation(until)).isGreaterThanOrEqualTo(until);
      reopen();
    }
  }

  @Test
  void aBankThatIsOffOrNotAskedForIsNotSearched() {
    write(new Edit.PutBank(Specimens.bank("known-ai-2", BankKind.POSITIVE)));
    float[] query = specimens.unit(16);
    PdqCode code = specimens.pdq();
    Item one = Specimens.item("known-ai", specimens.sha256(), code, Map.of(Specimens.SPACE, query));
    Item two = Specimens.item("known-ai-2", specimens.sha256(), code, Map.of(Specimens.SPACE, query));
    write(new Edit.Add(one), new Edit.Add(two));
    Scope onlyTwo = new Scope(Set.of("known-ai-2"), NOW);
    assertThat(index.nearest(Specimens.SPACE, query, BankKind.POSITIVE, 5, onlyTwo)).extracting(near -> near.item().id()).containsExactly(two.id());
    assertThat(index.catalogue().nearestPdq(code, 31, 50, 5, onlyTwo)).extracting(PdqHit::id).containsExactly(two.id());
    write(new Edit.PutBank(Specimens.bank("known-ai-2", BankKind.POSITIVE).with(Availability.OFF)));
    assertThat(index.nearest(Specimens.SPACE, query, BankKind.POSITIVE, 5, EVERYTHING)).extracting(near -> near.item().id()).containsExactly(one.id());
    assertThat(index.catalogue().nearestPdq(code, 31, 50, 5, EVERYTHING)).extracting(PdqHit::id).containsExactly(one.id());
    assertThat(index.catalogue().itemsOn(BankKind.POSITIVE, EVERYTHING)).isEqualTo(1);
  }

  @Test
  void whatIsRemovedIsNotFoundAndCanComeBackWithItsVector() throws Exception {
    float[] query = specimens.unit(16);
    PdqCode code = specimens.pdq();
    Item item = Specimens.item("known-ai", specimens.sha256(), code, Map.of(Specimens.SPACE, query));
    write(new Edit.Add(item));
    write(new Edit.Put(item.removed(true)));
    for (int round = 0; round < 2; round++) {
      assertThat(index.items(List.of(item.id()))).isEmpty();
      assertThat(index.bySha256(item.sha256())).isEmpty();
      assertThat(index.nearest(Specimens.SPACE, query, BankKind.POSITIVE, 5, EVERYTHING)).isEmpty();
      assertThat(index.catalogue().nearestPdq(code, 31, 50, 5, EVERYTHING)).isEmpty();
      assertThat(index.catalogue().items()).isZero();
      assertThat(index.catalogue().vectors()).isEmpty();
      reopen();
    }
    write(new Edit.Put(index.item(item.id()).orElseThrow().removed(false)));
    assertThat(index.nearest(Specimens.SPACE, query, BankKind.POSITIVE, 5, EVERYTHING)).extracting(near -> near.item().id()).containsExactly(item.id());
    assertThat(index.catalogue().nearestPdq(code, 31, 50, 5, EVERYTHING)).hasSize(1);
    assertThat(index.catalogue().vectors()).isEqualTo(Map.of(Specimens.SPACE, 1L));
  }

  @Test
  void aMovedItemIsFoundInItsNewBankAlone() throws Exception {
    float[] query = specimens.unit(16);
    PdqCode code = specimens.pdq();
    Item item = Specimens.item("feedback", specimens.sha256(), code, Map.of(Specimens.SPACE, query));
    write(new Edit.Add(item));
    assertThat(index.catalogue().nearestPdq(code, 31, 50, 5, EVERYTHING)).isEmpty();
    Item moved = item.in("known-ai");
    write(new Edit.Move(item.id(), moved));
    for (int round = 0; round < 2; round++) {
      assertThat(index.item(item.id())).isEmpty();
      assertThat(index.bySha256(item.sha256())).extracting(Item::bank).containsExactly("known-ai");
      assertThat(index.nearest(Specimens.SPACE, query, BankKind.POSITIVE, 5, EVERYTHING)).extracting(near -> near.item().id()).containsExactly(moved.id());
      assertThat(index.catalogue().nearestPdq(code, 31, 50, 5, EVERYTHING)).extracting(PdqHit::id).containsExactly(moved.id());
      assertThat(index.catalogue().count("feedback", NOW).items()).isZero();
      assertThat(index.catalogue().count("known-ai", NOW).items()).isEqualTo(1);
      reopen();
    }
  }

  @Test
  void anErasedBankForgetsItsItems() throws Exception {
    Item kept = specimens.item("press");
    Item removed = specimens.item("known-ai");
    Item item = Specimens.item("known-ai", specimens.sha256(), specimens.pdq(), Map.of(Specimens.SPACE, specimens.unit(16)));
    write(new Edit.Add(kept), new Edit.Add(removed), new Edit.Add(item));
    write(new Edit.Put(removed.removed(true)));
    write(new Edit.EraseItems("known-ai"));
    for (int round = 0; round < 2; round++) {
      assertThat(index.item(removed.id())).isEmpty();
      assertThat(index.item(item.id())).isEmpty();
      assertThat(index.catalogue().items()).isEqualTo(1);
      assertThat(index.catalogue().vectors()).isEmpty();
      reopen();
    }
  }

  @Test
  void whatWasRemovedCanBeForgottenAloneAndForGood() throws Exception {
    Item kept = specimens.item("known-ai");
    Item removed = Specimens.item("known-ai", specimens.sha256(), specimens.pdq(), Map.of(Specimens.SPACE, specimens.unit(16)));
    write(new Edit.Add(kept), new Edit.Add(removed));
    write(new Edit.Put(removed.removed(true)));
    assertThat(index.removed("known-ai")).isEqualTo(1);
    write(new Edit.EraseRemoved("known-ai"));
    for (int round = 0; round < 2; round++) {
      assertThat(index.removed("known-ai")).isZero();
      assertThat(index.item(removed.id())).isEmpty();
      assertThat(index.bySha256(kept.sha256())).hasSize(1);
      assertThat(index.catalogue().items()).isEqualTo(1);
      reopen();
    }
    assertThat(write(new Edit.Add(removed))).containsExactly(true);
    assertThat(index.bySha256(removed.sha256())).hasSize(1);
  }

  @Test
  void aFactIsSettledOnceAndStays() throws Exception {
    assertThat(write(new Edit.Settle("pdq-convention", "one"))).containsExactly(true);
    assertThat(write(new Edit.Settle("pdq-convention", "other"))).containsExactly(false);
    for (int round = 0; round < 2; round++) {
      assertThat(index.catalogue().facts()).isEqualTo(Map.of("pdq-convention", "one"));
      reopen();
    }
  }

  @Test
  void changesAreListedNewestFirstAndSurvive() throws Exception {
    for (int i = 0; i < 5; i++) {
      Change change = new Change("000" + i, Instant.ofEpochMilli(NOW), "tester", Change.Kind.ITEMS_SWITCHED, i % 2 == 0 ? "known-ai" : "press",
          List.of("x"), Map.of("x", "0>1"), "");
      index.write(new Batch(List.of(), change)).join();
    }
    reopen();
    assertThat(index.changes("", "", 3)).extracting(Change::id).containsExactly("0004", "0003", "0002");
    assertThat(index.changes("", "0002", 3)).extracting(Change::id).containsExactly("0001", "0000");
    assertThat(index.changes("press", "", 10)).extracting(Change::id).containsExactly("0003", "0001");
    assertThat(index.change("0003").orElseThrow().before()).isEqualTo(Map.of("x", "0>1"));
    assertThat(index.change("0009")).isEmpty();
  }

  @Test
  void theGenerationGrowsWithEveryChangeAndNeverStepsBack() throws Exception {
    long before = index.catalogue().generation(NOW);
    write(new Edit.Add(specimens.item("known-ai")));
    long after = index.catalogue().generation(NOW);
    assertThat(after).isGreaterThan(before);
    reopen();
    assertThat(index.catalogue().generation(NOW)).isGreaterThanOrEqualTo(after);
  }

  @Test
  void aSampleHoldsVectorsOfTheSpaceAlone() {
    List<Edit> edits = new ArrayList<>();
    for (int i = 0; i < 40; i++) edits.add(new Edit.Add(Specimens.item("known-ai", specimens.sha256(), null, Map.of("a", specimens.unit(8), "b", specimens.unit(4)))));
    index.write(new Batch(edits, null)).join();
    assertThat(index.sample("a", 20, 1)).hasSize(20).allMatch(vector -> vector.length == 8);
    assertThat(index.sample("none", 20, 1)).isEmpty();
  }
}
