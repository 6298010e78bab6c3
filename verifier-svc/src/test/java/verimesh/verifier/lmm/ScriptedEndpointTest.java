package verimesh.verifier.lmm;

import java.net.URI;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import verimesh.verifier.clue.ClueBase;

/// The contract against the scripted server: what tests elsewhere rely on is what real servers do.
class ScriptedEndpointTest extends ChatContract {
  private ScriptedLmm server;

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedLmm();
    String findings = ClueBase.ours().clues().stream().limit(8)
        .map(clue -> "{\"clue_id\":\"" + clue.id() + "\",\"presence\":\"absent\",\"note\":\"\",\"region\":null}").collect(Collectors.joining(","));
    server.otherwise(new ScriptedLmm.Act.Say(
        "{\"verdict\":\"real\",\"confidence\":0.7,\"observations\":[],\"findings\":[" + findings + "],\"text_instructs\":false}"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected URI url() {
    return server.url();
  }

  @Override
  protected String model() {
    return "scripted-1";
  }
}
