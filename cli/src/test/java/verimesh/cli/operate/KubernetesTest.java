package verimesh.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import verimesh.chassis.testing.Shared;
import verimesh.cli.local.MeshService;

class KubernetesTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu", "overlays/redis"})
  void everyNameLeadsSomewhere(String target) throws Exception {
    Cluster cluster = Cluster.build(target);
    var workloads = cluster.workloads();
    assertThat(workloads.keySet()).containsAll(MeshService.ids());
    cluster.objects().forEach(o -> {
      if (!(o instanceof Namespace)) assertThat(o.getMetadata().getNamespace()).as(o.getMetadata().getName()).isEqualTo("verimesh");
    });

    cluster.all(Deployment.class).values().forEach(d -> assertThat(Cluster.matches(d.getSpec().getSelector(), d.getSpec().getTemplate().getMetadata().getLabels())).isTrue());
    cluster.all(StatefulSet.class).values().forEach(s -> assertThat(Cluster.matches(s.getSpec().getSelector(), s.getSpec().getTemplate().getMetadata().getLabels())).isTrue());
    cluster.all(Service.class).forEach((name, service) -> {
      assertThat(service.getSpec().getClusterIP()).as(name + " is headless").isEqualTo("None");
      var selected = workloads.values().stream().filter(w -> w.labels().entrySet().containsAll(service.getSpec().getSelector().entrySet())).toList();
      assertThat(selected).as("pods of service " + name).hasSize(1);
      service.getSpec().getPorts().forEach(port ->
          // Without a virtual address nothing translates: the port that callers name is the container's.
          assertThat(Cluster.number(port.getTargetPort(), selected.getFirst().container())).as(name + " " + port.getName()).isEqualTo(port.getPort()));
    });
    cluster.all(PodDisruptionBudget.class).forEach((name, budget) ->
        assertThat(workloads.values()).as("pods of budget " + name).filteredOn(w -> Cluster.matches(budget.getSpec().getSelector(), w.labels())).hasSize(1));
    assertThat(cluster.all(PodDisruptionBudget.class).keySet()).isEqualTo(workloads.keySet());

    var scaled = new ArrayList<String>();
    cluster.all(HorizontalPodAutoscaler.class).values().forEach(h -> scaled.add(h.getSpec().getScaleTargetRef().getName()));
    cluster.custom(CustomKinds.ScaledObject.class).forEach(s -> scaled.add(s.spec().scaleTargetRef().name()));
    assertThat(scaled).doesNotHaveDuplicates().isSubsetOf(workloads.keySet()).contains("orchestrator", "embedding-svc");
    scaled.forEach(name -> assertThat(cluster.all(Deployment.class).get(name).getSpec().getReplicas())
        .as(name + " is scaled, so nobody else may set its replicas").isNull());

    for (Cluster.Workload workload : workloads.values()) {
      var spec = workload.template().getSpec();
      assertThat(cluster.all(ServiceAccount.class)).containsKey(spec.getServiceAccountName());
      assertThat(cluster.all(ServiceAccount.class).get(spec.getServiceAccountName()).getAutomountServiceAccountToken()).isFalse();
      assertThat(spec.getAutomountServiceAccountToken()).isFalse();
      for (Volume volume : spec.getVolumes()) {
        if (volume.getPersistentVolumeClaim() != null) {
          assertThat(cluster.all(PersistentVolumeClaim.class)).containsKey(volume.getPersistentVolumeClaim().getClaimName());
        }
        if (volume.getSecret() != null) volume.getSecret().getItems().forEach(item -> assertDocumented(volume.getSecret().getSecretName(), item.getKey()));
      }
      for (Container container : spec.getContainers()) {
        container.getEnvFrom().forEach(from -> assertThat(cluster.all(ConfigMap.class)).containsKey(from.getConfigMapRef().getName()));
        container.getVolumeMounts().forEach(mount -> {
          var claims = cluster.all(StatefulSet.class).values().stream().flatMap(s -> s.getSpec().getVolumeClaimTemplates().stream()).map(c -> c.getMetadata().getName());
          assertThat(Stream.concat(spec.getVolumes().stream().map(Volume::getName), claims)).as(workload.name()).contains(mount.getName());
        });
        for (Probe probe : Stream.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe()).filter(p -> p != null).toList()) {
          if (probe.getGrpc() != null) assertThat(container.getPorts()).anyMatch(p -> p.getName().equals("grpc") && p.getContainerPort().equals(probe.getGrpc().getPort()));
          if (probe.getHttpGet() != null) assertThat(Cluster.number(probe.getHttpGet().getPort(), container)).isPositive();
          if (probe.getTcpSocket() != null) assertThat(Cluster.number(probe.getTcpSocket().getPort(), container)).isPositive();
        }
        assertThat(container.getReadinessProbe()).isNotNull();
        assertThat(container.getLivenessProbe()).isNotNull();
      }
    }
  }

  private static void assertDocumented(String secret, String key) {
    try {
      assertThat(Files.readString(Shared.root().resolve("docs/OPERATIONS.md")))
          .as("the handbook tells how to make secret " + secret + " with " + key).containsPattern("create secret generic " + secret + "\\b[^\n]*--from-(file|literal)=" + key);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu", "overlays/redis"})
  void everyServiceWouldStartWithItsSettingsAndFindTheOthers(String target) throws Exception {
    Cluster cluster = Cluster.build(target);
    for (MeshService service : MeshService.values()) {
      Cluster.Workload workload = cluster.workloads().get(service.id());
      var environment = environment(cluster, workload);
      assertThat(Accepted.problems(service, environment, secretFiles(workload), folder)).as(target + " " + service.id()).isEmpty();
      environment.forEach((name, value) -> {
        if (!name.endsWith("_TARGET")) return;
        String[] parts = value.split(":");
        assertThat(cluster.all(Service.class)).as(name).containsKey(parts[0]);
        assertThat(cluster.all(Service.class).get(parts[0]).getSpec().getPorts()).as(name)
            .anyMatch(port -> port.getName().equals("grpc") && port.getPort() == Integer.parseInt(parts[1]));
      });
      assertThat(workload.container().getPorts()).extracting(p -> p.getContainerPort())
          .containsExactly(service.port(MeshService.BASE_PORT), service.port(MeshService.BASE_PORT) + 1);
    }
  }

  private static Map<String, String> environment(Cluster cluster, Cluster.Workload workload) {
    var all = new LinkedHashMap<String, String>();
    workload.container().getEnvFrom().forEach(from -> all.putAll(cluster.all(ConfigMap.class).get(from.getConfigMapRef().getName()).getData()));
    workload.container().getEnv().forEach(variable -> {
      if (variable.getValueFrom() == null) {
        all.put(variable.getName(), variable.getValue());
      } else {
        var ref = variable.getValueFrom().getSecretKeyRef();
        assertDocumented(ref.getName(), ref.getKey());
        all.put(variable.getName(), Accepted.secret(ref.getKey()));
      }
    });
    return all;
  }

  /// Path in the container to the secret's key.
  private static Map<String, String> secretFiles(Cluster.Workload workload) {
    var files = new LinkedHashMap<String, String>();
    for (Volume volume : workload.template().getSpec().getVolumes()) {
      if (volume.getSecret() == null) continue;
      workload.container().getVolumeMounts().stream().filter(mount -> mount.getName().equals(volume.getName())).forEach(mount ->
          volume.getSecret().getItems().forEach(item -> files.put(mount.getMountPath() + "/" + item.getPath(), item.getKey())));
    }
    return files;
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu", "overlays/redis"})
  void everyContainerIsRestrictedBoundedAndPinned(String target) throws Exception {
    Cluster cluster = Cluster.build(target);
    assertThat(cluster.all(Namespace.class).get("verimesh").getMetadata().getLabels()).containsEntry("pod-security.kubernetes.io/enforce", "restricted");
    for (Cluster.Workload workload : cluster.workloads().values()) {
      var pod = workload.template().getSpec();
      assertThat(pod.getSecurityContext().getRunAsNonRoot()).as(workload.name()).isTrue();
      assertThat(pod.getSecurityContext().getRunAsUser()).as(workload.name()).isPositive();
      assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
      assertThat(pod.getHostNetwork()).isNull();
      assertThat(pod.getVolumes()).allMatch(volume -> volume.getHostPath() == null);
      for (Container container : Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream()).toList()) {
        var security = container.getSecurityContext();
        assertThat(security.getAllowPrivilegeEscalation()).as(container.getName()).isFalse();
        assertThat(security.getReadOnlyRootFilesystem()).as(container.getName()).isTrue();
        assertThat(security.getPrivileged()).as(container.getName()).isFalse();
        assertThat(security.getCapabilities().getDrop()).as(container.getName()).containsExactly("ALL");
        assertThat(security.getCapabilities().getAdd()).as(container.getName()).isEmpty();
        assertThat(container.getResources().getRequests()).as(container.getName()).containsKeys("cpu", "memory", "ephemeral-storage");
        assertThat(container.getResources().getLimits()).as(container.getName()).containsKeys("cpu", "memory", "ephemeral-storage");
        assertThat(container.getImage()).as(container.getName()).matches(".+(:[0-9][^:/]*|@sha256:[0-9a-f]{64})");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu", "overlays/redis"})
  void theMeshsEdgesAreOpenAndNoOther(String target) throws Exception {
    Cluster cluster = Cluster.build(target);
    var used = new TreeSet<String>();
    String dns = "{kubernetes.io/metadata.name=kube-system}/{k8s-app=kube-dns}:53";
    for (Cluster.Workload workload : cluster.workloads().values()) {
      used.add(workload.name() + " -> " + dns);
      environment(cluster, workload).forEach((name, value) -> {
        if (name.endsWith("_TARGET")) used.add(workload.name() + " -> " + value);
        // Whoever has Redis' address, as a value or as a file, calls it.
        if (name.endsWith("_REDIS_URI") || name.endsWith("_REDIS_FILE")) used.add(workload.name() + " -> redis:6379");
      });
    }
    for (MeshService service : MeshService.values()) {
      used.add("{kubernetes.io/metadata.name=monitoring}/{app.kubernetes.io/name=prometheus} -> " + service.id() + ":" + (service.port(MeshService.BASE_PORT) + 1));
    }
    used.add("{verimesh/caller=yes} -> orchestrator:7400");
    assertThat(cluster.openWays()).isEqualTo(used);
    NetworkPolicy closed = cluster.all(NetworkPolicy.class).get("default-deny");
    assertThat(closed.getSpec().getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
    assertThat(closed.getSpec().getPodSelector().getMatchLabels()).isNullOrEmpty();
    assertThat(closed.getSpec().getIngress()).isEmpty();
    assertThat(closed.getSpec().getEgress()).isEmpty();
  }

  @Test
  void theLmmComponentGivesTheVerifierItsEdgeAndItsSettings() throws Exception {
    // Kustomize takes no folder from elsewhere, so the overlay that an operator would write lies in a copy.
    Path copy = folder.resolve("k8s");
    try (Stream<Path> files = Files.walk(Shared.root().resolve("k8s"))) {
      for (Path file : files.toList()) Files.copy(file, copy.resolve(Shared.root().resolve("k8s").relativize(file).toString()));
    }
    Files.createDirectory(copy.resolve("overlays/mine"));
    Files.writeString(copy.resolve("overlays/mine/kustomization.yaml"), "resources: [../cpu]\ncomponents: [../../components/lmm]\n");
    var ran = Tool.kustomize().run(copy, "build", "overlays/mine");
    assertThat(ran.code()).as(ran.output()).isZero();
    Cluster cluster = Cluster.read(ran.output());
    Cluster.Workload verifier = cluster.workloads().get("verifier-svc");
    assertThat(Accepted.problems(MeshService.VERIFIER, environment(cluster, verifier), secretFiles(verifier), Files.createDirectory(folder.resolve("secrets")))).isEmpty();
    assertThat(cluster.openWays()).contains("verifier-svc -> 0.0.0.0/0:443").noneMatch(way -> way.contains("one end"));
    verifier.template().getSpec().getVolumes().stream().filter(v -> v.getSecret() != null)
        .forEach(v -> v.getSecret().getItems().forEach(item -> assertDocumented(v.getSecret().getSecretName(), item.getKey())));
  }

  @Test
  void theGpuOverlayAsksForAGpuAndToleratesItsNode() throws Exception {
    var pod = Cluster.build("overlays/gpu").workloads().get("embedding-svc").template().getSpec();
    assertThat(pod.getContainers().getFirst().getResources().getLimits()).containsKey("nvidia.com/gpu");
    assertThat(pod.getContainers().getFirst().getImage()).endsWith("-cuda");
    assertThat(pod.getTolerations()).anyMatch(t -> t.getKey().equals("nvidia.com/gpu"));
  }

  @Test
  void theRedisOverlayLeavesNoStateInHashSvc() throws Exception {
    Cluster cluster = Cluster.build("overlays/redis");
    assertThat(cluster.all(PersistentVolumeClaim.class)).doesNotContainKey("verimesh-index");
    assertThat(cluster.workloads().get("hash-svc").template().getSpec().getVolumes()).allMatch(v -> v.getPersistentVolumeClaim() == null);
    assertThat(cluster.all(Deployment.class).get("hash-svc").getSpec().getStrategy().getType()).isEqualTo("RollingUpdate");
  }

  @Test
  void rulesAreThoseOfMonitoringAndPodsAreFoundByTheirLabel() throws Exception {
    Cluster cluster = Cluster.build("base");
    var groups = new ArrayList<CustomKinds.PrometheusRule.Group>();
    for (String file : List.of("recording.yml", "alerts.yml")) {
      String text = Files.readString(Shared.root().resolve("monitoring/rules").resolve(file));
      String meta = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: x, namespace: verimesh}\nspec:\n";
      groups.addAll(Cluster.read(meta + text.indent(2)).custom(CustomKinds.PrometheusRule.class).getFirst().spec().groups());
    }
    assertThat(cluster.custom(CustomKinds.PrometheusRule.class).getFirst().spec().groups()).containsExactlyElementsOf(groups);

    var monitor = cluster.custom(CustomKinds.PodMonitor.class).getFirst().spec();
    var selected = new TreeSet<String>();
    for (Cluster.Workload workload : cluster.workloads().values()) {
      if (!Cluster.matches(monitor.selector(), workload.labels())) continue;
      selected.add(workload.name());
      assertThat(workload.labels().get(monitor.jobLabel())).as("the job that rules ask for").isEqualTo("verimesh");
      assertThat(workload.container().getPorts()).anyMatch(p -> p.getName().equals(monitor.podMetricsEndpoints().getFirst().port()));
    }
    assertThat(selected).containsExactlyInAnyOrderElementsOf(MeshService.ids());
  }

  @Test
  void kedaAsksForARuleThatExistsAndScalesDownSlowly() throws Exception {
    var spec = Cluster.build("base").custom(CustomKinds.ScaledObject.class).getFirst().spec();
    String query = spec.triggers().getFirst().metadata().query();
    var recorded = new TreeSet<String>();
    RulesTest.rules("recording.yml").forEach(rule -> recorded.add(rule.path("record").asString()));
    assertThat(recorded).contains(query.substring(0, query.indexOf(' ')));
    assertThat(spec.advanced().horizontalPodAutoscalerConfig().behavior().getScaleDown().getStabilizationWindowSeconds()).isGreaterThanOrEqualTo(600);
    assertThat(spec.minReplicaCount()).isLessThanOrEqualTo(spec.fallback().replicas());
    assertThat(spec.fallback().replicas()).isLessThanOrEqualTo(spec.maxReplicaCount());
  }

  @Test
  void aFieldThatKubernetesDoesNotKnowIsRefused() {
    String service = "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec:\n  ports: [{port: 1, tragetPort: 2}]\n";
    assertThatThrownBy(() -> Cluster.read(service)).hasMessageContaining("tragetPort");
    String monitor = "apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: {name: x}\nspec:\n  podMetricsEndpoint: [{port: http}]\n";
    assertThatThrownBy(() -> Cluster.read(monitor)).hasMessageContaining("podMetricsEndpoint");
    String scaled = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: x}\nspec:\n  triggers: [{type: prometheus, metadata: {treshold: \"1\"}}]\n";
    assertThatThrownBy(() -> Cluster.read(scaled)).hasMessageContaining("treshold");
    assertThatThrownBy(() -> Cluster.read("apiVersion: v9\nkind: Service\n")).hasMessageContaining("v9/Service");
  }
}
