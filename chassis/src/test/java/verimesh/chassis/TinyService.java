package verimesh.chassis;

import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import verimesh.chassis.config.Settings;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.MetadataServiceGrpc;

/// A whole service, as small as one can be, for tests that start it as a process.
final class TinyService {
  private static final Logger LOG = LoggerFactory.getLogger(TinyService.class);

  private TinyService() {}

  record Config(double nearCosine, Duration answerAfter, String key) {
    static Config from(Settings s) {
      return new Config(s.decimal("NEAR_COSINE", 0.85, 0, 1), s.duration("SEARCH_TIME", Duration.ofMillis(1)), s.secret("KEY"));
    }
  }

  public static void main(String[] args) {
    Chassis.run("hash-svc", "HASH", 7420, Config::from, TinyService::wire);
  }

  static Service wire(Config config, Resources resources, Telemetry telemetry) {
    resources.add(() -> LOG.atInfo().setMessage("index closed").log());
    var endpoint = new MetadataServiceGrpc.MetadataServiceImplBase() {
      @Override
      public void inspect(InspectRequest request, StreamObserver<InspectResponse> observer) {
        LOG.atInfo().setMessage("inspecting").addKeyValue("bytes", request.getFile().size()).log();
        try {
          Thread.sleep(config.answerAfter());
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        observer.onNext(InspectResponse.newBuilder().setSummary("inspected").build());
        observer.onCompleted();
      }
    };
    return new Service(List.of(endpoint), Map.of("index", () -> true), List.of("index"));
  }
}
