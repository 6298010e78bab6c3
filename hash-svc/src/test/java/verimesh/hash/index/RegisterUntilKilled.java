package verimesh.hash.index;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Item;

/// A process that registers items for as long as it lives and says each SHA-256 once it is acknowledged.
final class RegisterUntilKilled {
  private RegisterUntilKilled() {}

  public static void main(String[] args) {
    var index = new LuceneIndex(Path.of(args[0]), LuceneIndex.Tuning.defaults(), LuceneIndex.WhenLocked.REFUSE,
        InstantSource.system(), Telemetry.unscraped("hash-svc"));
    index.write(new Batch(List.of(new Edit.PutBank(Specimens.bank("killed", BankKind.POSITIVE))), null)).join();
    var specimens = new Specimens(1);
    while (true) {
      List<Item> items = Stream.generate(() -> Specimens.item("killed", specimens.sha256(), specimens.pdq(),
          Map.of(Specimens.SPACE, specimens.unit(16)))).limit(50).toList();
      index.write(new Batch(items.stream().<Edit>map(Edit.Add::new).toList(), null)).join();
      items.forEach(item -> System.out.println(item.sha256()));
      System.out.flush();
    }
  }
}
