package verimesh.metadata.sign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import verimesh.metadata.c2pa.ClaimReader;
import verimesh.metadata.c2pa.Credentials;
import verimesh.metadata.c2pa.StoreBuilder;
import verimesh.metadata.read.FileRecord;
import verimesh.metadata.read.FileRecord.ManifestStore;
import verimesh.metadata.sign.Weight.Level;
import verimesh.metadata.sign.Weight.Part;

/// Files that nobody gave us: other versions, other orders, other containers of the formats that METADATA.md describes.
class AttributionTest {
  private static final String GRAPH = """
      {"3":{"class_type":"KSampler","inputs":{"seed":156680208700286,"steps":20,"cfg":8,"sampler_name":"euler","scheduler":"normal","denoise":1,"model":["4",0],"positive":["6",0],"negative":["7",0],"latent_image":["5",0]}},
       "4":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":"sd_xl_base_1.0.safetensors"}},
       "6":{"class_type":"CLIPTextEncode","inputs":{"text":"a quiet harbour","clip":["4",1]}},
       "7":{"class_type":"CLIPTextEncode","inputs":{"text":"blurry","clip":["4",1]}},
       "9":{"class_type":"SaveImage","inputs":{"images":["8",0]}},"8":{"class_type":"VAEDecode","inputs":{"samples":["3",0]}}}""";
  private static final String WORKFLOW = """
      {"last_node_id":9,"last_link_id":3,"nodes":[{"id":4,"type":"CheckpointLoaderSimple","widgets_values":["sd_xl_base_1.0.safetensors"]},
       {"id":7,"type":"CLIPTextEncode","widgets_values":["blurry and long, longer than the prompt itself"]},
       {"id":6,"type":"CLIPTextEncode","widgets_values":["a quiet harbour"]},
       {"id":3,"type":"KSampler","inputs":[{"name":"positive","link":1},{"name":"negative","link":2}],"widgets_values":[156680208700286,"randomize",20,8,"euler","normal",1]}],
       "links":[[1,6,0,3,0,"CONDITIONING"],[2,7,0,3,1,"CONDITIONING"]],"groups":[],"version":0.4}""";
  private static final String A1111 = "a quiet harbour\nNegative prompt: blurry\nSteps: 24, Sampler: DPM++ 2M, CFG scale: 6.5, Seed: 1907423345, Size: 512x512, Model: dreamshaper_8";
  private static final String SWARM = "{\"sui_image_params\":{\"prompt\":\"a quiet harbour\",\"negativeprompt\":\"blurry\",\"model\":\"m\",\"seed\":7,\"swarm_version\":\"0.9.9\"}}";
  private static final String FOOOCUS = "{\"adm_guidance\":\"(1.5, 0.8, 0.3)\",\"base_model\":\"juggernautXL\",\"metadata_scheme\":\"fooocus\",\"prompt\":\"a quiet harbour\",\"seed\":\"7\",\"version\":\"Fooocus v2.5.5\"}";
  private static final String TC260 = "{\"Label\":\"%s\",\"ContentProducer\":\"%s\",\"ProduceID\":\"x\",\"ContentPropagator\":\"%s\"}";

  private static List<Signature> signs(FileRecord file) {
    return Attribution.of(new ClaimReader().read(file), Words.of(file), Optional.empty());
  }

  private static String tool(FileRecord file) {
    return signs(file).stream().findFirst().map(Signature::tool).orElse("");
  }

  private static Recipe recipe(FileRecord file) {
    return signs(file).getFirst().recipe();
  }

  /// One record in every container that can hold it.
  private static Stream<FileRecords> carriers(String pngKeyword, String text) {
    return Stream.of(
        FileRecords.png().text(pngKeyword, text), FileRecords.jpeg().userComment(text), FileRecords.webp().userComment(text), FileRecords.avif().userComment(text),
        FileRecords.jpeg().comment("JPEG COM", text), FileRecords.png().userComment(text), FileRecords.jpeg().ifd0(0x9286, text));
  }

  // ---- A1111 and its family

  @ParameterizedTest
  @CsvSource({
    "v1.10.1, Stable Diffusion WebUI (AUTOMATIC1111)", "v1.6.0-2-g4afaaf8a, Stable Diffusion WebUI (AUTOMATIC1111)", "1.7.0, Stable Diffusion WebUI (AUTOMATIC1111)",
    "f0.0.17v1.8.0rc-latest-276-g29be1da7, Stable Diffusion WebUI Forge", "f2.0.1v1.10.1-previous-669-gdfdcbab6, Stable Diffusion WebUI Forge",
    "f1.0.0v2-v1.10.1RC-latest-2498-g5120e679, Stable Diffusion WebUI reForge", "f1.3.0-v1.10.1RC-latest-1038, Stable Diffusion WebUI reForge",
    "classic, Stable Diffusion WebUI Forge Classic", "neo, Stable Diffusion WebUI Forge Neo", "neo-2.7, Stable Diffusion WebUI Forge Neo",
    "Fooocus v2.1.865, Fooocus", "stable-diffusion.cpp, stable-diffusion.cpp"})
  void theVersionTellsTheFork(String version, String tool) {
    assertThat(carriers("parameters", A1111 + ", Version: " + version).map(FileRecords::build)).allSatisfy(file -> {
      assertThat(tool(file)).isEqualTo(tool);
      assertThat(recipe(file).prompt()).isEqualTo("a quiet harbour");
      assertThat(recipe(file).negativePrompt()).isEqualTo("blurry");
      assertThat(recipe(file).seed()).isEqualTo("1907423345");
      assertThat(recipe(file).model()).isEqualTo("dreamshaper_8");
      assertThat(signs(file)).singleElement().satisfies(s -> assertThat(s.weight()).isEqualTo(Weight.DECLARED));
    });
  }

  @Test
  void withoutAVersionItIsTheFirstAuthorsGrammar() {
    assertThat(carriers("parameters", A1111).map(FileRecords::build)).allSatisfy(file -> {
      assertThat(tool(file)).isEqualTo("Stable Diffusion WebUI (AUTOMATIC1111)");
      assertThat(recipe(file).version()).isEmpty();
    });
  }

  @Test
  void sdNextIsToldByItsAppOrByItsKeys() {
    assertThat(tool(FileRecords.png().text("parameters", "x\nSteps: 20, Seed: 1, App: SD.Next, Version: 56a8aea").build())).isEqualTo("SD.Next");
    assertThat(tool(FileRecords.jpeg().userComment("x\nSteps: 20, Seed: 1, Version: 56a8aea, Backend: Diffusers, Pipeline: StableDiffusionXLPipeline").build())).isEqualTo("SD.Next");
  }

  @Test
  void anExtensionsVersionIsNotTheTools() {
    String text = A1111 + ", ADetailer model: face, ADetailer version: 26.2.0, Version: classic";
    assertThat(tool(FileRecords.png().text("parameters", text).build())).isEqualTo("Stable Diffusion WebUI Forge Classic");
  }

  @Test
  void grammarWhereOnlyPeopleWriteIsNoSign() {
    assertThat(signs(FileRecords.png().text("Comment", A1111).text("Title", A1111).text("Description", A1111).build())).isEmpty();
    assertThat(signs(FileRecords.jpeg().ifd0(0x010e, A1111).iptc(2, 120, A1111).xmp(Xmp.DUBLIN_CORE, "description", A1111).build())).isEmpty();
  }

  @Test
  void anUpscalersRecordIsAnEdit() {
    Signature sign = signs(FileRecords.png().text("postprocessing", "Postprocess upscale by: 4, Postprocess upscaler: R-ESRGAN 4x+").build()).getFirst();
    assertThat(sign.tool()).isEqualTo("Stable Diffusion WebUI (AUTOMATIC1111)");
    assertThat(sign.weight()).isEqualTo(Weight.EDITED);
    assertThat(signs(FileRecords.png().text("extras", "bananas").build())).isEmpty();
  }

  // ---- tools with records of their own

  @Test
  void fooocusIsToldInEveryContainerAndScheme() {
    assertThat(carriers("parameters", FOOOCUS).map(FileRecords::build)).allSatisfy(file -> {
      assertThat(tool(file)).isEqualTo("Fooocus");
      assertThat(recipe(file).version()).isEqualTo("v2.5.5");
      assertThat(recipe(file).prompt()).isEqualTo("a quiet harbour");
    });
    assertThat(tool(FileRecords.webp().ifd0(0x9286, A1111).ifd0(0x0131, "Fooocus v2.3.1").ifd0(0x927c, "a1111").build())).isEqualTo("Fooocus");
    assertThat(tool(FileRecords.png().text("parameters", A1111).text("fooocus_scheme", "a1111").build())).isEqualTo("Fooocus");
    assertThat(tool(FileRecords.png().text("parameters", "{\"Prompt\":\"x\",\"software\":\"RuinedFooocus\",\"seed\":1}").build())).isEqualTo("RuinedFooocus");
  }

  @Test
  void swarmComesBeforeTheGraphOfItsBackend() {
    assertThat(carriers("parameters", SWARM).map(FileRecords::build)).allSatisfy(file -> assertThat(tool(file)).isEqualTo("SwarmUI"));
    FileRecord both = FileRecords.png().text("prompt", GRAPH).text("parameters", SWARM).build();
    assertThat(signs(both)).singleElement().satisfies(s -> assertThat(s.tool()).isEqualTo("SwarmUI"));
    assertThat(recipe(both).version()).isEqualTo("0.9.9");
    String joined = "{\"prompt\":" + GRAPH + ",\"parameters\":\"" + SWARM.replace("\"", "\\\"") + "\"}";
    assertThat(tool(FileRecords.jpeg().userComment(joined).build())).isEqualTo("SwarmUI");
  }

  @Test
  void chunksThatAConverterPutIntoOneCommentAreChunksStill() {
    String nested = "{\"prompt\":%s,\"workflow\":%s}".formatted(GRAPH, WORKFLOW);
    assertThat(tool(FileRecords.jpeg().userComment(nested).build())).isEqualTo("ComfyUI");
    String invoke = "{\"invokeai_metadata\":{\"app_version\":\"6.1.0\",\"positive_prompt\":\"a quiet harbour\",\"seed\":5,\"model\":{\"name\":\"m\"}}}";
    FileRecord invokeJpeg = FileRecords.jpeg().userComment(invoke).build();
    assertThat(tool(invokeJpeg)).isEqualTo("InvokeAI");
    assertThat(recipe(invokeJpeg).version()).isEqualTo("6.1.0");
    String tensor = "{\"generation_data\":\"{\\\"prompt\\\":\\\"x\\\",\\\"baseModel\\\":{\\\"modelFileName\\\":\\\"m\\\"}}\",\"prompt\":" + GRAPH + "}";
    assertThat(tool(FileRecords.webp().userComment(tensor).build())).isEqualTo("Tensor.Art");
    String nai = "{\"Software\":\"NovelAI\",\"Source\":\"NovelAI Diffusion V4 37442FCA\",\"Description\":\"a quiet harbour\",\"Comment\":\"{\\\"seed\\\": 9, \\\"uc\\\": \\\"blurry\\\"}\"}";
    FileRecord naiWebp = FileRecords.webp().userComment(nai).build();
    assertThat(tool(naiWebp)).isEqualTo("NovelAI");
    assertThat(recipe(naiWebp).version()).isEqualTo("V4 37442FCA");
    assertThat(recipe(naiWebp).prompt()).isEqualTo("a quiet harbour");
    assertThat(recipe(naiWebp).seed()).isEqualTo("9");
  }

  static Stream<Arguments> smallTools() {
    return Stream.of(
        Arguments.of("InvokeAI", FileRecords.png().text("sd-metadata", "{\"app_id\":\"invoke-ai/InvokeAI\",\"app_version\":\"2.2.4\",\"image\":{\"prompt\":\"x\",\"seed\":3}}")),
        Arguments.of("InvokeAI", FileRecords.png().text("Dream", "\"a \"quoted\" harbour\" -s 50 -S 2980747362 -W 512")),
        Arguments.of("Stability Matrix", FileRecords.png().text("smproj", "{\"Version\":2}").text("parameters", A1111).text("prompt", GRAPH)),
        Arguments.of("Easy Diffusion", FileRecords.png().text("use_stable_diffusion_model", "sd-v1-5").text("prompt", "x").text("seed", "1")),
        Arguments.of("Easy Diffusion", FileRecords.webp().userComment("{\"prompt\":\"x\",\"seed\":1,\"use_stable_diffusion_model\":\"sd-v1-5\"}")),
        Arguments.of("Draw Things", FileRecords.jpeg().xmp(Xmp.BASIC, "CreatorTool", "Draw Things").xmp(Xmp.EXIF, "UserComment", "{\"c\":\"x\",\"uc\":\"y\",\"seed\":4}")),
        Arguments.of("MFLUX", FileRecords.png().xmp(Xmp.BASIC, "CreatorTool", "MFLUX 0.20.1")),
        Arguments.of("MFLUX", FileRecords.png().userComment("{\"mflux_version\":\"0.9.0\",\"model\":\"dev\",\"seed\":1,\"prompt\":\"x\"}")),
        Arguments.of("NMKD Stable Diffusion GUI", FileRecords.png().text("Nmkdiffusers", "{\"prompt\":\"x\",\"promptNeg\":\"y\",\"seed\":1}")),
        Arguments.of("stable_diffusion.openvino", FileRecords.png().text("Created with", "stable_diffusion.openvino").text("prompt", "x")),
        Arguments.of("Hugging Face Space", FileRecords.png().text("parameters", "{\"prompt\":\"x\",\"resolution\":\"832 x 1216\",\"Model\":\"m\",\"seed\":2}")),
        Arguments.of("Luma AI", FileRecords.png().text("Source", "Luma AI").text("Comment", "Generated by Luma AI's Photon model (https://lumalabs.ai)")),
        Arguments.of("ArtBot (AI Horde)", FileRecords.jpeg().ifd0(0x0131, "ArtBot - Create images with Stable Diffusion, utilizing the AI Horde").userComment(A1111)),
        Arguments.of("Ideogram", FileRecords.jpeg().ifd0(0x010f, "Ideogram AI")),
        Arguments.of("Leonardo.Ai", FileRecords.png().text("Software", "Leonardo.Ai")),
        Arguments.of("NightCafe", FileRecords.jpeg().ifd0(0x0131, "NightCafe Creator")),
        Arguments.of("Midjourney", FileRecords.png().text("Description", "a quiet harbour --niji 6 Job ID: 5f0c3a52-7f0e-4a7e-9b42-0a6c7ad0f4f1")),
        Arguments.of("Midjourney", FileRecords.webp().xmp(Xmp.IPTC_EXTENSION, "DigImageGUID", "5f0c3a52-7f0e-4a7e-9b42-0a6c7ad0f4f1").sourceType("trainedAlgorithmicMedia")),
        Arguments.of("xAI Grok", FileRecords.jpeg().userComment("Signature: " + "QmFz".repeat(20)).ifd0(0x013b, "4800156b-8880-4786-9056-7ca3da449d8c")),
        Arguments.of("Samsung Galaxy AI", FileRecords.jpeg().samsung("PhotoEditor_Re_Edit_Data", "{\"genAIType\" : 5}")),
        Arguments.of("Samsung Galaxy AI", FileRecords.jpeg().samsung("PEg_Info", "{\"a\":1,\"genAIType\":-1}")),
        Arguments.of("Apple Photos Clean Up", FileRecords.jpeg().iptc(2, 110, "Apple Photos Clean Up")),
        Arguments.of("Google AI (Gemini / Imagen)", FileRecords.jpeg().iptc(2, 110, "Made with Google AI")),
        Arguments.of("Dreamina (ByteDance)", FileRecords.jpeg().userComment("{\"product\":\"dreamina\",\"exportType\":\"generation\"}")),
        Arguments.of("Adobe Lightroom (generative AI edit)", FileRecords.jpeg().xmp(Xmp.BASIC, "CreatorTool", "Adobe Photoshop Lightroom Classic 14.0").sourceType("compositeWithTrainedAlgorithmicMedia")),
        Arguments.of("Google Gemini", FileRecords.png().xmp(Xmp.IPTC_EXTENSION, "AISystemUsed", "Google Gemini")));
  }

  @ParameterizedTest
  @MethodSource("smallTools")
  void eachToolIsToldByItsOwnMark(String tool, FileRecords file) {
    assertThat(tool(file.build())).isEqualTo(tool);
    assertThat(signs(file.build())).filteredOn(Signature::namesATool).extracting(Signature::tool).containsOnly(tool);
  }

  // ---- ComfyUI

  static Stream<Arguments> graphs() {
    return Stream.of(
        Arguments.of("PNG chunk", FileRecords.png().text("prompt", GRAPH)), Arguments.of("both chunks", FileRecords.png().text("workflow", WORKFLOW).text("prompt", GRAPH)),
        Arguments.of("animated WebP", FileRecords.webp().ifd0(0x0110, "prompt:" + GRAPH).ifd0(0x010f, "workflow:" + WORKFLOW)),
        Arguments.of("further tags", FileRecords.webp().ifd0(0x0110, "extra:{}").ifd0(0x010d, "prompt:" + GRAPH)),
        Arguments.of("save-image-extended", FileRecords.jpeg().ifd0(0x010f, "Prompt: " + GRAPH).ifd0(0x010e, "Workflow: " + WORKFLOW)),
        Arguments.of("saveimage-plus", FileRecords.webp().ifd0(0x9286, "{\"prompt\": " + GRAPH + ", \"workflow\": " + WORKFLOW + "}")),
        Arguments.of("graph as a string", FileRecords.jpeg().userComment("{\"prompt\": \"" + GRAPH.replace("\n", "").replace("\"", "\\\"") + "\"}")),
        Arguments.of("graph at once", FileRecords.jpeg().userComment(GRAPH)), Arguments.of("JPEG comment", FileRecords.jpeg().comment("JPEG COM", GRAPH)),
        Arguments.of("XMP", FileRecords.avif().xmp("https://github.com/Comfy-Org/ComfyUI", "Prompt", GRAPH)),
        Arguments.of("with NaN", FileRecords.png().text("prompt", GRAPH.replace("\"seed\"", "\"is_changed\":[NaN],\"limit\":-Infinity,\"seed\""))),
        Arguments.of("workflow alone", FileRecords.png().text("workflow", WORKFLOW)), Arguments.of("workflow in AVIF", FileRecords.avif().xmp("https://github.com/Comfy-Org/ComfyUI", "workflow", WORKFLOW)),
        Arguments.of("cut off", FileRecords.png().text("prompt", GRAPH.substring(0, GRAPH.length() - 90))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("graphs")
  void aGraphIsFoundWhereverASaverPutsIt(String name, FileRecords file) {
    assertThat(tool(file.build())).isEqualTo("ComfyUI");
    Recipe recipe = recipe(file.build());
    assertThat(recipe.prompt()).isEqualTo("a quiet harbour");
    assertThat(recipe.model()).isEqualTo("sd_xl_base_1.0.safetensors");
    assertThat(recipe.seed()).isEqualTo("156680208700286");
  }

  @Test
  void otherPeoplesWorkflowsAreNoGraphs() {
    assertThat(signs(FileRecords.png().text("workflow", "{\"name\": \"invoice\", \"nodes\": [\"start\", \"end\"]}").build())).isEmpty();
    assertThat(signs(FileRecords.png().text("workflow", "{\"nodes\":[{\"id\":1,\"type\":\"task\"}]}").build())).isEmpty();
    assertThat(signs(FileRecords.png().text("prompt", "user@host:~$").text("workflow", "review").build())).isEmpty();
    assertThat(signs(FileRecords.png().text("parameters", "{\"alpha\": 0.5, \"Model\": \"linear\"}").build())).isEmpty();
    assertThat(signs(FileRecords.png().text("prompt", "{\"class_type\": 7, \"inputs\": {}}").build())).isEmpty();
  }

  @Test
  void civitaiNeedsItsArtist() {
    String text = A1111 + ", Civitai resources: [{\"type\":\"checkpoint\",\"modelName\":\"Juggernaut, XL\",\"modelVersionName\":\"v9\"}], Civitai metadata: {}";
    FileRecord named = FileRecords.jpeg().userComment(text.replace(", Model: dreamshaper_8", "")).ifd0(0x013b, "ai").build();
    assertThat(tool(named)).isEqualTo("Civitai");
    assertThat(recipe(named).model()).isEqualTo("Juggernaut, XL v9");
    assertThat(tool(FileRecords.jpeg().userComment(text).build())).isEqualTo("Stable Diffusion WebUI (AUTOMATIC1111)");
    String graph = GRAPH.substring(0, GRAPH.length() - 1) + ",\"extraMetadata\":\"{\\\"workflowId\\\":\\\"txt2img\\\"}\"}";
    assertThat(tool(FileRecords.png().text("prompt", graph).build())).isEqualTo("Civitai");
  }

  // ---- labels

  @ParameterizedTest
  @ValueSource(strings = {"http://cv.iptc.org/newscodes/digitalsourcetype/", "https://cv.iptc.org/newscodes/digitalsourcetype/", "", "https://cv.iptc.org/newscodes/digitalsourcetype//"})
  void theSourceTypeCountsByItsLastPart(String scheme) {
    Signature sign = signs(FileRecords.jpeg().xmp(Xmp.IPTC_EXTENSION, "DigitalSourceType", scheme + "trainedAlgorithmicMedia").build()).getFirst();
    assertThat(sign.tool()).isEqualTo("unknown AI tool (IPTC trainedAlgorithmicMedia)");
    assertThat(sign.kind()).isEqualTo(Kind.IPTC_SOURCE_TYPE);
    assertThat(sign.weight()).isEqualTo(Weight.DECLARED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"algorithmicMedia", "digitalCapture", "computationalCapture", "humanEdits", "minorHumanEdits", "softwareImage", "digitalArt", "digitalCreation", "composite",
    "compositeCapture", "virtualRecording", "screenCapture", "negativeFilm", "print", "dataDrivenMedia", "algorithmicallyEnhanced", "TrainedAlgorithmicMedia", "notTrainedAlgorithmicMedia", ""})
  void otherSourceTypesAreNoSign(String term) {
    assertThat(signs(FileRecords.jpeg().sourceType(term).build())).isEmpty();
  }

  @Test
  void aCompositeIsAnEditWhoeverIsCredited() {
    for (String term : List.of("compositeWithTrainedAlgorithmicMedia", "compositeSynthetic")) {
      FileRecord file = FileRecords.jpeg().sourceType(term).xmp(Xmp.PHOTOSHOP, "Credit", "Made with Google AI").xmp(Xmp.IPTC_EXTENSION, "AISystemUsed", "Something").build();
      assertThat(signs(file)).hasSize(3).allSatisfy(s -> {
        assertThat(s.weight().level()).isEqualTo(Level.NONE);
        assertThat(s.weight().label()).isEqualTo(LabelClass.AI_EDITED);
        assertThat(s.weight().part()).isEqualTo(Part.SIGNATURE);
      });
    }
  }

  @Test
  void whoWroteThePromptIsAPersonAndNoSign() {
    assertThat(signs(FileRecords.jpeg().xmp(Xmp.IPTC_EXTENSION, "AIPromptWriterName", "Jane Doe").build())).isEmpty();
    Signature sign = signs(FileRecords.jpeg().xmp(Xmp.IPTC_EXTENSION, "AIPromptInformation", "a harbour").build()).getFirst();
    assertThat(sign.tool()).isEqualTo("unknown AI tool (IPTC AIPromptInformation)");
    assertThat(sign.recipe().prompt()).isEqualTo("a harbour");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 001191110102MACQD9K64010000, '', Doubao (ByteDance), DECLARED, SIGNATURE, FULLY_GENERATED",
    "2, 00119144030008867405X210001, '', Jimeng (ByteDance), NONE, SIGNATURE, FULLY_GENERATED",
    "1, 0011914400000000000000001, '', unknown AI tool (TC260 label), DECLARED, SIGNATURE, FULLY_GENERATED",
    "3, '', weibo, 'unknown AI tool (TC260 label, suspected)', NONE, NONE, SUSPECTED",
    "'', '', weibo, 'unknown AI tool (TC260 label, suspected)', NONE, NONE, SUSPECTED",
    "'', 001191110108335469089C10000, '', Kling (Kuaishou), NONE, SIGNATURE, FULLY_GENERATED",
    "1, picwish, '', PicWish, DECLARED, SIGNATURE, FULLY_GENERATED"})
  void theChineseLabelInAllItsCarriers(String label, String producer, String propagator, String tool, Level level, Part part, LabelClass labelClass) {
    String json = TC260.formatted(label, producer, propagator);
    List<FileRecords> files = new ArrayList<>(List.of(
        FileRecords.png().text("AIGC", json), FileRecords.jpeg().userComment("{\"AIGC\":" + json + "}"), FileRecords.jpeg().ifd0(0x010e, "{\"AIGC\": " + json + "}"),
        FileRecords.webp().xmp(Xmp.TC260, "AIGC", json), FileRecords.jpeg().ifd0(0x010e, "AIGC" + json), FileRecords.jpeg().comment("JPEG COM", "AIGC" + json),
        FileRecords.jpeg().userComment("{\"AIGC\":\"" + json.replace("\"", "\\\"") + "\"}"), FileRecords.jpeg().text("AIGC", "AIGC" + json)));
    assertThat(files).allSatisfy(file -> {
      Signature sign = signs(file.build()).getFirst();
      assertThat(sign.tool()).isEqualTo(tool);
      assertThat(sign.kind()).isEqualTo(Kind.TC260_LABEL);
      assertThat(sign.weight()).isEqualTo(new Weight(level, part, labelClass));
    });
  }

  @Test
  void theWordAigcAloneIsNoLabel() {
    assertThat(signs(FileRecords.png().text("AIGC", "{\"title\":\"my slides on AIGC\"}").build())).isEmpty();
    assertThat(signs(FileRecords.jpeg().ifd0(0x010e, "AIGC conference {Beijing}").build())).isEmpty();
  }

  @Test
  void tencentNamesItselfAsProvider() {
    FileRecord file = FileRecords.jpeg().ifd0(0x010e, "{\"AIGC\": {\"ServiceProvider\": \"Tencent Cloud\", \"ServiceUser\": \"1\", \"Time\": \"1\", \"ContentId\": \"b\"}}").build();
    assertThat(tool(file)).isEqualTo("Tencent Cloud AIGC");
  }

  // ---- what people type

  static Stream<FileRecords> typed() {
    return Stream.of(
        FileRecords.png().text("Comment", "made with midjourney and stable diffusion"), FileRecords.png().text("Title", "ComfyUI tutorial").text("Author", "NovelAI"),
        FileRecords.jpeg().ifd0(0x010e, "Poster of the DALL-E exhibition"), FileRecords.jpeg().ifd0(0x013b, "Midjourney"), FileRecords.jpeg().ifd0(0x013b, "ai"),
        FileRecords.jpeg().iptc(2, 120, "Ideogram AI").iptc(2, 25, "ai").iptc(2, 110, "A. Person / Google AI Studio"),
        FileRecords.jpeg().xmp(Xmp.DUBLIN_CORE, "description", "Job ID: 12 --fun").xmp(Xmp.DUBLIN_CORE, "title", "Midjourney").xmp(Xmp.PHOTOSHOP, "Credit", "Reuters, not made with Google AI"),
        FileRecords.png().text("Software", "Adobe Photoshop 26.0 (Windows)").text("Source", "my camera"), FileRecords.jpeg().ifd0(0x0131, "Canva"), FileRecords.jpeg().ifd0(0x0131, "Topaz Photo AI 3.0"),
        FileRecords.jpeg().ifd0(0x010e, "Signature: J. Smith").ifd0(0x013b, "4800156b-8880-4786-9056-7ca3da449d8c"), FileRecords.jpeg().ifd0(0x010e, "Signature: " + "QmFz".repeat(20)).ifd0(0x013b, "J. Smith"),
        FileRecords.jpeg().samsung("PhotoEditor_Re_Edit_Data", "{\"genAIType\":0}"), FileRecords.jpeg().samsung("Other_Block", "{\"genAIType\":3}"),
        FileRecords.jpeg().userComment("Negative prompt: I do not like this picture"), FileRecords.jpeg().userComment("Steps: 12 to the top of the tower, Seed: none"),
        FileRecords.jpeg().ifd0(0x0131, "HDR+ 1.0.199571065z").ifd0(0x010f, "Google").ifd0(0x0110, "Pixel 2"), FileRecords.png().text("hf-job-id", " "),
        FileRecords.jpeg().userComment("{\"product\":\"dreamina\",\"exportType\":\"edit\"}"), FileRecords.jpeg().xmp(Xmp.IPTC_EXTENSION, "DigImageGUID", "5f0c3a52-7f0e-4a7e-9b42-0a6c7ad0f4f1"));
  }

  @ParameterizedTest
  @MethodSource("typed")
  void whatPeopleTypeAndEditorsWriteIsNoSign(FileRecords file) {
    assertThat(signs(file.build())).isEmpty();
  }

  // ---- Content Credentials

  private static FileRecords claimed(String generator, String agent, String action, String sourceType) {
    byte[] store = new StoreBuilder().manifest("m", StoreBuilder.claim(generator, "c2pa.actions"),
        java.util.Map.of("c2pa.actions", StoreBuilder.actions(StoreBuilder.action(action, sourceType, agent)))).build();
    return FileRecords.png().c2pa(List.of(new ManifestStore("PNG caBX", store, 33)));
  }

  @ParameterizedTest
  @CsvSource({
    "Adobe_Firefly, Adobe Firefly, Adobe Firefly", "OpenAI-API c2pa-rs/0.28.4, DALL·E, OpenAI DALL-E", "ChatGPT, GPT-4o, OpenAI ChatGPT", "OpenAI Media Service API, gpt-image, OpenAI ChatGPT",
    "ChatGPT, Sora, OpenAI Sora", "Google C2PA Core Generator Library, '', Google Gemini", "Amazon_Bedrock c2pa-rs/0.32.7, Titan Image Generator G1, Amazon Titan Image Generator",
    "Amazon_Bedrock, Nova Canvas, Amazon Nova Canvas", "Black Forest Labs API, Flux.2, Black Forest Labs FLUX", "Microsoft_Responsible_AI/1.0, Image Creator from Designer, Bing Image Creator (Microsoft)",
    "Some Service/2.0, Painter 3000, Painter 3000", "Some Service/2.0, '', Some Service/2.0", "grok imagine/1, '', xAI Grok", "Adobe_Photoshop/26.0.0, Adobe Firefly, Adobe Firefly"})
  void claimsOfAiNameTheirTool(String generator, String agent, String tool) {
    Signature sign = signs(claimed(generator, agent, "c2pa.created", "trainedAlgorithmicMedia").build()).getFirst();
    assertThat(sign.tool()).isEqualTo(tool);
    assertThat(sign.kind()).isEqualTo(Kind.C2PA_CLAIM);
    assertThat(sign.weight()).isEqualTo(Weight.UNDECIDED); // a sign that decides nothing until it is validated
  }

  @ParameterizedTest
  @CsvSource({
    "Galaxy S25 c2pa-rs/0.62.0, Photo assist, Samsung Galaxy AI", "Google C2PA SDK for Android, '', Google AI (Gemini / Imagen)", "Adobe_Photoshop/26.0.0, '', Adobe Photoshop (generative AI edit)",
    "Adobe_Lightroom/8.0, '', Adobe Lightroom (generative AI edit)"})
  void claimsOfAiEditsAreEdits(String generator, String agent, String tool) {
    Signature sign = signs(claimed(generator, agent, "c2pa.edited", "compositeWithTrainedAlgorithmicMedia").build()).getFirst();
    assertThat(sign.tool()).isEqualTo(tool);
    assertThat(sign.weight()).isEqualTo(Weight.EDITED);
  }

  @ParameterizedTest
  @CsvSource({
    "Leica M11-P, '', c2pa.created, digitalCapture", "Google C2PA SDK for Android, '', c2pa.created, computationalCapture", "Galaxy S25, '', c2pa.created, digitalCapture",
    "Adobe_Photoshop/26.0.0, '', c2pa.edited, ''", "Climbing Gear/1, '', c2pa.created, ''", "ChatGPT, '', c2pa.opened, ''", "Affinity Designer, '', c2pa.created, digitalCreation"})
  void claimsWithoutAiAreNoSign(String generator, String agent, String action, String sourceType) {
    assertThat(signs(claimed(generator, agent, action, sourceType).build())).isEmpty();
  }

  @Test
  void aProgramThatOnlyGeneratesNeedsNoSourceType() { // Bing in 2024
    Signature sign = signs(claimed("Microsoft_Responsible_AI/1.0", "Image Creator from Designer", "c2pa.created", "").build()).getFirst();
    assertThat(sign.tool()).isEqualTo("Bing Image Creator (Microsoft)");
  }

  @Test
  void hostileNamesStayShortAndOnOneLine() {
    Signature sign = signs(claimed("x", "<script>\n\u0000" + "A".repeat(10_000), "c2pa.created", "trainedAlgorithmicMedia").build()).getFirst();
    assertThat(sign.tool()).hasSizeLessThanOrEqualTo(80).doesNotContain("\n", "\u0000");
  }

  // ---- order

  @Test
  void theFirstHitNamesTheToolAndTwoVendorsAreBothTold() {
    FileRecord file = claimed("ChatGPT", "GPT-4o", "c2pa.created", "trainedAlgorithmicMedia").text("parameters", A1111).ifd0(0x010f, "Ideogram AI").sourceType("trainedAlgorithmicMedia").build();
    assertThat(signs(file)).extracting(Signature::tool).containsExactly(
        "OpenAI ChatGPT", "Stable Diffusion WebUI (AUTOMATIC1111)", "Ideogram", "unknown AI tool (IPTC trainedAlgorithmicMedia)");
  }

  @Test
  void aSuspicionComesLast() {
    FileRecord file = FileRecords.png().xmp(Xmp.TC260, "AIGC", TC260.formatted("3", "", "weibo")).text("parameters", A1111).sourceType("trainedAlgorithmicMedia").build();
    assertThat(signs(file).getLast().weight()).isEqualTo(Weight.SUSPECTED);
    assertThat(signs(file).getFirst().tool()).isEqualTo("Stable Diffusion WebUI (AUTOMATIC1111)");
  }

  @Test
  void aHiddenRecordIsReadLikeAWrittenOne() {
    FileRecord file = FileRecords.png().build();
    Function<String, List<Signature>> hidden = payload -> Attribution.of(Credentials.NONE, Words.of(file), Optional.of(Words.hidden(file, payload, Place.hidden("PNG", "stealth_pngcomp"))));
    assertThat(hidden.apply(A1111 + ", Version: v1.9.4")).singleElement().satisfies(s -> {
      assertThat(s.kind()).isEqualTo(Kind.STEALTH_RECORD);
      assertThat(s.weight()).isEqualTo(Weight.DECLARED);
      assertThat(s.place().carrier()).isEqualTo("PNG stealth_pngcomp");
    });
    String nai = "{\"Description\":\"a quiet harbour\",\"Software\":\"NovelAI\",\"Source\":\"NovelAI Diffusion V4.5 4BDE2A90\",\"Comment\":\"{\\\"seed\\\": 3}\"}";
    assertThat(hidden.apply(nai)).singleElement().satisfies(s -> assertThat(s.tool()).isEqualTo("NovelAI"));
    assertThat(hidden.apply("just words")).isEmpty();
  }

  @Test
  void everyCarrierIsNamedAsTheContractNamesIt() {
    assertThat(signs(FileRecords.png().text("parameters", A1111).build()).getFirst().place()).isEqualTo(new Place("PNG tEXt parameters", "PNG text chunk 'parameters'"));
    assertThat(signs(FileRecords.jpeg().userComment(A1111).build()).getFirst().place().carrier()).isEqualTo("JPEG EXIF UserComment");
    assertThat(Arrays.stream(Kind.values()).map(Kind::name)).containsExactly("GENERATOR_RECORD", "GENERATOR_SIGNATURE", "STEALTH_RECORD", "C2PA_CLAIM", "IPTC_SOURCE_TYPE", "IPTC_AI_PROPERTY",
        "CREDIT_LINE", "TC260_LABEL", "VENDOR_MARK");
  }
}
