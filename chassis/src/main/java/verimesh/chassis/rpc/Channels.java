package verimesh.chassis.rpc;

import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.NameResolverRegistry;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import verimesh.chassis.telemetry.Telemetry;

/// Ways to a service. Every channel sends the trace along, and the deadline of the call it works for, which gRPC does
/// by itself; `wait-for-ready` is off, so a service that is away is known at once.
///
/// Channels are thread-safe and meant to live as long as the process; whoever opens one shuts it down.
public final class Channels {
  /// Begins a target within this process: `inprocess://name`.
  public static final String IN_PROCESS = "inprocess://";

  private static final Duration CONNECT_TIME_MAX = Duration.ofSeconds(3); // to a host that swallows packets
  private static final int HEADER_BYTES_MAX = 32 << 10; // our own problems fit into 8 KiB; a proxy may add to them
  private static final int CALLS_BUFFERED_MAX = 4; // messages of full size that a channel keeps to send them again

  private Channels() {}

  /// To an [RpcServer#inProcess] of that name. No serialising: messages are handed over as they are.
  public static ManagedChannel inProcess(String name) {
    return InProcessChannelBuilder.forName(name).intercept(new TraceForwarder()).build();
  }

  /// To wherever the target says: to a server of this process ([#IN_PROCESS]), where neither retries nor TLS have a
  /// place, or over the network: round robin over every address, a broken one tried again about every second,
  /// idempotent calls retried ([RetryPolicy]).
  /// @throws UncheckedIOException if a TLS file cannot be read
  public static ManagedChannel connect(ChannelConfig config, Telemetry telemetry) {
    if (config.target().startsWith(IN_PROCESS)) return inProcess(config.target().substring(IN_PROCESS.length()));
    TlsCredentials tls = config.tls().map(TlsCredentials::new).orElse(null);
    ExecutorService callbacks = Executors.newVirtualThreadPerTaskExecutor(); // callbacks of ours may block
    AutoCloseable belongings = () -> {
      callbacks.shutdown();
      if (tls != null) tls.close();
    };
    try {
      ChannelCredentials credentials = tls == null ? InsecureChannelCredentials.create() : tls.channel();
      return new LiveChannel(build(config, credentials, callbacks, telemetry), belongings);
    } catch (IOException unreadable) {
      if (tls != null) tls.close();
      throw new UncheckedIOException(unreadable);
    }
  }

  private static ManagedChannel build(
      ChannelConfig config, ChannelCredentials credentials, ExecutorService callbacks, Telemetry telemetry) {
    NameResolverRegistry.getDefaultRegistry().register(new AddressList.Provider());
    String target = config.target().contains("://") ? config.target() : AddressList.target(config.target());
    List<ClientInterceptor> interceptors = new ArrayList<>();
    interceptors.add(new TraceForwarder());
    interceptors.add(MeterInterceptor.client(telemetry.clientCalls()));
    config.key().ifPresent(key -> interceptors.add(sending(key)));
    return NettyChannelBuilder.forTarget(target, credentials)
        .defaultLoadBalancingPolicy("round_robin")
        .defaultServiceConfig(RetryPolicy.serviceConfig(config.hedgeDelay()))
        .enableRetry()
        // By default a message above 1 MiB is not kept for a second attempt, and pictures are larger.
        .perRpcBufferLimit(config.messageBytesMax())
        .retryBufferSize((long) CALLS_BUFFERED_MAX * config.messageBytesMax())
        .maxInboundMessageSize(config.messageBytesMax())
        .maxInboundMetadataSize(HEADER_BYTES_MAX)
        .keepAliveTime(20, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .keepAliveWithoutCalls(true)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIME_MAX.toMillis())
        .intercept(interceptors)
        .executor(callbacks)
        .build();
  }

  private static ClientInterceptor sending(String key) {
    var headers = new Metadata();
    headers.put(CallerInterceptor.KEY_HEADER, key);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }
}
