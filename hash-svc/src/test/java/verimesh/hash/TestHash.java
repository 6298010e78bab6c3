package verimesh.hash;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import verimesh.chassis.Resources;
import verimesh.chassis.config.Settings;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.index.Specimens;
import verimesh.hash.match.PdqCode;
import verimesh.hash.v1.Bank;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.CreateBankRequest;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.Item;
import verimesh.hash.v1.ItemLabel;
import verimesh.hash.v1.MatchRequest;
import verimesh.hash.v1.Pdq;
import verimesh.hash.v1.RegisterRequest;
import verimesh.hash.v1.RegisterResponse;
import verimesh.hash.v1.Vector;

/// hash-svc behind a real port of this machine, wired as it runs, and what its callers send.
final class TestHash implements AutoCloseable {
  private final Resources resources = new Resources();
  private final Telemetry telemetry = Telemetry.unscraped("hash-svc");
  private final int port;

  TestHash(Map<String, String> environment, ServerConfig config) throws Exception {
    Settings settings = Settings.of(environment, "HASH");
    HashConfig read = HashConfig.from(settings);
    assertThat(settings.problems()).isEmpty();
    try {
      port = resources.add(RpcServer.start(config, Main.wire(read, resources, telemetry), telemetry)).port();
    } catch (RuntimeException e) { // what was opened before it gave up
      resources.close();
      throw e;
    }
  }

  int port() {
    return port;
  }

  String target() {
    return "127.0.0.1:" + port;
  }

  ManagedChannel channel(ChannelConfig config) {
    ManagedChannel channel = Channels.connect(config, telemetry);
    resources.add(channel::shutdownNow);
    return channel;
  }

  HashServiceGrpc.HashServiceBlockingStub stub(ChannelConfig config) {
    return HashServiceGrpc.newBlockingStub(channel(config));
  }

  @Override
  public void close() {
    resources.close();
  }

  static void createBank(HashServiceGrpc.HashServiceBlockingStub hash, String name, BankKind kind) {
    hash.createBank(CreateBankRequest.newBuilder().setBank(Bank.newBuilder().setName(name).setKind(kind)).build());
  }

  static RegisterRequest registration(Specimens specimens, String bank) {
    return registration(specimens, bank, specimens.pdq());
  }

  static RegisterRequest registration(Specimens specimens, String bank, PdqCode code) {
    return RegisterRequest.newBuilder().setBank(bank).setItem(Item.newBuilder()
        .setSha256(ByteString.copyFrom(HexFormat.of().parseHex(specimens.sha256())))
        .setPdq(pdq(code)).setLabel(ItemLabel.ITEM_LABEL_AI)).build();
  }

  static Pdq pdq(PdqCode code) {
    return Pdq.newBuilder().setHash(ByteString.copyFrom(code.hash())).setQuality(code.quality()).build();
  }

  static Vector vector(float... values) {
    Vector.Builder vector = Vector.newBuilder().setEmbeddingSpace(Specimens.SPACE);
    for (float value : values) vector.addValues(value);
    return vector.build();
  }

  static MatchRequest query(RegisterRequest like) {
    return MatchRequest.newBuilder().setSha256(like.getItem().getSha256()).setPdq(like.getItem().getPdq()).build();
  }

  /// The reason that a call was refused with, or `none`.
  static String reason(Runnable call) {
    try {
      call.run();
      return "none";
    } catch (RuntimeException e) {
      return Problems.of(e).reason();
    }
  }

  /// One stream of registrations, to its end or until it breaks.
  /// @param answered is told every acknowledgement with its place, as it comes
  /// @return all acknowledgements
  static List<RegisterResponse> stream(Channel channel, List<RegisterRequest> requests, BiConsumer<Integer, RegisterResponse> answered) throws Exception {
    List<RegisterResponse> answers = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch ended = new CountDownLatch(1);
    StreamObserver<RegisterRequest> out = HashServiceGrpc.newStub(channel).registerStream(new StreamObserver<>() {
      @Override
      public void onNext(RegisterResponse answer) {
        answers.add(answer);
        answered.accept(answers.size() - 1, answer);
      }

      @Override
      public void onError(Throwable broken) {
        ended.countDown();
      }

      @Override
      public void onCompleted() {
        ended.countDown();
      }
    });
    for (RegisterRequest request : requests) {
      if (ended.getCount() == 0) break;
      out.onNext(request);
    }
    if (ended.getCount() > 0) out.onCompleted();
    ended.await();
    return answers;
  }
}
