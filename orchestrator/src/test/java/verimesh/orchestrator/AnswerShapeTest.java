package verimesh.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.JsonFormat;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import verimesh.embedding.v1.ModelRole;
import verimesh.orchestrator.v1.AnalyzeResponse;

/// The JSON that people and checks rely on: design/analyze.example.json, field by field.
@Timeout(60)
class AnswerShapeTest {
  @Test
  void aRealAnswerHasTheFieldsAndKindsOfTheExample() throws Exception {
    ObjectMapper json = new ObjectMapper();
    JsonNode example;
    try (InputStream file = AnswerShapeTest.class.getResourceAsStream("analyze.example.json")) {
      example = json.readTree(file);
    }
    try (TestMesh mesh = TestMesh.now().withEverybody().start()) {
      mesh.inspect.nowAnswers(_ -> Says.generatorRecord());
      mesh.backends.nowAnswers(_ -> verimesh.verifier.v1.GetBackendsResponse.getDefaultInstance());
      mesh.listModels.nowAnswers(_ -> Says.models(Says.model(ModelRole.MODEL_ROLE_DETECTOR, Says.SQUASH_SPEC)));
      mesh.embedAndDetect.nowAnswers(_ -> Says.detection(0.33));
      AnalyzeResponse answer = mesh.analyze(Says.request(Says.png(512, 768, 1)).setExternalId("upload-4711").build());
      JsonNode real = json.readTree(JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(answer));

      List<String> differences = new ArrayList<>();
      example.properties().forEach(field -> {
        if (field.getKey().equals("file")) return; // the command line's own
        compare(field.getKey(), field.getValue(), real.get(field.getKey()), differences);
      });
      assertThat(differences).isEmpty();

      // The example's own case comes out with the example's own numbers.
      assertThat(real.get("verdict")).isEqualTo(example.get("verdict"));
      assertThat(real.get("confidence")).isEqualTo(example.get("confidence"));
      assertThat(real.get("decidedBy")).isEqualTo(example.get("decidedBy"));
      assertThat(real.get("coverage")).isEqualTo(example.get("coverage"));
      assertThat(real.get("ratio").asDouble()).isCloseTo(0.564, org.assertj.core.api.Assertions.within(0.0005));
      assertThat(real.get("missingDecisive")).isEqualTo(example.get("missingDecisive"));
      for (int i = 0; i < 3; i++) {
        for (String field : List.of("layer", "outcome", "reason", "weight", "ai", "real")) {
          assertThat(real.get("layers").get(i).get(field)).as("layer %s, %s", i, field).isEqualTo(example.get("layers").get(i).get(field));
        }
      }
      assertThat(real.get("evidence").get(0)).isEqualTo(example.get("evidence").get(0));
    }
  }

  /// Every field of the example is there, as the same kind of value. Of lists, elements are compared one by one as far as the
  /// example has them.
  private static void compare(String path, JsonNode example, JsonNode real, List<String> differences) {
    if (real == null) {
      differences.add(path + " is missing");
    } else if (real.getNodeType() != example.getNodeType()) {
      differences.add(path + " is " + real.getNodeType() + ", not " + example.getNodeType());
    } else if (example.isObject()) {
      example.properties().forEach(field -> compare(path + "." + field.getKey(), field.getValue(), real.get(field.getKey()), differences));
    } else if (example.isArray()) {
      for (int i = 0; i < example.size(); i++) compare(path + "[" + i + "]", example.get(i), real.get(i), differences);
    }
  }
}
