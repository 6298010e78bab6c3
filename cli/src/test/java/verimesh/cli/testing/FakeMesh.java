package verimesh.cli.testing;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.problem.Problems;
import verimesh.cli.local.MeshService;
import verimesh.cli.local.Meshes;
import verimesh.cli.local.OpenMesh;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.MetadataServiceGrpc;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc;

/// A mesh whose answers a test decides: what `cli` shows is tested apart from what the services find.
public final class FakeMesh implements Meshes {
  private final Function<AnalyzeRequest, AnalyzeResponse> analyze;
  private final Function<InspectRequest, InspectResponse> inspect;
  private final ConcurrentLinkedQueue<AnalyzeRequest> asked = new ConcurrentLinkedQueue<>();

  /// Functions may throw [ProblemException].
  public FakeMesh(Function<AnalyzeRequest, AnalyzeResponse> analyze, Function<InspectRequest, InspectResponse> inspect) {
    this.analyze = analyze;
    this.inspect = inspect;
  }

  public static FakeMesh analyzing(Function<AnalyzeRequest, AnalyzeResponse> analyze) {
    return new FakeMesh(analyze, _ -> InspectResponse.getDefaultInstance());
  }

  public static FakeMesh inspecting(Function<InspectRequest, InspectResponse> inspect) {
    return new FakeMesh(_ -> AnalyzeResponse.getDefaultInstance(), inspect);
  }

  public List<AnalyzeRequest> asked() {
    return List.copyOf(asked);
  }

  @Override
  public OpenMesh whole(Map<String, String> environment) {
    return open();
  }

  @Override
  public OpenMesh metadataOnly(Map<String, String> environment) {
    return open();
  }

  private OpenMesh open() {
    String name = InProcessServerBuilder.generateName();
    try {
      Server server = InProcessServerBuilder.forName(name)
          .addService(new OrchestratorServiceGrpc.OrchestratorServiceImplBase() {
            @Override
            public void analyze(AnalyzeRequest request, StreamObserver<AnalyzeResponse> observer) {
              asked.add(request.toBuilder().clearImage().build());
              answer(observer, () -> analyze.apply(request));
            }
          })
          .addService(new MetadataServiceGrpc.MetadataServiceImplBase() {
            @Override
            public void inspect(InspectRequest request, StreamObserver<InspectResponse> observer) {
              answer(observer, () -> inspect.apply(request));
            }
          })
          .build().start();
      ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
      return new OpenMesh() {
        @Override
        public ManagedChannel channel(MeshService service) {
          return channel;
        }

        @Override
        public void close() {
          channel.shutdownNow();
          server.shutdownNow();
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> void answer(StreamObserver<T> observer, java.util.function.Supplier<T> answer) {
    try {
      observer.onNext(answer.get());
      observer.onCompleted();
    } catch (ProblemException e) {
      observer.onError(Problems.toException(e.problem()));
    }
  }
}
