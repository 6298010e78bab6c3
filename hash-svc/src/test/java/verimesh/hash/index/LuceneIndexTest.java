package verimesh.hash.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.bank.Availability;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;

class LuceneIndexTest extends ItemIndexContract {
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(NOW));

  @TempDir Path directory;

  @Override
  ItemIndex open() {
    return open(LuceneIndex.Tuning.defaults());
  }

  private LuceneIndex open(LuceneIndex.Tuning tuning) {
    return new LuceneIndex(directory, tuning, LuceneIndex.WhenLocked.REFUSE, CLOCK, Telemetry.unscraped("hash-svc"));
  }

  @Test
  void aSecondProcessIsToldWhoHasTheIndex() {
    assertThatThrownBy(this::open).isInstanceOf(ProblemException.class).hasMessageContaining("Another process");
  }

  @Test
  void aSecondProcessMayReadWhatWasCommitted() {
    Item item = specimens.item("known-ai");
    write(new Edit.Add(item));
    try (var reader = new LuceneIndex(directory, LuceneIndex.Tuning.defaults(), LuceneIndex.WhenLocked.READ_ONLY, CLOCK, Telemetry.unscraped("hash-svc"))) {
      assertThat(reader.bySha256(item.sha256())).hasSize(1);
      assertThat(reader.catalogue().nearestPdq(item.pdq(), 0, 1, 1, EVERYTHING)).hasSize(1);
      assertThat(reader.catalogue().generation(NOW)).isEqualTo(index.catalogue().generation(NOW));
      assertThat(reader.isOpen()).isTrue();
      assertThatThrownBy(() -> reader.write(new Batch(List.of(new Edit.Add(specimens.item("known-ai"))), null)).join())
          .hasMessageContaining("INDEX_READ_ONLY");
    }
  }

  /// Every acknowledged item is there after `kill -9`, none twice, and writing goes on.
  @Test
  void whatWasAcknowledgedSurvivesAKill() throws Exception {
    index.close();
    Process child = new ProcessBuilder(
        ProcessHandle.current().info().command().orElseThrow(), "-cp", System.getProperty("java.class.path"),
        RegisterUntilKilled.class.getName(), directory.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> acknowledged = new ArrayList<>();
    try (var lines = child.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.length() == 64) acknowledged.add(line); // a line that the kill cut short was not heard
        if (acknowledged.size() == 700) child.toHandle().destroyForcibly(); // and on, through what is still in the pipe
      }
    }
    child.waitFor();
    assertThat(acknowledged.size()).isGreaterThanOrEqualTo(700);
    index = open();
    for (String sha256 : acknowledged) {
      List<Item> items = index.bySha256(sha256);
      assertThat(items).hasSize(1);
      assertThat(index.catalogue().nearestPdq(items.getFirst().pdq(), 0, 1, 5, EVERYTHING)).hasSize(1);
    }
    List<Item> exported = new ArrayList<>();
    index.export("killed", true, exported::add);
    assertThat(exported).extracting(Item::id).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(acknowledged.size());
    assertThat(exported).allMatch(item -> item.vectors().size() == 1);
    assertThat(write(new Edit.Add(exported.getFirst()), new Edit.Add(specimens.item("killed")))).containsExactly(false, true);
  }

  /// Scores of the exact scan come from the float vectors and not from the seven-bit codes.
  @Test
  void theExactScanIsExactAndTheGraphFindsNearlyTheSame() {
    int vectors = 6_000;
    int dimension = 48;
    float[][] centres = new float[50][];
    for (int i = 0; i < centres.length; i++) centres[i] = specimens.unit(dimension);
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < vectors; i++) {
      items.add(Specimens.item("known-ai", specimens.sha256(), null, Map.of(Specimens.SPACE, specimens.unitAt(centres[i % centres.length], 0.7))));
    }
    for (int from = 0; from < vectors; from += 1_000) {
      index.write(new Batch(items.subList(from, from + 1_000).stream().<Edit>map(Edit.Add::new).toList(), null)).join();
    }
    List<float[]> queries = new ArrayList<>();
    for (int i = 0; i < 50; i++) queries.add(specimens.unitAt(centres[i], 0.7));

    assertThat(recall(queries, items)).isEqualTo(1.0);
    index.close();
    index = open(new LuceneIndex.Tuning(0, 1_000_000, 100, 32, 100, 2));
    assertThat(recall(queries, items)).as("by short codes").isGreaterThan(0.99);
    index.close();
    LuceneIndex byGraph = open(new LuceneIndex.Tuning(0, 0, 100, 32, 100, 2));
    index = byGraph;
    byGraph.compact();
    assertThat(recall(queries, items)).isGreaterThan(0.97);
  }

  @Test
  void searchesDoNotWaitForTheCodesOfALargeSegment() throws Exception {
    index.close();
    LuceneIndex merged = open(new LuceneIndex.Tuning(0, 1_000_000, 10, 16, 50, 1));
    index = merged;
    for (int from = 0; from < 12_000; from += 1_000) {
      List<Edit> edits = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        edits.add(new Edit.Add(Specimens.item("known-ai", specimens.sha256(), null, Map.of(Specimens.SPACE, specimens.unit(32)))));
      }
      index.write(new Batch(edits, null)).join();
    }
    merged.compact();
    assertThat(merged.sketches()).as("made by the merge").isEqualTo(1);
    index.close();
    LuceneIndex again = open(new LuceneIndex.Tuning(0, 1_000_000, 10, 16, 50, 1));
    index = again;
    for (long giveUp = System.nanoTime() + 10_000_000_000L; again.sketches() < 1; Thread.onSpinWait()) {
      assertThat(System.nanoTime()).as("made on opening, without a search").isLessThan(giveUp);
    }
  }

  /// What is off, removed or in another bank takes no place among what short codes propose.
  @Test
  void shortCodesProposeOnlyWhatMayBeFound() {
    index.close();
    index = open(new LuceneIndex.Tuning(0, 1_000_000, 10, 32, 100, 1));
    float[] query = specimens.unit(64);
    List<Edit> edits = new ArrayList<>();
    List<Item> near = new ArrayList<>();
    for (int i = 0; i < 300; i++) { // nearer than all others, and none of them may be found
      near.add(Specimens.item("known-ai", specimens.sha256(), null, Map.of(Specimens.SPACE, specimens.unitAt(query, 0.9))));
    }
    Item found = Specimens.item("known-ai", specimens.sha256(), null, Map.of(Specimens.SPACE, specimens.unitAt(query, 0.5)));
    near.forEach(item -> edits.add(new Edit.Add(item)));
    edits.add(new Edit.Add(found));
    index.write(new Batch(edits, null)).join();
    assertThat(index.nearest(Specimens.SPACE, query, BankKind.POSITIVE, 1, EVERYTHING).getFirst().cosine()).isGreaterThan(0.85);
    List<Edit> away = new ArrayList<>();
    for (int i = 0; i < near.size(); i++) away.add(new Edit.Put(i % 2 == 0 ? near.get(i).removed(true) : near.get(i).with(Availability.OFF)));
    index.write(new Batch(away, null)).join();
    assertThat(index.nearest(Specimens.SPACE, query, BankKind.POSITIVE, 5, EVERYTHING)).extracting(n -> n.item().id()).containsExactly(found.id());
  }

  private double recall(List<float[]> queries, List<Item> items) {
    int found = 0;
    for (float[] query : queries) {
      List<ItemId> expected = items.stream()
          .sorted(Comparator.comparingDouble(item -> -dot(query, item.vectors().get(Specimens.SPACE))))
          .limit(10).map(Item::id).toList();
      List<ItemId> got = index.nearest(Specimens.SPACE, query, BankKind.POSITIVE, 10, EVERYTHING).stream().map(near -> near.item().id()).toList();
      found += (int) expected.stream().filter(got::contains).count();
    }
    return found / (10.0 * queries.size());
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }
}
