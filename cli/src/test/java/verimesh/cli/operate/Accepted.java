package verimesh.cli.operate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import verimesh.chassis.config.Setting;
import verimesh.chassis.config.Settings;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.LogConfig;
import verimesh.cli.local.MeshService;
import verimesh.embedding.EmbeddingConfig;
import verimesh.hash.HashConfig;
import verimesh.metadata.MetadataConfig;
import verimesh.orchestrator.OrchestratorConfig;
import verimesh.verifier.VerifierConfig;

/// Asks the services' own readers whether they would start with an environment.
final class Accepted {
  /// What secrets would hold, by the file's name or the secret's key.
  private static final Map<String, String> SECRETS = Map.of(
      "verdict-store-uri", "redis://:password@redis:6379",
      "uri", "redis://:password@redis:6379",
      "hash-keys", "operator:0123456789abcdef0123456789abcdef",
      "lmm-api-key", "sk-0123456789",
      "api-key", "sk-0123456789");

  private Accepted() {}

  static String secret(String key) {
    String content = SECRETS.get(key);
    if (content == null) throw new IllegalArgumentException("no such secret is known here: " + key);
    return content;
  }

  /// What keeps a service from starting so, a sentence each: what its readers say, and names that they never read, which a
  /// service leaves to its neighbours and which would do nothing here.
  ///
  /// @param files where a secret's file is in the container, to its name or key
  static List<String> problems(MeshService service, Map<String, String> environment, Map<String, String> files, Path folder) throws IOException {
    Map<String, String> here = new LinkedHashMap<>();
    var problems = new ArrayList<String>();
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      if (!variable.getKey().startsWith("VERIMESH_")) continue;
      String value = variable.getValue();
      if (variable.getKey().endsWith("_FILE")) {
        String key = files.get(value);
        if (key == null) {
          problems.add(variable.getKey() + " is " + value + ", and nothing is mounted there");
          continue;
        }
        Path file = folder.resolve(key);
        Files.writeString(file, secret(key) + "\n");
        value = file.toString();
      }
      here.put(variable.getKey(), value);
    }
    Settings settings = Settings.of(here, service.scope());
    switch (service) {
      case METADATA -> MetadataConfig.from(settings);
      case EMBEDDING -> EmbeddingConfig.from(settings);
      case HASH -> HashConfig.from(settings);
      case VERIFIER -> VerifierConfig.from(settings);
      case ORCHESTRATOR -> OrchestratorConfig.from(settings);
    }
    ServerConfig server = ServerConfig.from(settings, service.port(MeshService.BASE_PORT));
    LogConfig.from(settings);
    if (!server.host().equals("0.0.0.0")) problems.add("listens on " + server.host() + ", where no other container finds it");
    problems.addAll(settings.problems());
    Set<String> read = settings.all().stream().map(Setting::name).collect(Collectors.toSet());
    here.keySet().stream().filter(name -> !read.contains(name)).map(name -> name + " is no setting of " + service.id()).forEach(problems::add);
    return problems.stream().distinct().toList();
  }
}
