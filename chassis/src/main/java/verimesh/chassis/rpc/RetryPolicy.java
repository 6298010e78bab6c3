package verimesh.chassis.rpc;

import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.metadata.v1.MetadataServiceGrpc;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc;
import verimesh.verifier.v1.VerifierServiceGrpc;

/// Which calls may be sent twice. Only those that the contracts call idempotent, and that cost no money: never a
/// registration, a removal, a person's feedback or an examination by an LMM.
///
/// gRPC does the retrying (https://github.com/grpc/proposal/blob/master/A6-client-retries.md), within the call's
/// deadline, and stops by itself where many calls fail.
final class RetryPolicy {
  /// Retried where the service is away.
  static final List<MethodDescriptor<?, ?>> IDEMPOTENT = List.of(
      MetadataServiceGrpc.getInspectMethod(),
      HashServiceGrpc.getMatchMethod(),
      HashServiceGrpc.getGetItemMethod(),
      HashServiceGrpc.getListBanksMethod(),
      HashServiceGrpc.getGetStatisticsMethod(),
      EmbeddingServiceGrpc.getListModelsMethod(),
      EmbeddingServiceGrpc.getEmbedImagesMethod(),
      EmbeddingServiceGrpc.getEmbedTextsMethod(),
      EmbeddingServiceGrpc.getDetectMethod(),
      EmbeddingServiceGrpc.getEmbedAndDetectMethod(),
      EmbeddingServiceGrpc.getExplainMethod(),
      EmbeddingServiceGrpc.getFindObjectsMethod(),
      VerifierServiceGrpc.getRetrieveCluesMethod(),
      VerifierServiceGrpc.getListCluesMethod(),
      VerifierServiceGrpc.getGetBackendsMethod(),
      OrchestratorServiceGrpc.getGetVerdictMethod());

  /// May be asked of a second replica before the first has answered (DESIGN.md §5).
  static final List<MethodDescriptor<?, ?>> HEDGED =
      List.of(MetadataServiceGrpc.getInspectMethod(), HashServiceGrpc.getMatchMethod());

  private static final double ATTEMPTS = 3;

  private RetryPolicy() {}

  /// @param hedgeDelay how long the first replica may be silent; zero: no hedging
  static Map<String, ?> serviceConfig(Duration hedgeDelay) {
    Set<MethodDescriptor<?, ?>> hedged = hedgeDelay.isZero() ? Set.of() : Set.copyOf(HEDGED);
    List<MethodDescriptor<?, ?>> retried = new ArrayList<>(IDEMPOTENT);
    retried.removeAll(hedged); // hedging sends again at once where the first is away, so it retries as well
    List<Map<String, ?>> methods = new ArrayList<>();
    methods.add(Map.of(
        "name", names(retried),
        "retryPolicy", Map.of(
            "maxAttempts", ATTEMPTS,
            "initialBackoff", "0.05s",
            "maxBackoff", "0.5s",
            "backoffMultiplier", 3.0,
            "retryableStatusCodes", List.of("UNAVAILABLE"))));
    if (!hedged.isEmpty()) {
      methods.add(Map.of(
          "name", names(hedged),
          "hedgingPolicy", Map.of(
              "maxAttempts", 2.0, "hedgingDelay", seconds(hedgeDelay), "nonFatalStatusCodes", List.of("UNAVAILABLE"))));
    }
    return Map.of(
        "methodConfig", methods,
        "retryThrottling", Map.of("maxTokens", 100.0, "tokenRatio", 0.1)); // half of them spent: no more retries
  }

  private static List<Map<String, String>> names(Iterable<MethodDescriptor<?, ?>> methods) {
    List<Map<String, String>> names = new ArrayList<>();
    for (MethodDescriptor<?, ?> method : methods) {
      names.add(Map.of("service", method.getServiceName(), "method", method.getBareMethodName()));
    }
    return names;
  }

  private static String seconds(Duration delay) {
    return String.format(java.util.Locale.ROOT, "%d.%09ds", delay.toSeconds(), delay.getNano());
  }
}
