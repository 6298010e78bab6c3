package verimesh.hash;

import io.micrometer.core.instrument.Gauge;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import verimesh.chassis.Chassis;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.bank.Banks;
import verimesh.hash.caller.Callers;
import verimesh.hash.caller.RegistrationRate;
import verimesh.hash.index.ItemIndex;
import verimesh.hash.index.LuceneIndex;
import verimesh.hash.index.RedisIndex;
import verimesh.hash.match.Matcher;

/// hash-svc as a process.
public final class Main {
  /// Default gRPC port (DESIGN.md §10); HTTP is on the next one.
  public static final int PORT = 7420;

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
}
