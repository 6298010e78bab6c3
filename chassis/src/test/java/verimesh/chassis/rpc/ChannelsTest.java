package verimesh.chassis.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.chassis.telemetry.Trace;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.RegisterRequest;
import verimesh.hash.v1.RegisterResponse;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.MetadataServiceGrpc;

@Timeout(60)
class ChannelsTest {
  private final Telemetry telemetry = Telemetry.unscraped("test");
  private final Resources open = new Resources();

  @AfterEach
  void close() {
    open.close();
  }

  private RpcServer serve(Echo endpoint) throws Exception {
    return open.add(RpcServer.start(ServerConfig.loopback().withDrain(Duration.ofMillis(100)), Service.of(endpoint), telemetry));
  }

  private ManagedChannel connect(ChannelConfig config) {
    ManagedChannel channel = Channels.connect(config, telemetry);
    open.add(channel::shutdownNow);
    return channel;
  }

  private static String inspect(ManagedChannel channel) {
    return MetadataServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS).inspect(Echo.request(3)).getSummary();
  }

  private static Echo named(String name) {
    return new Echo(_ -> InspectResponse.newBuilder().setSummary(name).build());
  }

  @Test
  void callsGoRoundOverEveryAddressOfAList() throws Exception {
    int a = serve(named("a")).port();
    int b = serve(named("b")).port();
    ManagedChannel channel = connect(ChannelConfig.to("127.0.0.1:" + a + ", localhost:" + b));
    List<String> answers = new ArrayList<>();
    while (!answers.containsAll(List.of("a", "b"))) answers.add(inspect(channel)); // the second connection may come later
    answers.clear();
    for (int i = 0; i < 10; i++) answers.add(inspect(channel));
    assertThat(answers.stream().filter("a"::equals).count()).isEqualTo(5);
  }

  @Test
  void aTargetOfGrpcsOwnIsTakenAsItIs() throws Exception {
    int port = serve(named("dns")).port();
    assertThat(inspect(connect(ChannelConfig.to("dns:///localhost:" + port)))).isEqualTo("dns");
  }

  @Test
  void aTargetWithinTheProcessIsReachedWithoutAnAddress() throws Exception {
    open.add(RpcServer.inProcess("channels-test", Service.of(named("here")), telemetry));
    assertThat(inspect(connect(ChannelConfig.to("inprocess://channels-test")))).isEqualTo("here");
  }

  @Test
  void oneDeadAddressCostsNothingWhileAnotherLives() throws Exception {
    RpcServer dying = serve(named("dead"));
    int dead = dying.port();
    int alive = serve(named("alive")).port();
    ManagedChannel channel = connect(ChannelConfig.to("127.0.0.1:" + dead + ",127.0.0.1:" + alive + ",no-such-host.invalid:1"));
    while (!inspect(channel).equals("dead")) {} // both are connected
    dying.close();
    for (int i = 0; i < 20; i++) assertThat(inspect(channel)).isEqualTo("alive"); // a call in between is retried
  }

  @Test
  void aServiceThatComesBackIsUsedAgainWithinFiveSeconds() throws Exception {
    RpcServer first = serve(named("first"));
    int port = first.port();
    ManagedChannel channel = connect(ChannelConfig.to("127.0.0.1:" + port));
    assertThat(inspect(channel)).isEqualTo("first");
    first.close();
    assertThat(Problems.of(catchThrowable(() -> inspect(channel)))).isInstanceOf(Problem.Unavailable.class);
    open.add(RpcServer.start(ServerConfig.loopback().withPort(port), Service.of(named("again")), telemetry));
    long back = System.nanoTime();
    while (true) {
      Throwable failed = catchThrowable(() -> assertThat(inspect(channel)).isEqualTo("again"));
      if (failed == null) break;
      assertThat(Problems.of(failed)).isInstanceOf(Problem.Unavailable.class);
      assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(5));
      Thread.onSpinWait();
    }
  }

  @Test
  void aDeadAddressIsTriedAboutEverySecondHoweverLongItIsDead() throws Exception {
    // gRPC's own backoff would need 1 + 1.6 + 2.6 + 4.1 s (less 20 % jitter) for these five attempts.
    try (var listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      connect(ChannelConfig.to("127.0.0.1:" + listening.getLocalPort()));
      listening.accept().close();
      long began = System.nanoTime();
      for (int attempt = 0; attempt < 4; attempt++) listening.accept().close();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(6500));
    }
  }

  @Test
  void anIdempotentCallIsRetriedWhereTheServiceWasAway() throws Exception {
    var attempts = new AtomicInteger();
    int port = serve(new Echo(request -> {
      if (attempts.incrementAndGet() < 3) throw new ProblemException(new Problem.Unavailable("WARMING_UP", "Not yet.", Duration.ZERO));
      return InspectResponse.newBuilder().setSummary(request.getFile().size() + " bytes").build();
    })).port();
    var stub = MetadataServiceGrpc.newBlockingStub(connect(ChannelConfig.to("127.0.0.1:" + port)));
    assertThat(stub.inspect(Echo.request(8 << 20)).getSummary()).isEqualTo((8 << 20) + " bytes"); // well above gRPC's buffer of 1 MiB
    assertThat(attempts).hasValue(3);
  }

  @Test
  void retryInfoBeyondASecondIsAnAnswerAndNoReasonToWait() throws Exception {
    var attempts = new AtomicInteger();
    int port = serve(new Echo(_ -> {
      attempts.incrementAndGet();
      throw new ProblemException(new Problem.Unavailable("DEVICE_FAULTY", "The device is away.", Duration.ofSeconds(30)));
    })).port();
    Problem problem = Problems.of(catchThrowable(() -> inspect(connect(ChannelConfig.to("127.0.0.1:" + port)))));
    assertThat(problem).isEqualTo(new Problem.Unavailable("DEVICE_FAULTY", "The device is away.", Duration.ofSeconds(30)));
    assertThat(attempts).hasValue(1);
  }

  @Test
  void aWriteIsNeverSentTwice() throws Exception {
    var attempts = new AtomicInteger();
    var endpoint = new HashServiceGrpc.HashServiceImplBase() {
      @Override
      public void register(RegisterRequest request, StreamObserver<RegisterResponse> observer) {
        attempts.incrementAndGet();
        throw new ProblemException(new Problem.Unavailable("INDEX_CLOSED", "Closed.", Duration.ZERO));
      }
    };
    var server = open.add(RpcServer.start(ServerConfig.loopback(), Service.of(endpoint), telemetry));
    for (Duration hedge : List.of(Duration.ZERO, Duration.ofMillis(5))) {
      attempts.set(0);
      ManagedChannel channel = connect(ChannelConfig.to("127.0.0.1:" + server.port()).withHedgeDelay(hedge));
      Throwable failed = catchThrowable(() -> HashServiceGrpc.newBlockingStub(channel).register(RegisterRequest.getDefaultInstance()));
      assertThat(Problems.of(failed).reason()).isEqualTo("INDEX_CLOSED");
      assertThat(attempts).hasValue(1);
    }
  }

  @Test
  void onlyCallsThatChangeNothingAndCostNothingAreRetried() {
    assertThat(RetryPolicy.IDEMPOTENT).containsAll(RetryPolicy.HEDGED);
    assertThat(RetryPolicy.IDEMPOTENT).allSatisfy(method -> {
      assertThat(method.getType().clientSendsOneMessage() && method.getType().serverSendsOneMessage()).isTrue();
      assertThat(method.getBareMethodName()).doesNotContainPattern("Register|Remove|Create|Set|Submit|Analyze|^Examine|ReExamine");
    });
    assertThat(RetryPolicy.HEDGED).extracting(method -> method.getFullMethodName())
        .containsExactlyInAnyOrder("verimesh.metadata.v1.MetadataService/Inspect", "verimesh.hash.v1.HashService/Match");
  }

  @Test
  void aSilentReplicaIsHedgedAndTheLoserIsToldToStop() throws Exception {
    var silent = new AtomicBoolean();
    var cancelled = new CountDownLatch(1);
    var endpoint = new MetadataServiceGrpc.MetadataServiceImplBase() {
      @Override
      public void inspect(InspectRequest request, StreamObserver<InspectResponse> observer) {
        if (silent.get()) {
          Context.current().addListener(_ -> cancelled.countDown(), Runnable::run); // and no answer, ever
          return;
        }
        observer.onNext(InspectResponse.newBuilder().setSummary("moody").build());
        observer.onCompleted();
      }
    };
    var moody = open.add(RpcServer.start(ServerConfig.loopback().withDrain(Duration.ofMillis(50)), Service.of(endpoint), telemetry));
    int answering = serve(named("answer")).port();
    ManagedChannel channel =
        connect(ChannelConfig.to("127.0.0.1:" + moody.port() + ",127.0.0.1:" + answering).withHedgeDelay(Duration.ofMillis(50)));
    Set<String> seen = new HashSet<>();
    while (seen.size() < 2) seen.add(inspect(channel)); // both are connected
    silent.set(true);
    for (int i = 0; i < 4; i++) assertThat(inspect(channel)).isEqualTo("answer");
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aPictureOfTwiceTheLimitReachesOurCodeAndOneBeyondTheTransportsLimitIsToldSo() throws Exception {
    int port = serve(Echo.counting()).port();
    var stub = MetadataServiceGrpc.newBlockingStub(connect(ChannelConfig.to("127.0.0.1:" + port)));
    assertThat(stub.inspect(Echo.request(64 << 20)).getSummary()).isEqualTo((64 << 20) + " bytes");
    assertThat(Problems.of(catchThrowable(() -> stub.inspect(Echo.request(81 << 20)))))
        .isInstanceOfSatisfying(Problem.OverLimit.class, p -> assertThat(p.reason()).isEqualTo("MESSAGE_TOO_LARGE"));
  }

  @Test
  void deadlineAndTraceGoAlongToTheNextService() throws Exception {
    BlockingQueue<Duration> left = new LinkedBlockingQueue<>();
    BlockingQueue<String> traces = new LinkedBlockingQueue<>();
    int behind = serve(new Echo(_ -> {
      left.add(DeadlineShare.left().orElseThrow());
      traces.add(Trace.current().orElseThrow().traceId());
      return InspectResponse.getDefaultInstance();
    })).port();
    ManagedChannel onwards = connect(ChannelConfig.to("127.0.0.1:" + behind));
    int front = serve(new Echo(request -> {
      traces.add(Trace.current().orElseThrow().traceId());
      return MetadataServiceGrpc.newBlockingStub(onwards).inspect(request);
    })).port();
    String trace = "0af7651916cd43dd8448eb211c80319c";
    var headers = new io.grpc.Metadata();
    headers.put(Trace.HEADER, "00-" + trace + "-b7ad6b7169203331-01");
    // A caller of another make, which sends its own header.
    var plain = io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder.forAddress("127.0.0.1", front).usePlaintext().build();
    open.add(plain::shutdownNow);
    MetadataServiceGrpc.newBlockingStub(plain)
        .withInterceptors(io.grpc.stub.MetadataUtils.newAttachHeadersInterceptor(headers))
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .inspect(Echo.request(1));
    assertThat(traces).containsExactly(trace, trace);
    assertThat(left.take()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  @Test
  void aCallThatIsOverdueEndsItsDownstreamCallsToo() throws Exception {
    var cancelled = new CountDownLatch(1);
    var silent = new MetadataServiceGrpc.MetadataServiceImplBase() {
      @Override
      public void inspect(InspectRequest request, StreamObserver<InspectResponse> observer) {
        Context.current().addListener(_ -> cancelled.countDown(), Runnable::run);
      }
    };
    var behind = open.add(RpcServer.start(ServerConfig.loopback().withDrain(Duration.ofMillis(50)), Service.of(silent), telemetry));
    ManagedChannel onwards = connect(ChannelConfig.to("127.0.0.1:" + behind.port()));
    int front = serve(new Echo(request -> MetadataServiceGrpc.newBlockingStub(onwards).inspect(request))).port();
    var stub = MetadataServiceGrpc.newBlockingStub(connect(ChannelConfig.to("127.0.0.1:" + front))).withDeadlineAfter(300, TimeUnit.MILLISECONDS);
    assertThat(Problems.of(catchThrowable(() -> stub.inspect(Echo.request(1))))).isInstanceOf(Problem.TooLate.class);
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void bothSidesCountTheCall() throws Exception {
    var client = new Telemetry("client");
    var server = new Telemetry("server");
    var serving = open.add(RpcServer.start(ServerConfig.loopback(), Service.of(new Echo(request -> {
      if (request.getFile().isEmpty()) throw new ProblemException(new Problem.Invalid("EMPTY_FILE", "The file has no bytes."));
      return InspectResponse.getDefaultInstance();
    })), server));
    ManagedChannel channel = Channels.connect(ChannelConfig.to("127.0.0.1:" + serving.port()), client);
    open.add(channel::shutdownNow);
    var stub = MetadataServiceGrpc.newBlockingStub(channel);
    stub.inspect(Echo.request(1));
    stub.inspect(Echo.request(1));
    assertThat(Status.fromThrowable(catchThrowable(() -> stub.inspect(Echo.request(0)))).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    String method = "method=\"verimesh.metadata.v1.MetadataService/Inspect\"";
    for (Telemetry side : List.of(client, server)) {
      String name = "verimesh_rpc_" + side.service();
      assertThat(side.scrape())
          .contains(name + "_calls_total{code=\"OK\"," + method + "} 2.0")
          .contains(name + "_calls_total{code=\"INVALID_ARGUMENT\"," + method + "} 1.0")
          .contains(name + "_latency_seconds_count{" + method + "} 3")
          .contains(name + "_latency_seconds_bucket{" + method + ",le=\"60.0\"} 3")
          .contains(name + "_in_flight{" + method + "} 0.0");
    }
  }
}
