package verimesh.chassis.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.config.Settings;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.rpc.TlsConfig.ClientCertificates;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.MetadataServiceGrpc;

@Timeout(60)
class TlsTest {
  private final Telemetry telemetry = Telemetry.unscraped("test");
  private final Resources open = new Resources();
  @TempDir Path folder;
  private Certificates ours;
  private Certificates others;

  @BeforeEach
  void authorities() throws Exception {
    ours = Certificates.authority(folder.resolve("ours"), "Our authority");
    others = Certificates.authority(folder.resolve("others"), "Another authority");
  }

  @AfterEach
  void close() {
    open.close();
  }

  private int serve(TlsConfig tls, ClientCertificates asked) throws Exception {
    var files = new TlsConfig(tls.certificateChain(), tls.key(), tls.trusted(), asked);
    var whoAsks = new Echo(_ -> {
      CallerIdentity caller = CallerIdentity.current();
      return InspectResponse.newBuilder().setSummary(caller.names() + " " + caller.key().orElse("no key")).build();
    });
    var config = ServerConfig.loopback().withHost("0.0.0.0").withDrain(Duration.ofMillis(100)).withTls(files);
    return open.add(RpcServer.start(config, Service.of(whoAsks), telemetry)).port();
  }

  private String ask(ChannelConfig config) {
    ManagedChannel channel = Channels.connect(config, telemetry);
    try {
      return MetadataServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS).inspect(Echo.request(1)).getSummary();
    } finally {
      channel.shutdownNow();
    }
  }

  private void assertRefused(ChannelConfig config) {
    assertThat(Problems.of(catchThrowable(() -> ask(config)))).isInstanceOf(Problem.Unavailable.class);
  }

  @Test
  void aClientThatBelievesTheAuthorityIsServedAndOthersAreNot() throws Exception {
    int port = serve(ours.issue("CN=metadata-svc"), ClientCertificates.NONE);
    ChannelConfig there = ChannelConfig.to("127.0.0.1:" + port);
    assertThat(ask(there.withTls(Certificates.believing(ours.trusted())))).isEqualTo("[] no key");
    assertRefused(there); // plaintext
    assertRefused(there.withTls(Certificates.believing(others.trusted())));
  }

  @Test
  void aTlsClientIsNotServedInPlaintext() throws Exception {
    var server = open.add(RpcServer.start(ServerConfig.loopback(), Service.of(Echo.counting()), telemetry));
    assertRefused(ChannelConfig.to("127.0.0.1:" + server.port()).withTls(Certificates.believing(ours.trusted())));
  }

  @Test
  void theCertificateMustBeForTheNameThatWasCalled() throws Exception {
    int port = serve(ours.issue("CN=metadata-svc"), ClientCertificates.NONE);
    TlsConfig believing = Certificates.believing(ours.trusted());
    assertThat(ask(ChannelConfig.to("localhost:" + port).withTls(believing))).isEqualTo("[] no key");
    // The same port under a name that the certificate does not hold.
    assertRefused(ChannelConfig.to("127.0.0.2:" + port).withTls(believing));
  }

  @Test
  void underMutualTlsTheEndpointSeesWhoCalls() throws Exception {
    int port = serve(ours.issue("CN=hash-svc"), ClientCertificates.REQUIRED);
    ChannelConfig there = ChannelConfig.to("127.0.0.1:" + port);
    TlsConfig orchestrator =
        ours.issue("CN=orchestrator,O=Mesh", new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://mesh/orchestrator"));
    assertThat(ask(there.withTls(orchestrator))).isEqualTo("[spiffe://mesh/orchestrator, localhost, orchestrator] no key");
    assertThat(ask(there.withTls(orchestrator).withKey("k-1"))).endsWith(" k-1");
    assertRefused(there.withTls(Certificates.believing(ours.trusted()))); // no certificate
    TlsConfig stranger = others.issue("CN=orchestrator");
    assertRefused(there.withTls(new TlsConfig(stranger.certificateChain(), stranger.key(), Optional.of(ours.trusted()), ClientCertificates.NONE)));
  }

  @Test
  void anOptionalCertificateMayBeMissingAndMayNotBeWrong() throws Exception {
    int port = serve(ours.issue("CN=hash-svc"), ClientCertificates.OPTIONAL);
    ChannelConfig there = ChannelConfig.to("127.0.0.1:" + port);
    assertThat(ask(there.withTls(Certificates.believing(ours.trusted())))).isEqualTo("[] no key");
    assertThat(ask(there.withTls(ours.issue("CN=cli")))).isEqualTo("[localhost, cli] no key");
    TlsConfig stranger = others.issue("CN=cli");
    assertRefused(there.withTls(new TlsConfig(stranger.certificateChain(), stranger.key(), Optional.of(ours.trusted()), ClientCertificates.NONE)));
  }

  @Test
  void withinAProcessThereIsNoTlsAndTheCallerIsKnownAsOurselves() throws Exception {
    var whoAsks = new Echo(_ -> InspectResponse.newBuilder().setSummary(CallerIdentity.current().name()).build());
    open.add(RpcServer.inProcess("who", Service.of(whoAsks), telemetry));
    ManagedChannel channel = Channels.inProcess("who");
    open.add(channel::shutdownNow);
    assertThat(MetadataServiceGrpc.newBlockingStub(channel).inspect(Echo.request(1)).getSummary()).isEqualTo("in-process");
    assertThat(CallerIdentity.current()).isEqualTo(CallerIdentity.anonymous());
  }

  @Test
  void aRenewedCertificateIsTakenWithoutARestart() throws Exception {
    TlsConfig before = others.issue("CN=metadata-svc"); // the wrong authority at first
    int port = serve(before, ClientCertificates.NONE);
    ChannelConfig believing = ChannelConfig.to("127.0.0.1:" + port).withTls(Certificates.believing(ours.trusted()));
    assertRefused(believing);
    TlsConfig renewed = ours.issue("CN=metadata-svc");
    copy(renewed.key().orElseThrow(), before.key().orElseThrow());
    copy(renewed.certificateChain().orElseThrow(), before.certificateChain().orElseThrow());
    long began = System.nanoTime();
    while (catchThrowable(() -> ask(believing)) != null) {
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    // File times tell a change; two writes within one tick of the file system's clock would look like none.
    Files.setLastModifiedTime(to, FileTime.from(Instant.now().plusSeconds(5)));
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws Exception {
    TlsConfig one = ours.issue("CN=one");
    TlsConfig other = ours.issue("CN=other");
    assertThatThrownBy(() -> serve(new TlsConfig(one.certificateChain(), other.key(), Optional.empty(), ClientCertificates.NONE), ClientCertificates.NONE))
        .isInstanceOf(IOException.class).hasMessageContaining("is not that of the first certificate in");
  }

  @Test
  void whatIsMissingOrDamagedIsNamed() throws Exception {
    TlsConfig good = ours.issue("CN=x");
    Path none = folder.resolve("none.pem");
    Path damaged = Files.writeString(folder.resolve("damaged.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assertThatThrownBy(() -> serve(new TlsConfig(Optional.of(none), good.key(), Optional.empty(), ClientCertificates.NONE), ClientCertificates.NONE))
        .isInstanceOf(IOException.class).hasMessageContaining("none.pem does not exist");
    assertThatThrownBy(() -> serve(new TlsConfig(Optional.of(damaged), good.key(), Optional.empty(), ClientCertificates.NONE), ClientCertificates.NONE))
        .isInstanceOf(IOException.class).hasMessageContaining("damaged.pem");
    assertThatThrownBy(() -> ask(ChannelConfig.to("127.0.0.1:1").withTls(Certificates.believing(damaged))))
        .isInstanceOf(UncheckedIOException.class).hasMessageContaining("damaged.pem");
  }

  @Test
  void halfASetOfFilesIsAWrongSetting() {
    Settings settings = Settings.of(
        Map.of("VERIMESH_TLS_CERTIFICATE", "a.pem", "VERIMESH_TLS_CLIENT_CERTIFICATES", "required"), "HASH");
    assertThat(TlsConfig.from(settings)).isEmpty();
    assertThat(settings.problems()).containsExactly(
        "VERIMESH_TLS_CERTIFICATE is set, so VERIMESH_TLS_KEY must be set, too",
        "VERIMESH_TLS_CLIENT_CERTIFICATES asks for certificates, so VERIMESH_TLS_TRUSTED must say whose to believe");
  }
}
