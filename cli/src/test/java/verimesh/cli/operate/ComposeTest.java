package verimesh.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import verimesh.chassis.testing.Shared;
import verimesh.cli.local.MeshService;

/// docker-compose.yml, as docker-compose itself reads it.
class ComposeTest {
  private static final Path ROOT = Shared.root();
  private static final Pattern ENV = Pattern.compile("^(?:ENV | {4})(VERIMESH_\\w+)=(\\S+?)(?: \\\\)?$", Pattern.MULTILINE);

  @TempDir private Path folder;

  /// With a profile, merged and with every default put in.
  private JsonNode read(String... options) throws Exception {
    var arguments = new ArrayList<>(List.of("-f", ROOT.resolve("docker-compose.yml").toString()));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("config"));
    var ran = Tool.dockerCompose().run(ROOT, arguments.toArray(String[]::new));
    assertThat(ran.code()).as(ran.output()).isZero();
    return Yaml.first(ran.output());
  }

  @Test
  void isWhatItsSchemaAllows() throws Exception {
    for (List<String> profile : List.of(List.<String>of(), List.of("--profile", "gpu"), List.of("--profile", "lmm"), List.of("--profile", "gpu", "--profile", "lmm"))) {
      var arguments = new ArrayList<>(profile);
      arguments.addAll(List.of("config", "-q"));
      var ran = Tool.dockerCompose().run(ROOT, arguments.toArray(String[]::new));
      assertThat(ran.code()).as(ran.output()).isZero();
      assertThat(ran.output()).as("no warning either").isBlank();
    }
  }

  @Test
  void hasTheMeshAndWhatLooksAtIt() throws Exception {
    var names = new TreeSet<>(read().path("services").propertyNames());
    assertThat(names).containsAll(MeshService.ids()).contains("redis", "prometheus", "grafana").doesNotContain("lmm", "embedding-svc-gpu");
    assertThat(new TreeSet<>(read("--profile", "lmm").path("services").propertyNames())).contains("lmm");
    JsonNode gpu = read("--profile", "gpu").path("services").path("embedding-svc-gpu");
    assertThat(gpu.path("deploy").path("resources").path("reservations").path("devices").path(0).path("capabilities").path(0).asString()).isEqualTo("gpu");
    assertThat(gpu.path("networks").path("mesh").path("aliases").path(0).asString()).isEqualTo("embedding-svc");
  }

  @Test
  void eachServiceWouldStartWithItsEnvironment() throws Exception {
    JsonNode plain = read("--profile", "gpu");
    var gpu = plain.path("services").path("embedding-svc-gpu");
    for (MeshService service : MeshService.values()) {
      assertThat(problems(service, plain.path("services").path(service.id()))).as(service.id()).isEmpty();
    }
    assertThat(problems(MeshService.EMBEDDING, gpu)).as("embedding-svc-gpu").isEmpty();
  }

  @Test
  void theLmmsEnvironmentFileIsTaken() throws Exception {
    var lines = new LinkedHashMap<String, String>();
    for (String line : Files.readAllLines(ROOT.resolve("lmm.env"))) {
      if (!line.startsWith("#")) lines.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
    }
    JsonNode verifier = read().path("services").path("verifier-svc");
    Map<String, String> environment = environment(verifier);
    environment.putAll(lines);
    assertThat(Accepted.problems(MeshService.VERIFIER, environment, secretFiles(verifier), folder)).isEmpty();
    JsonNode lmm = read("--profile", "lmm").path("services").path("lmm");
    assertThat(lmm.path("environment").path("MODEL").asString()).isEqualTo(lines.get("VERIMESH_VERIFIER_LOCAL_MODEL"));
    assertThat(lines.get("VERIMESH_VERIFIER_LOCAL_URL")).isEqualTo("http://lmm:8000/v1");
  }

  private List<String> problems(MeshService service, JsonNode node) throws IOException {
    return Accepted.problems(service, environment(node), secretFiles(node), folder);
  }

  /// The image's own, then the file's.
  private static Map<String, String> environment(JsonNode node) throws IOException {
    var all = new LinkedHashMap<String, String>();
    String dockerfile = Files.readString(ROOT.resolve("Dockerfile"));
    Matcher m = ENV.matcher(dockerfile.replaceAll("(?m)^ +VERIMESH", "    VERIMESH"));
    // Settings of other services are the image's for all five; a service that does not know them leaves them alone.
    while (m.find()) if (m.group(1).startsWith("VERIMESH_GRPC_")) all.put(m.group(1), m.group(2));
    node.path("environment").properties().forEach(e -> all.put(e.getKey(), e.getValue().asString("")));
    return all;
  }

  private static Map<String, String> secretFiles(JsonNode node) {
    var files = new LinkedHashMap<String, String>();
    node.path("secrets").forEach(secret -> files.put("/run/secrets/" + secret.path("source").asString(), secret.path("source").asString()));
    return files;
  }

  @Test
  void everyAddressIsAServiceAndItsPort() throws Exception {
    JsonNode services = read().path("services");
    for (MeshService service : MeshService.values()) {
      services.path(service.id()).path("environment").properties().forEach(variable -> {
        if (variable.getKey().endsWith("_TARGET")) assertTarget(variable.getValue().asString());
      });
      assertThat(services.path("orchestrator").path("environment").has(service.targetSetting())).isEqualTo(service != MeshService.ORCHESTRATOR);
    }
    for (JsonNode group : Yaml.first(Files.readString(ROOT.resolve("monitoring/targets-compose.yml")))) {
      MeshService service = MeshService.of(group.path("labels").path("service").asString()).orElseThrow();
      assertThat(group.path("targets").path(0).asString()).isEqualTo(service.id() + ":" + (service.port(MeshService.BASE_PORT) + 1));
    }
  }

  private static void assertTarget(String target) {
    MeshService asked = MeshService.of(target.substring(0, target.indexOf(':'))).orElseThrow();
    assertThat(target).isEqualTo(asked.id() + ":" + asked.port(MeshService.BASE_PORT));
  }

  @Test
  void everyContainerIsBoundedPinnedAndWithoutRights() throws Exception {
    read("--profile", "gpu", "--profile", "lmm").path("services").properties().forEach(entry -> {
      String name = entry.getKey();
      JsonNode service = entry.getValue();
      JsonNode limits = service.path("deploy").path("resources").path("limits");
      assertThat(limits.has("cpus") && limits.has("memory")).as(name + " has limits").isTrue();
      assertThat(service.path("image").asString()).as(name).matches(".+:[v0-9][^:]*").doesNotContain("latest");
      assertThat(service.path("cap_drop").path(0).asString("")).as(name).isEqualTo("ALL");
      assertThat(service.path("security_opt").path(0).asString("")).as(name).isEqualTo("no-new-privileges:true");
      if (!name.equals("lmm")) assertThat(service.path("read_only").asBoolean(false)).as(name + " has a read-only root").isTrue();
      if (!name.equals("index-owner") && !name.equals("lmm")) assertThat(service.path("user").asString("0:0")).as(name).doesNotStartWith("0");
      if (!name.equals("index-owner")) assertThat(service.has("healthcheck")).as(name + " has a health check").isTrue();
      service.path("ports").forEach(port -> assertThat(port.path("host_ip").asString("")).as(name).isEqualTo("127.0.0.1"));
    });
  }

  @Test
  void eachServiceIsProbedAtItsPortAndStartsAfterWhatItNeeds() throws Exception {
    JsonNode services = read().path("services");
    for (MeshService service : MeshService.values()) {
      JsonNode test = services.path(service.id()).path("healthcheck").path("test");
      assertThat(test.path(3).asString()).as(service.id()).isEqualTo(Integer.toString(service.port(MeshService.BASE_PORT)));
      services.path(service.id()).path("depends_on").properties().forEach(needed -> assertThat(services.has(needed.getKey())).isTrue());
    }
    assertThat(services.path("orchestrator").path("depends_on").path("hash-svc").path("condition").asString()).isEqualTo("service_healthy");
  }

  @Test
  void whatIsMountedFromTheRepositoryIsThere() throws Exception {
    for (String name : List.of("prometheus", "grafana")) {
      read().path("services").path(name).path("volumes").forEach(volume -> {
        if (volume.path("type").asString().equals("bind")) assertThat(Path.of(volume.path("source").asString())).exists();
      });
    }
  }

  @Test
  void everySecretIsInTheHandbook() throws Exception {
    String handbook = Files.readString(ROOT.resolve("docs/OPERATIONS.md"));
    read("--profile", "lmm").path("secrets").propertyNames().forEach(secret -> assertThat(handbook).contains("secrets/" + secret));
  }
}
