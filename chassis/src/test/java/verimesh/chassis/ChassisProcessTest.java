package verimesh.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import java.io.BufferedReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.MetadataServiceGrpc;

/// Real processes: what [Chassis#run] does from its environment to its exit code.
@Timeout(120)
class ChassisProcessTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TERMINATED = 128 + 15; // SIGTERM, as shells count

  private final Resources open = new Resources();
  @TempDir Path folder;

  @AfterEach
  void close() {
    open.close();
  }

  private Process start(Class<?> main, Map<String, String> environment, String... jvmArguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(jvmArguments));
    command.add(main.getName());
    var builder = new ProcessBuilder(command).redirectError(folder.resolve("err").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("VERIMESH_") || name.equals("JAVA_TOOL_OPTIONS"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    open.add(process::destroyForcibly);
    return process;
  }

  private String errors() throws Exception {
    return Files.readString(folder.resolve("err"));
  }

  private static JsonNode until(BufferedReader log, String event, List<JsonNode> seen) throws Exception {
    String line;
    while ((line = log.readLine()) != null) {
      JsonNode node = JSON.readTree(line);
      seen.add(node);
      if (node.get("event").asText().equals(event)) return node;
    }
    throw new AssertionError("the log ended before \"" + event + "\": " + seen);
  }

  @Test
  void everyWrongSettingIsToldAtOnceAndTheExitCodeIsThree() throws Exception {
    Process process = start(TinyService.class, Map.of("VERIMESH_HASH_NEAR_COSINE", "85", "VERIMESH_HASH_SEARCHTIME", "1s", "VERIMESH_METADATA_ANYTHING", "1"));
    assertThat(process.waitFor()).isEqualTo(3);
    assertThat(errors()).isEqualTo("""
        hash-svc cannot start: 2 settings are wrong
          VERIMESH_HASH_NEAR_COSINE is "85"; expected a number from 0 to 1 (default 0.85)
          VERIMESH_HASH_SEARCHTIME is not a setting; did you mean VERIMESH_HASH_SEARCH_TIME?
        """);
    assertThat(process.inputReader().readLine()).isNull();
  }

  @Test
  void aTakenPortIsTold() throws Exception {
    try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      Process process = start(TinyService.class, Map.of("VERIMESH_HASH_PORT", "" + taken.getLocalPort(), "VERIMESH_HASH_HTTP_PORT", "0"));
      assertThat(process.waitFor()).isEqualTo(3);
      assertThat(errors()).startsWith("hash-svc cannot start: port " + taken.getLocalPort() + " on 127.0.0.1 cannot be had: ").hasLineCount(1);
    }
  }

  @Test
  void aServiceServesIsScrapedAndDrainsWhenToldToStop() throws Exception {
    Process process = start(TinyService.class, Map.of(
        "VERIMESH_HASH_PORT", "0", "VERIMESH_HASH_HTTP_PORT", "0", "VERIMESH_HASH_SEARCH_TIME", "1500ms", "VERIMESH_HASH_KEY", "s3cret"));
    BufferedReader log = process.inputReader();
    List<JsonNode> seen = new ArrayList<>();
    JsonNode serving = until(log, "serving", seen);
    assertThat(seen.getFirst().get("event").asText()).isEqualTo("settings");
    assertThat(seen.getFirst().get("VERIMESH_HASH_SEARCH_TIME").asText()).isEqualTo("1500ms");
    assertThat(seen.getFirst().get("VERIMESH_HASH_KEY").asText()).isEqualTo("***");

    String http = "http://127.0.0.1:" + serving.get("http_port").asInt();
    assertThat(get(http + "/readyz")).startsWith("200");
    ManagedChannel channel = Channels.connect(ChannelConfig.to("127.0.0.1:" + serving.get("port").asInt()), Telemetry.unscraped("test"));
    open.add(channel::shutdownNow);
    var call = MetadataServiceGrpc.newFutureStub(channel).inspect(InspectRequest.getDefaultInstance());
    JsonNode inspecting = until(log, "inspecting", seen);
    assertThat(inspecting.get("trace_id").asText()).matches("[0-9a-f]{32}");
    assertThat(inspecting.get("bytes").isInt()).isTrue();
    assertThat(get(http + "/metrics")).contains("verimesh_rpc_server_in_flight{method=\"verimesh.metadata.v1.MetadataService/Inspect\"} 1.0");

    process.toHandle().destroy(); // SIGTERM; Process.destroy would close our end of its log, too
    until(log, "stopping", seen);
    assertThat(call.get(20, TimeUnit.SECONDS).getSummary()).as("a call in flight is finished").isEqualTo("inspected");
    until(log, "index closed", seen);
    until(log, "stopped", seen);
    assertThat(process.waitFor()).isEqualTo(TERMINATED);
    assertThat(errors()).isEmpty();
    assertThat(seen.toString()).doesNotContain("s3cret");
  }

  private String get(String uri) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      var answer = client.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }

  @Test
  void peopleCanReadTheTextForm() throws Exception {
    Process process = start(TinyService.class, Map.of("VERIMESH_HASH_PORT", "0", "VERIMESH_HASH_HTTP_PORT", "0", "VERIMESH_LOG_FORMAT", "text"));
    BufferedReader log = process.inputReader();
    String line = log.readLine();
    assertThat(line).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  Chassis: settings .*VERIMESH_LOG_FORMAT=.text.*");
    process.destroy();
    process.waitFor();
  }

  @Test
  void theMeshInOneProcessStartsNoLoggingNoTransportAndNoExposition() throws Exception {
    Path classes = folder.resolve("classes");
    Process process = start(TinyCommand.class, Map.of(), "-Xlog:class+load:file=" + classes);
    String out = process.inputReader().readAllAsString();
    assertThat(process.waitFor()).isZero();
    assertThat(out).isEqualTo("inspected\n");
    assertThat(errors()).isEqualTo("WARN Endpoint: bytes=3 worth a line\n");
    List<String> loaded = Files.readAllLines(classes);
    assertThat(loaded).hasSizeGreaterThan(500);
    for (String unwanted : List.of(" ch.qos.logback.", " io.grpc.netty.shaded.io.netty.", " io.prometheus.", " io.micrometer.prometheusmetrics.", " com.fasterxml.jackson.", " ai.djl.")) {
      assertThat(loaded.stream().filter(line -> line.contains(unwanted))).as(unwanted).isEmpty();
    }
  }
}
