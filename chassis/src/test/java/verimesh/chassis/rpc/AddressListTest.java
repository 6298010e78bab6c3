package verimesh.chassis.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import verimesh.chassis.config.Settings;

class AddressListTest {
  @ParameterizedTest
  @ValueSource(strings = {"host:1", "host:65535", "10.0.0.1:7420,10.0.0.2:7420", " a:1 , b:2 ,", "[::1]:7420", "::1:7420", "hash-svc.mesh.svc:7420"})
  void addressesAreHostAndPort(String list) {
    assertThat(ChannelConfig.to(list).target()).isEqualTo(list);
    assertThat(AddressList.target(list)).startsWith("verimesh:///");
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "host:", ":1", "host:0", "host:65536", "host:x", "a:1,b", ",", "host:-1", "host:1 x"})
  void anythingElseIsRefusedWithWhatWasExpected(String list) {
    assertThatThrownBy(() -> ChannelConfig.to(list)).isInstanceOf(IllegalArgumentException.class);
    Settings settings = Settings.of(Map.of("VERIMESH_ORCHESTRATOR_HASH_TARGET", list), "ORCHESTRATOR");
    assertThat(ChannelConfig.from(settings, "HASH_TARGET", "")).isEmpty();
    assertThat(settings.problems()).hasSize(1).first().asString()
        .startsWith("VERIMESH_ORCHESTRATOR_HASH_TARGET is \"").contains("expected host:port, several with commas between");
  }

  @Test
  void noTargetIsNotConfiguredAndNoProblem() {
    Settings settings = Settings.of(Map.of(), "ORCHESTRATOR");
    assertThat(ChannelConfig.from(settings, "HASH_TARGET", "")).isEmpty();
    assertThat(settings.problems()).isEmpty();
  }

  @Test
  void keysAreNotPrinted() {
    assertThat(ChannelConfig.to("a:1").withKey("s3cret").toString()).doesNotContain("s3cret");
  }
}
