package verimesh.metadata.sign;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
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

  /// A node with inputs, name and value in turn; a text that begins with `@` is a link to the node of that id.
  private void node(String id, String type, Object... inputs) {
    ObjectNode node = graph.putObject(id);
    node.put("class_type", type);
    ObjectNode all = node.putObject("inputs");
    for (int i = 0; i < inputs.length; i += 2) {
      String name = (String) inputs[i];
      if (inputs[i + 1] instanceof String text && text.startsWith("@")) all.putArray(name).add(text.substring(1)).add(0);
      else all.putPOJO(name, inputs[i + 1]);
    }
  }

  private Recipe recipe() {
    return ComfyGraph.of(Json.object(graph.toString()).orElseThrow()).orElseThrow().recipe();
  }

  private void sampler(String id, Object... more) {
    node(id, "KSampler", "steps", 20, "positive", "@p");
    ((ObjectNode) graph.get(id).get("inputs")).setAll(inputs(more));
  }

  private ObjectNode inputs(Object... inputs) {
    node("scratch", "Scratch", inputs);
    return (ObjectNode) ((ObjectNode) graph.remove("scratch")).get("inputs");
  }

  @Test
  void theSavedPicturesSamplerCounts() {
    sampler("draft", "seed", 1);
    node("final", "KSampler", "seed", 2, "positive", "@q", "latent_image", "@draft");
    node("p", "CLIPTextEncode", "text", "draft words");
    node("q", "CLIPTextEncode", "text", "final words");
    node("decode", "VAEDecode", "samples", "@final");
    node("save", "SaveImage", "images", "@decode");
    assertThat(recipe().prompt()).isEqualTo("final words");
    assertThat(recipe().seed()).isEqualTo("2");
  }

  @Test
  void conditioningIsFollowedThroughWhateverPassesItOn() {
    sampler("s", "seed", 1, "negative", "@p");
    node("p", "ControlNetApplyAdvanced", "positive", "@combine", "negative", "@n");
    node("combine", "ConditioningCombine", "conditioning_1", "@a", "conditioning_2", "@b");
    node("a", "CLIPTextEncode", "text", "@string");
    node("string", "StringConstantMultiline", "string", "from a string node");
    node("b", "CLIPTextEncodeSDXL", "text_g", "global", "text_l", "local");
    node("n", "CLIPTextEncode", "text", "negative words");
    assertThat(recipe().prompt()).isEqualTo("from a string node\nglobal\nlocal");
    assertThat(recipe().negativePrompt()).isEqualTo("negative words");
  }

  @Test
  void aZeroedConditioningHasNoWords() {
    sampler("s", "seed", 1, "negative", "@z");
    node("p", "CLIPTextEncode", "text", "a harbour");
    node("z", "ConditioningZeroOut", "conditioning", "@p");
    assertThat(recipe().prompt()).isEqualTo("a harbour");
    assertThat(recipe().negativePrompt()).isEmpty();
  }

  @Test
  void advancedSamplersKeepTheirPartsInOtherNodes() {
    node("s", "SamplerCustomAdvanced", "guider", "@g", "noise", "@r", "sampler", "@k", "sigmas", "@b");
    node("g", "BasicGuider", "conditioning", "@f", "model", "@lora");
    node("f", "FluxGuidance", "guidance", 3.5, "conditioning", "@p");
    node("p", "CLIPTextEncodeFlux", "t5xxl", "flux words", "clip_l", "flux words");
    node("r", "RandomNoise", "noise_seed", 77);
    node("k", "KSamplerSelect", "sampler_name", "euler");
    node("b", "BasicScheduler", "scheduler", "simple", "steps", 8);
    node("lora", "LoraLoaderModelOnly", "lora_name", "detail.safetensors", "model", "@unet");
    node("unet", "UNETLoader", "unet_name", "flux1-dev.safetensors");
    assertThat(recipe().prompt()).isEqualTo("flux words");
    assertThat(recipe().seed()).isEqualTo("77");
    assertThat(recipe().model()).isEqualTo("flux1-dev.safetensors");
    assertThat(recipe().settings()).containsEntry("sampler_name", "euler").containsEntry("scheduler", "simple").containsEntry("steps", "8").containsEntry("loras", "detail.safetensors");
  }

  @Test
  void aSeedMayComeFromAnotherNode() {
    sampler("s", "seed", "@seed");
    node("seed", "CR Seed", "seed", 9_007_199_254_740_993L);
    node("p", "CLIPTextEncode", "text", "x");
    assertThat(recipe().seed()).isEqualTo("9007199254740993");
  }

  @Test
  void anEfficiencyLoaderKeepsThePromptRightThere() {
    node("s", "KSampler (Efficient)", "seed", 1, "positive", "@loader");
    node("loader", "Efficient Loader", "ckpt_name", "m.safetensors", "positive", "right there", "negative", "not this");
    assertThat(recipe().prompt()).isEqualTo("right there");
  }

  @Test
  void cyclesEndAndEveryNodeIsVisitedOnce() {
    sampler("s", "model", "@m1", "seed", "@a");
    node("p", "ConditioningCombine", "conditioning_1", "@p");
    node("m1", "ModelPatch", "model", "@m2");
    node("m2", "ModelPatch", "model", "@m1");
    node("a", "Seed", "seed", "@b");
    node("b", "Seed", "seed", "@a");
    node("save", "SaveImage", "images", "@save");
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
      assertThat(recipe().prompt()).isEmpty();
      assertThat(recipe().seed()).isEmpty();
    });
  }

  @Test
  void aGraphOfAllLinksIsLinear() {
    for (int i = 0; i < 3_000; i++) {
      String type = i % 3 == 0 ? "SaveImage" : i % 3 == 1 ? "ConditioningCombine" : "Thing";
      node("n" + i, type, "conditioning_1", "@n" + (i * 7 + 1) % 3_000, "conditioning_2", "@n" + (i * 7 + 2) % 3_000, "images", "@n" + (i * 7 + 3) % 3_000,
          "model", "@n" + (i * 7 + 4) % 3_000, "positive", "@n" + (i * 7 + 5) % 3_000);
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
    sampler("3", "model", "@4");
    node("p", "CLIPTextEncode", "text", "a quiet harbour");
    node("4", "CheckpointLoaderSimple", "ckpt_name", "m.safetensors");
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
