package verimesh.chassis;

import io.grpc.stub.StreamObserver;
import org.slf4j.LoggerFactory;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.chassis.telemetry.WarningsOnly;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.MetadataServiceGrpc;

/// A service and its caller in one process, as `./mesh analyze` runs them.
final class TinyCommand {
  private TinyCommand() {}

  public static void main(String[] args) throws Exception {
    WarningsOnly.choose();
    var endpoint = new MetadataServiceGrpc.MetadataServiceImplBase() {
      @Override
      public void inspect(InspectRequest request, StreamObserver<InspectResponse> observer) {
        var log = LoggerFactory.getLogger("verimesh.tiny.Endpoint");
        log.atInfo().setMessage("nobody wants to read this").log();
        log.atWarn().setMessage("worth a line").addKeyValue("bytes", 3).log();
        observer.onNext(InspectResponse.newBuilder().setSummary("inspected").build());
        observer.onCompleted();
      }
    };
    var telemetry = Telemetry.unscraped("cli");
    try (var _ = RpcServer.inProcess("tiny", Service.of(endpoint), telemetry)) {
      var channel = Channels.connect(ChannelConfig.to("inprocess://tiny"), telemetry);
      System.out.println(MetadataServiceGrpc.newBlockingStub(channel).inspect(InspectRequest.getDefaultInstance()).getSummary());
      channel.shutdownNow();
    }
    telemetry.close();
  }
}
