package verimesh.hash;

import io.micrometer.core.instrument.Gauge;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import verimesh.chassis.Chassis;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.images.pdq.PdqConvention;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.bank.Banks;
import verimesh.hash.caller.Callers;
import verimesh.hash.caller.RegistrationRate;
import verimesh.hash.index.Batch;
import verimesh.hash.index.Edit;
import verimesh.hash.index.ItemIndex;
import verimesh.hash.index.LuceneIndex;
import verimesh.hash.index.RedisIndex;
import verimesh.hash.match.Matcher;

/// hash-svc as a process.
public final class Main {
  /// Default gRPC port (DESIGN.md §10); HTTP is on the next one.
  public static final int PORT = 7420;

  private static final String PDQ_CONVENTION = "pdq-convention";

  private Main() {}

  public static void main(String[] args) {
    Chassis.run("hash-svc", "HASH", PORT, HashConfig::from, Main::wire);
  }

  /// The whole service, top to bottom.
  public static Service wire(HashConfig config, Resources resources, Telemetry telemetry) {
    InstantSource clock = InstantSource.system();
    ItemIndex index = resources.add(switch (config.index()) {
      case HashConfig.IndexConfig.Lucene lucene ->
          new LuceneIndex(lucene.directory(), lucene.tuning(), lucene.whenLocked(), clock, telemetry);
      case HashConfig.IndexConfig.Redis redis -> new RedisIndex(redis.place(), clock, telemetry);
    });
    settle(index, config.match().pdqConvention());
    var meters = telemetry.meters();
    meters.gauge("verimesh.hash.items", index, i -> i.catalogue().items());
    meters.gauge("verimesh.hash.banks", index, i -> i.catalogue().bankCount());
    Gauge.builder("verimesh.hash.index", index, ItemIndex::bytes).baseUnit("bytes").register(meters);

    var matcher = new Matcher(index, config.match(), clock, meters);
    var banks = new Banks(index, config.limits(), clock, new SecureRandom());
    var callers = new Callers(config.callers());
    var rate = new RegistrationRate(config.callers(), System::nanoTime);
    var endpoint = new HashEndpoint(matcher, banks, index, callers, rate, clock);
    return new Service(List.of(endpoint), Map.of("index", index::isOpen), List.of("index"));
  }

  /// Hashes of two conventions lie 4 to 8 bits apart, so an index that holds one must not be searched with the other. What it
  /// holds is stored with it: the first one that opens it for writing says which.
  private static void settle(ItemIndex index, PdqConvention configured) {
    if (!index.catalogue().facts().containsKey(PDQ_CONVENTION) && index.isWritable()) {
      index.write(new Batch(List.of(new Edit.Settle(PDQ_CONVENTION, configured.id())), null)).join();
    }
    String held = index.catalogue().facts().getOrDefault(PDQ_CONVENTION, configured.id());
    if (!held.equals(configured.id())) {
      throw new ProblemException(new Problem.NotSetUp("PDQ_CONVENTION",
          "This index holds PDQ hashes of the convention " + held + ", and VERIMESH_HASH_PDQ_CONVENTION says " + configured.id()
              + ". Set it to " + held + ", or register the pictures in an index of their own."));
    }
  }
}
