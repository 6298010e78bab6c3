package verimesh.cli.operate;

import java.util.List;
import java.util.Map;

/// The kinds that operators bring, as far as k8s/ uses them, field by field as their own definitions have them. Read strictly:
/// a field that is not written here is a typing error until somebody has looked it up and added it.
final class CustomKinds {
  private CustomKinds() {}

  record Meta(String name, String namespace, Map<String, String> labels) {}

  /// KEDA 2, `keda.sh/v1alpha1`.
  record ScaledObject(String apiVersion, String kind, Meta metadata, Spec spec) {
    /// @param pollingInterval seconds
    /// @param cooldownPeriod seconds; only from one replica to none
    record Spec(Target scaleTargetRef, Integer minReplicaCount, Integer maxReplicaCount, Integer pollingInterval, Integer cooldownPeriod,
        Fallback fallback, Advanced advanced, List<Trigger> triggers) {}

    record Target(String apiVersion, String kind, String name) {}

    record Fallback(Integer failureThreshold, Integer replicas) {}

    record Advanced(HpaConfig horizontalPodAutoscalerConfig) {}

    record HpaConfig(io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior behavior) {}

    record Trigger(String type, String metricType, PrometheusMetadata metadata) {}

    /// Of the scaler `prometheus`; all are texts to KEDA.
    record PrometheusMetadata(String serverAddress, String query, String threshold, String activationThreshold, String ignoreNullValues) {}
  }

  /// Prometheus operator, `monitoring.coreos.com/v1`.
  record PodMonitor(String apiVersion, String kind, Meta metadata, Spec spec) {
    record Spec(String jobLabel, io.fabric8.kubernetes.api.model.LabelSelector selector, List<Endpoint> podMetricsEndpoints) {}

    record Endpoint(String port, String path, String interval, String scrapeTimeout, List<Relabeling> relabelings) {}

    record Relabeling(String action, List<String> sourceLabels, String targetLabel, String regex, String replacement) {}
  }

  /// Prometheus operator, `monitoring.coreos.com/v1`.
  record PrometheusRule(String apiVersion, String kind, Meta metadata, Spec spec) {
    record Spec(List<Group> groups) {}

    record Group(String name, List<Rule> rules) {}

    /// A recording rule has `record`, an alert has `alert`.
    /// @param waits `for`
    record Rule(String record, String alert, String expr, @com.fasterxml.jackson.annotation.JsonProperty("for") String waits, Map<String, String> labels, Map<String, String> annotations) {}
  }
}
