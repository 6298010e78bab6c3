package verimesh.orchestrator.verdict;

import com.google.protobuf.InvalidProtocolBufferException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.Feedback;

/// Verdicts in Redis, for several replicas: `verimesh:verdict:<id>` holds the answer as protobuf, `verimesh:feedback:<id>`
/// a list of what people said. Both expire by themselves. A Redis that is away costs the keeping, never a verdict.
public final class RedisVerdicts implements VerdictStore {
  private static final Logger LOG = LoggerFactory.getLogger(RedisVerdicts.class);
  private static final Duration COMMAND_TIME_MAX = Duration.ofSeconds(1);
  private static final Duration CONNECT_TIME_MAX = Duration.ofSeconds(1);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /// Commands that wait for Redis; beyond that, verdicts are given without being kept.
  private static final int COMMANDS_QUEUED_MAX = 10_000;

  private static final String VERDICT = "verimesh:verdict:";
  private static final String FEEDBACK = "verimesh:feedback:";

  /// Only beside a verdict that still stands, and no longer than it does.
  private static final byte[] ADD_FEEDBACK =
      """
      local left = redis.call('PTTL', KEYS[1])
      if left <= 0 then return 0 end
      redis.call('RPUSH', KEYS[2], ARGV[1])
      redis.call('LTRIM', KEYS[2], -tonumber(ARGV[2]), -1)
      redis.call('PEXPIRE', KEYS[2], left)
      return 1
      """
          .getBytes(StandardCharsets.UTF_8);

  private final RedisURI uri;
  private final RedisClient client;
  private final Duration keep;
  private final Counter lost;
  private CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connection; // guarded by this
  private long lastTryNanos; // guarded by this

  /// Connects in the background: a Redis that is away must not keep the service from starting.
  public RedisVerdicts(VerdictStoreConfig config, MeterRegistry meters) {
    this.uri = RedisURI.create(config.redis().orElseThrow());
    uri.setTimeout(COMMAND_TIME_MAX);
    this.client = RedisClient.create(uri);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(COMMANDS_QUEUED_MAX)
            .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_TIME_MAX).build())
            .timeoutOptions(TimeoutOptions.enabled(COMMAND_TIME_MAX))
            .build());
    this.keep = config.keep();
    this.lost = Counter.builder("verimesh.verdicts.not.kept").description("Verdicts that were given and could not be kept").register(meters);
    connected();
  }

  @Override
  public void keep(AnalyzeResponse verdict) {
    CompletableFuture<StatefulRedisConnection<byte[], byte[]>> opened = connected();
    if (!opened.isDone() || opened.isCompletedExceptionally()) {
      lost(null);
      return;
    }
    try {
      opened.join().async().set(key(VERDICT, verdict.getVerdictId()), verdict.toByteArray(), SetArgs.Builder.px(keep.toMillis()))
          .whenComplete((_, failed) -> {
            if (failed != null) lost(failed);
          });
    } catch (RedisException rejected) {
      lost(rejected);
    }
  }

  @Override
  public Optional<Kept> find(String verdictId) {
    RedisAsyncCommands<byte[], byte[]> redis = commands();
    // Both are on their way before either is waited for.
    RedisFuture<byte[]> verdict = ask(() -> redis.get(key(VERDICT, verdictId)));
    RedisFuture<List<byte[]>> feedback = ask(() -> redis.lrange(key(FEEDBACK, verdictId), 0, -1));
    byte[] kept = await(verdict);
    if (kept == null) return Optional.empty();
    try {
      List<Feedback> said = new ArrayList<>();
      for (byte[] one : await(feedback)) said.add(Feedback.parseFrom(one));
      return Optional.of(new Kept(AnalyzeResponse.parseFrom(kept), said));
    } catch (InvalidProtocolBufferException foreign) {
      LOG.atWarn().setMessage("verdict in Redis is not readable").addKeyValue("id", verdictId).log();
      return Optional.empty();
    }
  }

  @Override
  public boolean add(String verdictId, Feedback feedback) {
    RedisAsyncCommands<byte[], byte[]> redis = commands();
    byte[][] keys = {key(VERDICT, verdictId), key(FEEDBACK, verdictId)};
    byte[] max = Integer.toString(FEEDBACK_MAX).getBytes(StandardCharsets.US_ASCII);
    RedisFuture<Long> added = ask(() -> redis.eval(ADD_FEEDBACK, ScriptOutputType.INTEGER, keys, feedback.toByteArray(), max));
    return await(added) == 1;
  }

  @Override
  public boolean works() {
    CompletableFuture<StatefulRedisConnection<byte[], byte[]>> opened = connected();
    return opened.isDone() && !opened.isCompletedExceptionally() && opened.join().isOpen();
  }

  /// The connection, or the latest attempt at one; begins another, at most once a second, after one that failed. Lettuce
  /// itself reconnects what was connected once.
  private synchronized CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connected() {
    boolean failed = connection != null && connection.isCompletedExceptionally();
    boolean again = failed && System.nanoTime() - lastTryNanos >= RETRY_AFTER.toNanos();
    if (connection == null || again) {
      lastTryNanos = System.nanoTime();
      connection = client.connectAsync(ByteArrayCodec.INSTANCE, uri).toCompletableFuture();
    }
    return connection;
  }

  private RedisAsyncCommands<byte[], byte[]> commands() {
    try {
      return connected().get(COMMAND_TIME_MAX.toMillis(), TimeUnit.MILLISECONDS).async();
    } catch (ExecutionException | TimeoutException away) {
      throw unreachable(away);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw unreachable(interrupted);
    }
  }

  private static <T> RedisFuture<T> ask(Supplier<RedisFuture<T>> command) {
    try {
      return command.get();
    } catch (RedisException rejected) {
      throw unreachable(rejected);
    }
  }

  private static <T> T await(RedisFuture<T> answer) {
    try {
      return answer.get(COMMAND_TIME_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException away) {
      throw unreachable(away);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw unreachable(interrupted);
    }
  }

  private void lost(Throwable why) {
    lost.increment();
    LOG.atDebug().setMessage("verdict not kept").setCause(why).log();
  }

  private static ProblemException unreachable(Throwable why) {
    return new ProblemException(
        new Problem.Unavailable("STORE_UNREACHABLE", "The store of verdicts does not answer. Come again after the time that this answer names.", RETRY_AFTER),
        why);
  }

  private static byte[] key(String prefix, String verdictId) {
    return (prefix + verdictId).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
