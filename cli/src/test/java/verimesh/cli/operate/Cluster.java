package verimesh.cli.operate;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import verimesh.chassis.testing.Shared;

/// What `kustomize build` makes of one folder, read strictly: a field that Kubernetes does not know is an error here, though
/// Kubernetes itself would drop it without a word.
///
/// @param custom kinds that are not Kubernetes' own: those of [CustomKinds]
record Cluster(List<HasMetadata> objects, List<Object> custom) {
  private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.ofEntries(
      Map.entry("v1/Namespace", Namespace.class), Map.entry("v1/Service", Service.class), Map.entry("v1/ServiceAccount", ServiceAccount.class),
      Map.entry("v1/ConfigMap", ConfigMap.class), Map.entry("v1/PersistentVolumeClaim", PersistentVolumeClaim.class),
      Map.entry("apps/v1/Deployment", Deployment.class), Map.entry("apps/v1/StatefulSet", StatefulSet.class),
      Map.entry("autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
      Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class), Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class));

  private static final Map<String, Class<?>> CUSTOM = Map.of(
      "keda.sh/v1alpha1/ScaledObject", CustomKinds.ScaledObject.class,
      "monitoring.coreos.com/v1/PodMonitor", CustomKinds.PodMonitor.class,
      "monitoring.coreos.com/v1/PrometheusRule", CustomKinds.PrometheusRule.class);

  /// The models keep what they do not know in a map of their own; without that, it is refused.
  private static final JsonMapper STRICT = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .annotationIntrospector(new JacksonAnnotationIntrospector() {
        @Override
        public Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
          return false;
        }
      })
      .build();

  /// A set of pods.
  record Workload(String name, String kind, PodTemplateSpec template) {
    Map<String, String> labels() {
      return template.getMetadata().getLabels();
    }

    Container container() {
      return template.getSpec().getContainers().getFirst();
    }
  }

  /// Built once, since nobody changes the folder while tests run.
  private static final Map<String, Cluster> BUILT = new ConcurrentHashMap<>();

  static Cluster build(String folder) throws Exception {
    Cluster known = BUILT.get(folder);
    if (known != null) return known;
    var ran = Tool.kustomize().run(Shared.root(), "build", "k8s/" + folder);
    if (ran.code() != 0) throw new IllegalStateException("kustomize build k8s/" + folder + ": " + ran.output());
    Cluster built = read(ran.output());
    BUILT.put(folder, built);
    return built;
  }

  static Cluster read(String yaml) {
    var objects = new ArrayList<HasMetadata>();
    var custom = new ArrayList<Object>();
    for (JsonNode document : Yaml.all(yaml)) {
      String kind = document.path("apiVersion").asString() + "/" + document.path("kind").asString();
      if (CUSTOM.containsKey(kind)) custom.add(STRICT.treeToValue(document, CUSTOM.get(kind)));
      else if (KINDS.containsKey(kind)) objects.add(STRICT.treeToValue(document, KINDS.get(kind)));
      else throw new IllegalArgumentException("nobody here knows " + kind);
    }
    return new Cluster(objects, custom);
  }

  <T extends HasMetadata> Map<String, T> all(Class<T> type) {
    var all = new TreeMap<String, T>();
    objects.stream().filter(type::isInstance).map(type::cast).forEach(o -> {
      if (all.put(o.getMetadata().getName(), o) != null) throw new IllegalStateException("twice: " + o.getMetadata().getName());
    });
    return all;
  }

  <T> List<T> custom(Class<T> type) {
    return custom.stream().filter(type::isInstance).map(type::cast).toList();
  }

  Map<String, Workload> workloads() {
    var all = new TreeMap<String, Workload>();
    all(Deployment.class).forEach((name, d) -> all.put(name, new Workload(name, "Deployment", d.getSpec().getTemplate())));
    all(StatefulSet.class).forEach((name, s) -> all.put(name, new Workload(name, "StatefulSet", s.getSpec().getTemplate())));
    return all;
  }

  /// Every way that the policies leave open, as `from -> to:port`; a pod's name is its workload's, anything else is written
  /// as its selectors are. Between two pods both ends must agree.
  TreeSet<String> openWays() {
    var open = new TreeSet<String>();
    var pods = workloads().values();
    for (Workload to : pods) {
      for (Workload from : pods) {
        to.container().getPorts().forEach(port -> {
          boolean out = policies("Egress", from).stream().flatMap(p -> p.getSpec().getEgress().stream())
              .anyMatch(rule -> rule.getTo().stream().anyMatch(peer -> isPod(peer, from, to)) && allows(rule.getPorts(), to, port.getContainerPort()));
          boolean in = policies("Ingress", to).stream().flatMap(p -> p.getSpec().getIngress().stream())
              .anyMatch(rule -> rule.getFrom().stream().anyMatch(peer -> isPod(peer, to, from)) && allows(rule.getPorts(), to, port.getContainerPort()));
          if (out != in) open.add(from.name() + " -> " + to.name() + ":" + port.getContainerPort() + " at one end only");
          else if (out) open.add(from.name() + " -> " + to.name() + ":" + port.getContainerPort());
        });
      }
      policies("Ingress", to).forEach(policy -> policy.getSpec().getIngress().forEach(rule -> rule.getFrom().stream().filter(peer -> !isOwnPods(peer))
          .forEach(peer -> rule.getPorts().forEach(port -> open.add(words(peer) + " -> " + to.name() + ":" + number(port, to))))));
      policies("Egress", to).forEach(policy -> policy.getSpec().getEgress().forEach(rule -> rule.getTo().stream().filter(peer -> !isOwnPods(peer))
          .forEach(peer -> rule.getPorts().forEach(port -> open.add(to.name() + " -> " + words(peer) + ":" + port.getPort().getValue())))));
      for (String type : List.of("Ingress", "Egress")) {
        if (policies(type, to).isEmpty()) open.add("no policy closes " + type + " of " + to.name());
      }
    }
    return open;
  }

  private List<NetworkPolicy> policies(String type, Workload pod) {
    return all(NetworkPolicy.class).values().stream()
        .filter(policy -> policy.getSpec().getPolicyTypes().contains(type) && matches(policy.getSpec().getPodSelector(), pod.labels())).toList();
  }

  private static boolean isOwnPods(NetworkPolicyPeer peer) {
    return peer.getNamespaceSelector() == null && peer.getIpBlock() == null;
  }

  private static boolean isPod(NetworkPolicyPeer peer, Workload owner, Workload pod) {
    return isOwnPods(peer) && owner != null && matches(peer.getPodSelector(), pod.labels());
  }

  /// No ports at all means every port.
  private static boolean allows(List<NetworkPolicyPort> ports, Workload to, int port) {
    return ports.isEmpty() || ports.stream().anyMatch(p -> number(p, to) == port);
  }

  private static int number(NetworkPolicyPort port, Workload to) {
    return number(port.getPort(), to.container());
  }

  /// @throws IllegalStateException if the container has no port of that name
  static int number(IntOrString port, Container container) {
    if (port.getStrVal() == null) return port.getIntVal();
    return container.getPorts().stream().filter(p -> port.getStrVal().equals(p.getName())).findFirst()
        .orElseThrow(() -> new IllegalStateException(container.getName() + " has no port " + port.getStrVal())).getContainerPort();
  }

  static boolean matches(LabelSelector selector, Map<String, String> labels) {
    if (!selector.getMatchExpressions().isEmpty()) throw new IllegalArgumentException("expressions are not read here");
    return selector.getMatchLabels() == null || labels.entrySet().containsAll(selector.getMatchLabels().entrySet());
  }

  private static String words(NetworkPolicyPeer peer) {
    if (peer.getIpBlock() != null) return peer.getIpBlock().getCidr();
    String pods = peer.getPodSelector() == null ? "" : "/" + new TreeMap<>(peer.getPodSelector().getMatchLabels());
    return new TreeMap<>(peer.getNamespaceSelector().getMatchLabels()) + pods;
  }
}
