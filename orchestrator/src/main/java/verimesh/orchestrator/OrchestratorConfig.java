package verimesh.orchestrator;

import java.util.List;
import java.util.Optional;
import verimesh.chassis.config.Settings;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.orchestrator.admission.AdmissionConfig;
import verimesh.orchestrator.analysis.AnalysisConfig;
import verimesh.orchestrator.learning.LearningConfig;
import verimesh.orchestrator.verdict.VerdictStoreConfig;

/// Every setting of the orchestrator: `VERIMESH_ORCHESTRATOR_*` and `VERIMESH_ADMISSION_*`.
///
/// @param metadata where metadata-svc is; empty: not configured, as for the three behind it
/// @param feedbackCallers names that may submit feedback; empty: everybody
/// @param batchItemsMax items of one `AnalyzeBatch` stream that are worked on at once
public record OrchestratorConfig(
    Optional<ChannelConfig> metadata,
    Optional<ChannelConfig> hash,
    Optional<ChannelConfig> embedding,
    Optional<ChannelConfig> verifier,
    AdmissionConfig admission,
    AnalysisConfig analysis,
    VerdictStoreConfig store,
    LearningConfig learning,
    List<String> feedbackCallers,
    int batchItemsMax) {
  public OrchestratorConfig {
    feedbackCallers = List.copyOf(feedbackCallers);
  }

  /// @param s in scope `ORCHESTRATOR`
  public static OrchestratorConfig from(Settings s) {
    return new OrchestratorConfig(
        ChannelConfig.from(s, "METADATA_TARGET", ""),
        ChannelConfig.from(s, "HASH_TARGET", ""),
        ChannelConfig.from(s, "EMBEDDING_TARGET", ""),
        ChannelConfig.from(s, "VERIFIER_TARGET", ""),
        AdmissionConfig.from(s),
        AnalysisConfig.from(s),
        VerdictStoreConfig.from(s),
        LearningConfig.from(s),
        s.list("FEEDBACK_CALLERS", List.of()),
        s.integer("BATCH_ITEMS_MAX", 16, 1, 1024));
  }
}
