package verimesh.chassis.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.chassis.Service;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.chassis.telemetry.Trace;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.MetadataServiceGrpc;

class ProblemRoundTripTest {
  private final Telemetry telemetry = Telemetry.unscraped("test");

  @ParameterizedTest
  @MethodSource("verimesh.chassis.problem.ProblemsTest#everyKind")
  void whatAnEndpointThrowsArrivesAsItIs(Problem problem) throws Exception {
    var endpoint = new Echo(_ -> {
      throw new ProblemException(problem);
    });
    assertThat(overTheNetwork(endpoint)).isEqualTo(problem);
    assertThat(inProcess(endpoint)).isEqualTo(problem);
  }

  @ParameterizedTest
  @MethodSource("verimesh.chassis.problem.ProblemsTest#everyKind")
  void whatAnEndpointHandsToOnErrorArrivesAsItIs(Problem problem) throws Exception {
    var endpoint = new MetadataServiceGrpc.MetadataServiceImplBase() {
      @Override
      public void inspect(InspectRequest request, StreamObserver<InspectResponse> observer) {
        observer.onError(new ProblemException(problem));
      }
    };
    try (var server = RpcServer.start(ServerConfig.loopback(), Service.of(endpoint), telemetry)) {
      assertThat(problemOf(Channels.connect(ChannelConfig.to("127.0.0.1:" + server.port()), telemetry))).isEqualTo(problem);
    }
  }

  @Test
  void aBugIsInternalAndTellsNothingOfTheInside() throws Exception {
    for (Throwable bug : new Throwable[] {new IllegalStateException("secret"), new StackOverflowError(), new NoClassDefFoundError("secret")}) {
      var endpoint = new Echo(_ -> {
        throw sneaky(bug);
      });
      assertThat(overTheNetwork(endpoint)).isEqualTo(Problems.internal());
    }
  }

  @Test
  void aForeignStatusThatNobodyCaughtPassesItsKindOnAndNotItsWords() throws Exception {
    assertThat(overTheNetwork(failing(Status.UNAVAILABLE.withDescription("secret host"))))
        .isInstanceOfSatisfying(Problem.Unavailable.class, p -> assertThat(p.reason()).isEqualTo("DEPENDENCY_UNREACHABLE"))
        .satisfies(p -> assertThat(p.message()).doesNotContain("secret"));
    assertThat(overTheNetwork(failing(Status.DEADLINE_EXCEEDED.withDescription("secret")))).isInstanceOf(Problem.TooLate.class)
        .satisfies(p -> assertThat(p.message()).doesNotContain("secret"));
    assertThat(overTheNetwork(failing(Status.INVALID_ARGUMENT.withDescription("secret")))).isEqualTo(Problems.internal());
  }

  @Test
  void aFailedCallIsToldItsTraceId() throws Exception {
    try (var server = RpcServer.start(ServerConfig.loopback(), Service.of(failing(Status.DATA_LOSS)), telemetry)) {
      ManagedChannel channel = Channels.connect(ChannelConfig.to("127.0.0.1:" + server.port()), telemetry);
      Throwable thrown = catchThrowable(() -> MetadataServiceGrpc.newBlockingStub(channel).inspect(Echo.request(3)));
      channel.shutdownNow();
      assertThat(Status.trailersFromThrowable(thrown).get(Trace.RESPONSE)).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
    }
  }

  @Test
  void aServiceThatIsAwayIsKnownAtOnce() throws Exception {
    int port;
    try (var server = RpcServer.start(ServerConfig.loopback(), Service.of(Echo.counting()), telemetry)) {
      port = server.port();
    }
    assertThat(problemOf(Channels.connect(ChannelConfig.to("127.0.0.1:" + port), telemetry)))
        .isInstanceOfSatisfying(Problem.Unavailable.class, p -> assertThat(p.reason()).isEqualTo("UNREACHABLE"));
  }

  private static Echo failing(Status status) {
    return new Echo(_ -> {
      throw status.asRuntimeException();
    });
  }

  private Problem overTheNetwork(Echo endpoint) throws Exception {
    try (var server = RpcServer.start(ServerConfig.loopback(), Service.of(endpoint), telemetry)) {
      return problemOf(Channels.connect(ChannelConfig.to("127.0.0.1:" + server.port()), telemetry));
    }
  }

  private Problem inProcess(Echo endpoint) throws Exception {
    try (var _ = RpcServer.inProcess("problems", Service.of(endpoint), telemetry)) {
      return problemOf(Channels.inProcess("problems"));
    }
  }

  private static Problem problemOf(ManagedChannel channel) {
    try {
      return Problems.of(catchThrowable(() -> MetadataServiceGrpc.newBlockingStub(channel).inspect(Echo.request(3))));
    } finally {
      channel.shutdownNow();
    }
  }

  private static RuntimeException sneaky(Throwable thrown) {
    return ProblemRoundTripTest.<RuntimeException>thrown(thrown);
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> T thrown(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
