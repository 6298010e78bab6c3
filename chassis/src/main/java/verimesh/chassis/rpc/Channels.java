package verimesh.chassis.rpc;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import verimesh.chassis.telemetry.Telemetry;

/// Ways to a service. Every channel sends the trace along, and the deadline of the call it works for, which gRPC does
/// by itself; `wait-for-ready` is off, so a service that is away is known at once.
public final class Channels {
  private Channels() {}

  /// To an [RpcServer#inProcess] of that name. No serialising: messages are handed over as they are.
  public static ManagedChannel inProcess(String name) {
    return InProcessChannelBuilder.forName(name).intercept(new TraceForwarder()).build();
  }

  /// Over the network.
  public static ManagedChannel connect(ChannelConfig config, Telemetry telemetry) {
    return NettyChannelBuilder.forTarget(config.target(), InsecureChannelCredentials.create())
        .defaultLoadBalancingPolicy("round_robin")
        .maxInboundMessageSize(config.messageBytesMax())
        .keepAliveTime(20, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .keepAliveWithoutCalls(true)
        .intercept(new TraceForwarder())
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .build();
  }
}
