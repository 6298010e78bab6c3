package verimesh.chassis.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.MetadataServiceGrpc;

@Timeout(60)
class RpcServerTest {
  private final Telemetry telemetry = Telemetry.unscraped("test");
  private final Resources open = new Resources();

  @AfterEach
  void close() {
    open.close();
  }

  private RpcServer serve(ServerConfig config, Service service) throws Exception {
    return open.add(RpcServer.start(config, service, telemetry));
  }

  private ManagedChannel connect(RpcServer server) {
    ManagedChannel channel = Channels.connect(ChannelConfig.to("127.0.0.1:" + server.port()), telemetry);
    open.add(channel::shutdownNow);
    return channel;
  }

  private static ServingStatus health(ManagedChannel channel, String name) {
    return HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.newBuilder().setService(name).build()).getStatus();
  }

  @Test
  void healthIsToldForTheWholeForEachServiceAndForEachDependency() throws Exception {
    var index = new AtomicBoolean(true);
    var cache = new AtomicBoolean(false);
    var service = new Service(List.of(Echo.counting()), Map.of("index", index::get, "cache", cache::get), List.of("index"));
    ManagedChannel channel = connect(serve(ServerConfig.loopback(), service));
    assertThat(health(channel, "")).isEqualTo(ServingStatus.SERVING);
    assertThat(health(channel, "verimesh.metadata.v1.MetadataService")).isEqualTo(ServingStatus.SERVING);
    assertThat(health(channel, "index")).isEqualTo(ServingStatus.SERVING);
    assertThat(health(channel, "cache")).isEqualTo(ServingStatus.NOT_SERVING); // not required: the service is ready without it
    index.set(false);
    assertThat(health(channel, "")).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(health(channel, "verimesh.metadata.v1.MetadataService")).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(health(channel, "index")).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(Status.fromThrowable(catchThrowable(() -> health(channel, "unheard"))).getCode()).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void aDependencyWhoseCheckBreaksIsADependencyThatDoesNotWork() throws Exception {
    var service = new Service(List.of(Echo.counting()), Map.of("index", () -> {
      throw new IllegalStateException("broken");
    }), List.of("index"));
    assertThat(health(connect(serve(ServerConfig.loopback(), service)), "")).isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void aWatcherLearnsOfEveryChangeAndOfTheEnd() throws Exception {
    var index = new AtomicBoolean(true);
    var service = new Service(List.of(Echo.counting()), Map.of("index", index::get), List.of("index"));
    RpcServer server = serve(ServerConfig.loopback(), service);
    BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
    watch(connect(server), "", seen);
    assertThat(seen.take()).isEqualTo(ServingStatus.SERVING);
    index.set(false);
    assertThat(seen.take()).isEqualTo(ServingStatus.NOT_SERVING);
    index.set(true);
    assertThat(seen.take()).isEqualTo(ServingStatus.SERVING);
    long began = System.nanoTime();
    server.close();
    assertThat(seen.take()).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(seen.take()).isEqualTo("end");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).as("a watcher holds no drain up").isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aWatcherOfAnUnknownNameIsToldSo() throws Exception {
    BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
    watch(connect(serve(ServerConfig.loopback(), Service.of(Echo.counting()))), "unheard", seen);
    assertThat(seen.take()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
  }

  private static void watch(ManagedChannel channel, String name, BlockingQueue<Object> seen) {
    HealthGrpc.newStub(channel).watch(HealthCheckRequest.newBuilder().setService(name).build(), new StreamObserver<>() {
      @Override
      public void onNext(io.grpc.health.v1.HealthCheckResponse response) {
        seen.add(response.getStatus());
      }

      @Override
      public void onError(Throwable thrown) {
        seen.add(thrown);
      }

      @Override
      public void onCompleted() {
        seen.add("end");
      }
    });
  }

  @Test
  void aCallInFlightIsFinishedWhileNewOnesAreRefused() throws Exception {
    var began = new CountDownLatch(1);
    var finish = new CountDownLatch(1);
    RpcServer server = serve(ServerConfig.loopback(), Service.of(new Echo(_ -> {
      began.countDown();
      await(finish);
      return InspectResponse.newBuilder().setSummary("finished").build();
    })));
    var call = MetadataServiceGrpc.newFutureStub(connect(server)).inspect(Echo.request(1));
    began.await();
    var closed = CompletableFuture.runAsync(server::close);
    while (!server.readiness().draining()) Thread.onSpinWait();
    assertThat(untilRefused(connect(server))).isInstanceOf(Problem.Unavailable.class);
    assertThat(closed).isNotDone();
    finish.countDown();
    assertThat(call.get(20, TimeUnit.SECONDS).getSummary()).isEqualTo("finished");
    closed.get(20, TimeUnit.SECONDS);
  }

  /// The port closes a moment after the drain has begun.
  private static Problem untilRefused(ManagedChannel channel) {
    while (true) {
      Throwable thrown = catchThrowable(() -> health(channel, ""));
      if (thrown != null) return Problems.of(thrown);
    }
  }

  @Test
  void aCallThatOutlastsTheDrainIsCancelledAndItsThreadInterrupted() throws Exception {
    var began = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    RpcServer server = serve(ServerConfig.loopback().withDrain(Duration.ofMillis(200)), Service.of(new Echo(_ -> {
      began.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.countDown();
      }
      return InspectResponse.getDefaultInstance();
    })));
    var call = MetadataServiceGrpc.newFutureStub(connect(server)).inspect(Echo.request(1));
    began.await();
    server.close();
    assertThat(catchThrowable(() -> call.get(20, TimeUnit.SECONDS))).isNotNull();
    assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void reflectionAnswersWhenAskedForAndOnlyThen() throws Exception {
    assertThat(services(connect(serve(ServerConfig.loopback().withReflection(true), Service.of(Echo.counting())))))
        .contains("verimesh.metadata.v1.MetadataService", "grpc.health.v1.Health");
    ManagedChannel without = connect(serve(ServerConfig.loopback(), Service.of(Echo.counting())));
    assertThat(catchThrowable(() -> services(without))).hasMessageContaining("UNIMPLEMENTED");
  }

  private static List<String> services(ManagedChannel channel) throws Exception {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    var requests = ServerReflectionGrpc.newStub(channel).serverReflectionInfo(new StreamObserver<>() {
      @Override
      public void onNext(ServerReflectionResponse response) {
        answer.complete(response);
      }

      @Override
      public void onError(Throwable thrown) {
        answer.completeExceptionally(thrown);
      }

      @Override
      public void onCompleted() {}
    });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    List<String> names = answer.get(20, TimeUnit.SECONDS).getListServicesResponse().getServiceList().stream().map(s -> s.getName()).toList();
    requests.onCompleted();
    return names;
  }

  @Test
  void everyCallRunsOnAVirtualThreadOfItsOwn() throws Exception {
    BlockingQueue<Boolean> virtual = new LinkedBlockingQueue<>();
    var both = new CountDownLatch(2); // two blocked calls on one connection, answered only when both have begun
    RpcServer server = serve(ServerConfig.loopback(), Service.of(new Echo(_ -> {
      virtual.add(Thread.currentThread().isVirtual());
      both.countDown();
      await(both);
      return InspectResponse.getDefaultInstance();
    })));
    var stub = MetadataServiceGrpc.newFutureStub(connect(server));
    var first = stub.inspect(Echo.request(1));
    var second = stub.inspect(Echo.request(1));
    first.get(20, TimeUnit.SECONDS);
    second.get(20, TimeUnit.SECONDS);
    assertThat(virtual).containsExactly(true, true);
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    int port = serve(ServerConfig.loopback(), Service.of(Echo.counting())).port();
    assertThatThrownBy(() -> serve(ServerConfig.loopback().withPort(port), Service.of(Echo.counting())))
        .isInstanceOf(IOException.class).hasMessageContaining("port " + port + " on 127.0.0.1");
  }

  @Test
  void anUnknownRpcIsNotSetUp() throws Exception {
    ManagedChannel channel = connect(serve(ServerConfig.loopback(), Service.of(Echo.counting())));
    Throwable thrown = catchThrowable(() -> verimesh.hash.v1.HashServiceGrpc.newBlockingStub(channel)
        .match(verimesh.hash.v1.MatchRequest.getDefaultInstance()));
    assertThat(Problems.of(thrown)).isInstanceOfSatisfying(Problem.NotSetUp.class, p -> assertThat(p.reason()).isEqualTo("RPC_UNKNOWN"));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
