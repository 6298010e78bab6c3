package verimesh.chassis.rpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// A channel that finds a returning service within about a second. gRPC itself waits up to two minutes between attempts
/// and offers no setting for that; telling it to try again is cheap, since it concerns broken connections only.
final class LiveChannel extends ManagedChannel {
  private static final Duration TRY_AGAIN_EVERY = Duration.ofSeconds(1);

  private final ManagedChannel channel;
  private final AutoCloseable belongings;
  private final ScheduledExecutorService ticker;

  /// @param belongings closed with the channel
  LiveChannel(ManagedChannel channel, AutoCloseable belongings) {
    this.channel = channel;
    this.belongings = belongings;
    this.ticker = Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("reconnect").factory());
    long millis = TRY_AGAIN_EVERY.toMillis();
    ticker.scheduleWithFixedDelay(channel::resetConnectBackoff, millis, millis, TimeUnit.MILLISECONDS);
    channel.getState(true); // connect now, so that the first call need not wait for it
  }

  @Override
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    return channel.newCall(method, options);
  }

  @Override
  public String authority() {
    return channel.authority();
  }

  @Override
  public ManagedChannel shutdown() {
    channel.shutdown();
    closeBelongings();
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    channel.shutdownNow();
    closeBelongings();
    return this;
  }

  private void closeBelongings() {
    ticker.shutdownNow();
    try {
      belongings.close();
    } catch (Exception e) {
      throw new IllegalStateException("closing what belongs to a channel cannot fail", e);
    }
  }

  @Override
  public boolean isShutdown() {
    return channel.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return channel.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return channel.awaitTermination(timeout, unit);
  }

  @Override
  public ConnectivityState getState(boolean requestConnection) {
    return channel.getState(requestConnection);
  }

  @Override
  public void notifyWhenStateChanged(ConnectivityState source, Runnable callback) {
    channel.notifyWhenStateChanged(source, callback);
  }

  @Override
  public void resetConnectBackoff() {
    channel.resetConnectBackoff();
  }

  @Override
  public void enterIdle() {
    channel.enterIdle();
  }
}
