package verimesh.metadata.c2pa;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.chassis.testing.Shared;
import verimesh.metadata.read.ContainerReader;
import verimesh.metadata.read.FileReader.Reading;

/// What we read of claims against what the reference implementation reads of the same files.
class ClaimPeerTest {
  /// Where we read otherwise on purpose.
  private static final Map<String, String> DIFFERENCES = Map.of(
      "gen-own-cbor-nested.png", "one assertion nested 5,000 deep costs the peer the others too; here the rest still counts",
      "gen-own-duplicate-label.png", "two assertions of one label leave the reference unresolved (specification 8.4.1); the peer takes one",
      "rs-cloud_manifest.c2pa", "a detached store is no picture");

  private record Peer(String file, JsonNode row) {
    @Override
    public String toString() {
      return file;
    }
  }

  static Stream<Peer> everyFileThatThePeerReads() throws IOException {
    if (!Shared.has("fixtures/c2pa_peer_results.jsonl")) return Stream.of((Peer) null);
    ObjectMapper json = new ObjectMapper();
    return Files.readAllLines(Shared.path("fixtures/c2pa_peer_results.jsonl")).stream().map(line -> {
      try {
        return json.readTree(line);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }).filter(row -> row.get("mode").asText().equals("none") && row.get("error").isNull() && !row.get("activeManifest").isNull())
        .filter(row -> !DIFFERENCES.containsKey(row.get("file").asText()))
        .map(row -> new Peer(row.get("file").asText(), row));
  }

  @ParameterizedTest
  @MethodSource("everyFileThatThePeerReads")
  void claimsReadAsThePeerReadsThem(Peer peer) throws IOException {
    Path folder = Shared.path("fixtures/c2pa");
    Credentials credentials = read(Files.readAllBytes(folder.resolve(peer.file())));
    JsonNode row = peer.row();
    assertThat(credentials.state()).isEqualTo(Credentials.State.UNVALIDATED);
    Manifest active = credentials.active().orElseThrow();
    assertThat(active.active()).isTrue();
    assertThat(active.label()).isEqualTo(row.get("activeManifest").asText());
    if (!row.get("claimVersion").isNull()) assertThat(active.claimVersion()).isEqualTo(row.get("claimVersion").asInt());
    assertThat(terms(active)).isEqualTo(terms(row.get("digitalSourceTypes")));
    if (row.get("signer").hasNonNull("common_name")) {
      assertThat(active.signer()).isPresent();
      assertThat(active.signer().get().commonName()).isEqualTo(row.get("signer").get("common_name").asText());
    }
    if (row.get("signer").hasNonNull("issuer")) assertThat(active.signer().orElseThrow().organisation()).isEqualTo(row.get("signer").get("issuer").asText());
  }

  @ParameterizedTest
  @MethodSource("everyFile")
  void noFileMakesTheReaderThrow(Path file) throws IOException {
    read(Files.readAllBytes(file));
  }

  static Stream<Path> everyFile() throws IOException {
    if (!Shared.has("fixtures/c2pa")) return Stream.of((Path) null);
    try (Stream<Path> files = Files.list(Shared.path("fixtures/c2pa"))) {
      return files.filter(Files::isRegularFile).filter(f -> !f.toString().endsWith(".csv")).sorted().toList().stream();
    }
  }

  private static Credentials read(byte[] bytes) {
    return new ContainerReader().read(bytes) instanceof Reading.Read(var record) ? new ClaimReader().read(record) : Credentials.NONE;
  }

  private static Set<String> terms(Manifest manifest) {
    Set<String> terms = new TreeSet<>();
    manifest.actions().forEach(a -> a.sourceType().ifPresent(t -> terms.add(t.term())));
    return terms;
  }

  private static Set<String> terms(JsonNode uris) {
    Set<String> terms = new TreeSet<>();
    uris.forEach(u -> terms.add(SourceType.of(u.asText()).term()));
    return terms;
  }
}
