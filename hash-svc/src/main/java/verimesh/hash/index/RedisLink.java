package verimesh.hash.index;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;

/// Connections to a Redis or a cluster, and waiting for its answers: with a timeout, and an index problem for whatever goes
/// wrong there. Thread-safe.
final class RedisLink implements AutoCloseable {
  static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final Duration timeout;
  private final AbstractRedisClient client;
  private final StatefulConnection<String, byte[]> connection;
  private final StatefulConnection<String, byte[]> logConnection; // blocks while it waits for the log
  private final RedisClusterAsyncCommands<String, byte[]> redis;
  private final RedisClusterAsyncCommands<String, byte[]> logReader;

  /// @throws ProblemException INDEX_UNREACHABLE
  RedisLink(RedisIndex.Place place) {
    this.timeout = place.timeout();
    RedisURI uri = RedisURI.create(place.uri());
    uri.setTimeout(timeout);
    SocketOptions socket = SocketOptions.builder().connectTimeout(timeout).keepAlive(true).build();
    TimeoutOptions noTimeout = TimeoutOptions.create(); // callers here wait with a timeout of their own
    try {
      if (place.cluster()) {
        RedisClusterClient cluster = RedisClusterClient.create(uri);
        cluster.setOptions(ClusterClientOptions.builder().socketOptions(socket).timeoutOptions(noTimeout)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS).build());
        client = cluster;
        var main = cluster.connect(CODEC);
        var log = cluster.connect(CODEC);
        connection = main;
        logConnection = log;
        redis = main.async();
        logReader = log.async();
      } else {
        RedisClient single = RedisClient.create(uri);
        single.setOptions(ClientOptions.builder().socketOptions(socket).timeoutOptions(noTimeout)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS).build());
        client = single;
        var main = single.connect(CODEC);
        var log = single.connect(CODEC);
        connection = main;
        logConnection = log;
        redis = main.async();
        logReader = log.async();
      }
    } catch (RedisException e) {
      throw unreachable(e);
    }
  }

  RedisClusterAsyncCommands<String, byte[]> redis() {
    return redis;
  }

  /// A connection of its own, for commands that block.
  RedisClusterAsyncCommands<String, byte[]> logReader() {
    return logReader;
  }

  /// Ends whatever [#logReader] waits for.
  void closeLog() {
    logConnection.close();
  }

  Duration timeout() {
    return timeout;
  }

  void awaitAll(List<RedisFuture<?>> answers) {
    for (RedisFuture<?> answer : answers) get(answer);
  }

  <T> T get(RedisFuture<T> answer) {
    return get(answer, timeout);
  }

  <T> T get(RedisFuture<T> answer, Duration timeout) {
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw unreachable(e.getCause());
    } catch (TimeoutException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(e);
    }
  }

  static ProblemException unreachable(Throwable cause) {
    return new ProblemException(new Problem.Unavailable("INDEX_UNREACHABLE",
        "The index's Redis does not answer. What is known of pictures is not known right now.", Duration.ofSeconds(1)), cause);
  }

  static ProblemException closed() {
    return new ProblemException(new Problem.Unavailable("INDEX_CLOSED", "The index is closed; it opens again when hash-svc starts.", Duration.ofSeconds(5)));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String string(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    connection.close();
    logConnection.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
