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
    return new LuceneIndex(directory, tuning, CLOCK, Telemetry.unscraped("hash-svc"));
  }

  @Test
  void aSecondProcessIsToldWhoHasTheIndex() {
    assertThatThrownBy(this::open).isInstanceOf(ProblemException.class).hasMessageContaining("Another process");
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
    LuceneIndex byGraph = open(new LuceneIndex.Tuning(0, 100, 16, 100, 2));
    index = byGraph;
    byGraph.compact();
    assertThat(recall(queries, items)).isGreaterThan(0.97);
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
