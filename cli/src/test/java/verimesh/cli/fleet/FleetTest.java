package verimesh.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.cli.CannotStart;
import verimesh.cli.local.MeshService;
import verimesh.cli.testing.Jvm;

class FleetTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path folder;

  private Fleet fleet;
  private int basePort;

  @BeforeEach
  void open() throws IOException {
    fleet = new Fleet(folder.resolve("run"), Map.of("PATH", "/usr/bin:/bin"), Jvm.command());
    basePort = Jvm.freeBasePort();
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (MeshService service : MeshService.values()) fleet.stop(service);
  }

  @Test
  void aServiceServesIsKilledStartsAgainAndStops() throws InterruptedException {
    assertThat(fleet.health(MeshService.METADATA)).isEqualTo(Fleet.Health.STOPPED);
    RunningService first = fleet.start(MeshService.METADATA, basePort);
    fleet.awaitServing(MeshService.METADATA, PATIENCE);
    assertThat(first.port()).isEqualTo(basePort + 30);
    assertThat(first.residentMebibytes()).isPresent();

    fleet.kill(MeshService.METADATA);
    assertThat(fleet.health(MeshService.METADATA)).isEqualTo(Fleet.Health.DIED);
    assertThat(fleet.basePort()).contains(basePort); // so that it comes back where it was

    RunningService second = fleet.start(MeshService.METADATA, basePort);
    fleet.awaitServing(MeshService.METADATA, PATIENCE);
    assertThat(second.pid()).isNotEqualTo(first.pid());
    assertThat(folder.resolve("run/metadata-svc.log.1")).exists();

    assertThat(fleet.stop(MeshService.METADATA)).isTrue();
    assertThat(second.isAlive()).isFalse();
    assertThat(fleet.health(MeshService.METADATA)).isEqualTo(Fleet.Health.STOPPED);
  }

  @Test
  void aTakenPortIsRefusedWithTheNameOfItsOwner() throws IOException {
    try (var ours = new ServerSocket(basePort + 30, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> fleet.start(MeshService.METADATA, basePort))
          .isInstanceOf(CannotStart.class)
          .hasMessageContaining("port " + ours.getLocalPort() + " for metadata-svc is taken by process " + ProcessHandle.current().pid())
          .hasMessageContaining("./mesh up --port");
    }
    assertThat(fleet.note(MeshService.METADATA)).isEmpty();
  }

  @Test
  void aPidThatWentToAnotherProcessIsNotTakenForTheService() throws IOException {
    Files.createDirectories(folder.resolve("run"));
    long mine = ProcessHandle.current().pid();
    new RunningService(MeshService.HASH, mine, Instant.now().minusSeconds(86_400), basePort).write(folder.resolve("run/hash-svc.properties"));
    assertThat(fleet.note(MeshService.HASH).orElseThrow().isAlive()).isFalse();
    assertThat(fleet.health(MeshService.HASH)).isEqualTo(Fleet.Health.DIED);
  }

  @Test
  void aDamagedNoteIsNoNote() throws IOException {
    Files.createDirectories(folder.resolve("run"));
    Files.writeString(folder.resolve("run/hash-svc.properties"), "pid=many\n");
    assertThat(fleet.note(MeshService.HASH)).isEmpty();
    assertThat(fleet.health(MeshService.HASH)).isEqualTo(Fleet.Health.STOPPED);
  }

  @Test
  void aServiceThatCannotStartIsReportedWithItsOwnWords() {
    var misled = new Fleet(folder.resolve("run"), Map.of("VERIMESH_METADATA_FILE_BYTES_MAX", "a lot"), Jvm.command());
    misled.start(MeshService.METADATA, basePort);
    assertThatThrownBy(() -> misled.awaitServing(MeshService.METADATA, PATIENCE))
        .isInstanceOf(CannotStart.class).hasMessageContaining("VERIMESH_METADATA_FILE_BYTES_MAX").hasMessageContaining("metadata-svc.log");
  }

  @Test
  void namesAreTakenWithAndWithoutTheirEnding() {
    assertThat(MeshService.of("hash")).contains(MeshService.HASH);
    assertThat(MeshService.of("hash-svc")).contains(MeshService.HASH);
    assertThat(MeshService.of("orchestrator")).contains(MeshService.ORCHESTRATOR);
    assertThat(MeshService.of("nobody")).isEmpty();
    assertThat(List.of(MeshService.values()).stream().map(s -> s.port(7400))).containsExactly(7430, 7410, 7420, 7440, 7400);
  }
}
