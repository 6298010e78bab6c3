package verimesh.metadata.sign;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import verimesh.metadata.c2pa.Credentials;

class ComfyGraphTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode graph = JSON.createObjectNode();

  private ObjectNode node(String id, String type) {
    ObjectNode node = graph.putObject(id);
    node.put("class_type", type);
    return node.putObject("inputs");
  }

  private static ArrayNode link(String id) {
    return JSON.createArrayNode().add(id).add(0);
  }

  private Recipe recipe() {
    return ComfyGraph.of(graph).orElseThrow().recipe();
  }

  private ObjectNode sampler(String id) {
    return (ObjectNode) node(id, "KSampler").put("seed", 42).put("steps", 20).set("positive", link("p"));
  }

  @Test
  void theSavedPicturesSamplerCounts() {
    sampler("draft").put("seed", 1);
    ((ObjectNode) node("final", "KSampler").put("seed", 2).set("positive", link("q"))).set("latent_image", link("draft"));
    node("p", "CLIPTextEncode").put("text", "draft words");
    node("q", "CLIPTextEncode").put("text", "final words");
    node("decode", "VAEDecode").set("samples", link("final"));
    node("save", "SaveImage").set("images", link("decode"));
    assertThat(recipe().prompt()).isEqualTo("final words");
    assertThat(recipe().seed()).isEqualTo("2");
  }

  @Test
  void conditioningIsFollowedThroughWhateverPassesItOn() {
    sampler("s");
    ((ObjectNode) node("p", "ControlNetApplyAdvanced").set("positive", link("combine"))).set("negative", link("n"));
    ((ObjectNode) node("combine", "ConditioningCombine").set("conditioning_1", link("a"))).set("conditioning_2", link("b"));
    node("a", "CLIPTextEncode").set("text", link("string"));
    node("string", "StringConstantMultiline").put("string", "from a string node");
    node("b", "CLIPTextEncodeSDXL").put("text_g", "global").put("text_l", "local");
    node("n", "CLIPTextEncode").put("text", "negative words");
    assertThat(recipe().prompt()).isEqualTo("from a string node\nglobal\nlocal");
  }

  @Test
  void advancedSamplersKeepTheirPartsInOtherNodes() {
    ((ObjectNode) ((ObjectNode) ((ObjectNode) node("s", "SamplerCustomAdvanced").set("guider", link("g"))).set("noise", link("r"))).set("sampler", link("k"))).set("sigmas", link("b"));
    ((ObjectNode) node("g", "BasicGuider").set("conditioning", link("f"))).set("model", link("lora"));
    ((ObjectNode) node("f", "FluxGuidance").put("guidance", 3.5)).set("conditioning", link("p"));
    node("p", "CLIPTextEncodeFlux").put("t5xxl", "flux words").put("clip_l", "flux words");
    node("r", "RandomNoise").put("noise_seed", 77);
    node("k", "KSamplerSelect").put("sampler_name", "euler");
    node("b", "BasicScheduler").put("scheduler", "simple").put("steps", 8);
    ((ObjectNode) node("lora", "LoraLoaderModelOnly").put("lora_name", "detail.safetensors")).set("model", link("unet"));
    node("unet", "UNETLoader").put("unet_name", "flux1-dev.safetensors");
    assertThat(recipe().prompt()).isEqualTo("flux words");
    assertThat(recipe().seed()).isEqualTo("77");
    assertThat(recipe().model()).isEqualTo("flux1-dev.safetensors");
    assertThat(recipe().settings()).containsEntry("sampler_name", "euler").containsEntry("scheduler", "simple").containsEntry("steps", "8").containsEntry("loras", "detail.safetensors");
  }

  @Test
  void aSeedMayComeFromAnotherNode() {
    sampler("s").set("seed", link("seed"));
    node("seed", "CR Seed").put("seed", 9_007_199_254_740_993L);
    node("p", "CLIPTextEncode").put("text", "x");
    assertThat(recipe().seed()).isEqualTo("9007199254740993");
  }

  @Test
  void anEfficiencyLoaderKeepsThePromptRightThere() {
    ((ObjectNode) node("s", "KSampler (Efficient)").put("seed", 1)).set("positive", link("loader"));
    node("loader", "Efficient Loader").put("ckpt_name", "m.safetensors").put("positive", "right there").put("negative", "not this");
    assertThat(recipe().prompt()).isEqualTo("right there");
  }

  @Test
  void cyclesEndAndEveryNodeIsVisitedOnce() {
    sampler("s").set("model", link("m1"));
    node("p", "ConditioningCombine").set("conditioning_1", link("p"));
    node("m1", "ModelPatch").set("model", link("m2"));
    node("m2", "ModelPatch").set("model", link("m1"));
    ((ObjectNode) graph.get("s").get("inputs")).set("seed", link("a"));
    node("a", "Seed").set("seed", link("b"));
    node("b", "Seed").set("seed", link("a"));
    node("save", "SaveImage").set("images", link("save"));
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
      assertThat(recipe().prompt()).isEmpty();
      assertThat(recipe().seed()).isEmpty();
    });
  }

  @Test
  void aGraphOfAllLinksIsLinear() {
    for (int i = 0; i < 3_000; i++) {
      ObjectNode inputs = node("n" + i, i % 3 == 0 ? "SaveImage" : i % 3 == 1 ? "ConditioningCombine" : "Thing");
      for (String name : new String[] {"conditioning_1", "conditioning_2", "images", "model", "positive"}) inputs.set(name, link("n" + (i * 7 + name.length()) % 3_000));
    }
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> assertThat(recipe()).isNotNull());
  }

  @Test
  void fiveMegabytesAreReadInASecond() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < 60_000; i++) {
      text.append("\"").append(i).append("\":{\"class_type\":\"SaveImage\",\"inputs\":{\"images\":[\"").append((i + 1) % 60_000).append("\",0],\"filename_prefix\":\"ComfyUI\"}},");
    }
    text.append("\"k\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":5,\"positive\":[\"t\",0]}},\"t\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":\"at the very end\"}}}");
    assertThat(text.length()).isGreaterThan(5_000_000);
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
      Signature sign = Attribution.of(Credentials.NONE, Words.of(FileRecords.png().text("prompt", text.toString()).build()), Optional.empty()).getFirst();
      assertThat(sign.tool()).isEqualTo("ComfyUI");
      assertThat(sign.recipe().prompt()).isEqualTo("at the very end");
    });
  }

  @Test
  void deepNestingAndFloodsAreNoGraphAndNoCrash() {
    String deep = "{\"a\":".repeat(200_000);
    String brackets = "{\"prompt\":" + "[".repeat(5_000_000);
    String quotes = "{\"class_type\":\"x\",\"inputs\":{},\"text\":\"" + "\\\"".repeat(2_000_000);
    String members = "{\"class_type\": \"x\" ,\"inputs\"" + ",\"text\":   7".repeat(500_000);
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
      for (String text : new String[] {deep, brackets, quotes, members}) {
        Words words = Words.of(FileRecords.png().text("prompt", text).text("workflow", text).userComment(text).build());
        assertThat(Attribution.of(Credentials.NONE, words, Optional.empty())).isNotNull();
      }
    });
  }

  @Test
  void theTreesOfOneFileShareABudget() {
    String objects = "{\"a\":[" + "{},".repeat(100_000) + "{}]}"; // 200,000 tokens
    FileRecords file = FileRecords.png();
    for (int i = 0; i < 100; i++) file.text("parameters", objects);
    file.text("prompt", "{\"k\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":5}}}");
    Words words = Words.of(file.build());
    long parsed = words.records().filter(s -> s.object().isPresent()).count();
    assertThat(parsed).isEqualTo(2); // the second one spends the budget; 98 are left unparsed
    // What cannot be parsed any more is scanned: the record behind the flood is still found.
    assertThat(Attribution.of(Credentials.NONE, words, Optional.empty())).extracting(Signature::tool).containsExactly("ComfyUI");
  }

  @Test
  void anyCutOfARealShapeStillNamesTheTool() {
    sampler("3").set("model", link("4"));
    node("p", "CLIPTextEncode").put("text", "a quiet harbour");
    node("4", "CheckpointLoaderSimple").put("ckpt_name", "m.safetensors");
    String whole = graph.toString();
    long seed = Long.getLong("verimesh.seed", 20261128L);
    System.out.println("ComfyGraphTest seed " + seed);
    Random random = new Random(seed);
    int named = 0;
    for (int cut = 0; cut <= whole.length(); cut++) {
      String text = whole.substring(0, cut);
      if (random.nextInt(4) == 0 && !text.isEmpty()) text = text.substring(0, text.length() - 1) + (char) random.nextInt(0x3000);
      if (!Attribution.of(Credentials.NONE, Words.of(FileRecords.png().text("prompt", text).build()), Optional.empty()).isEmpty()) named++;
    }
    assertThat(named).isGreaterThan(whole.length() / 2);
  }

  @Test
  void anObjectWithoutNodesIsNoGraph() throws Exception {
    for (String text : new String[] {"{}", "{\"a\":1}", "{\"a\":{\"class_type\":\"x\"}}", "{\"a\":{\"class_type\":1,\"inputs\":{}}}", "{\"a\":{\"class_type\":\"x\",\"inputs\":[]}}"}) {
      assertThat(ComfyGraph.of(JSON.readTree(text))).isEmpty();
    }
  }
}
