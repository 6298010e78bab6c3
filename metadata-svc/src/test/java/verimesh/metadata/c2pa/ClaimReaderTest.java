package verimesh.metadata.c2pa;

import static org.assertj.core.api.Assertions.assertThat;
import static verimesh.metadata.c2pa.StoreBuilder.action;
import static verimesh.metadata.c2pa.StoreBuilder.actions;
import static verimesh.metadata.c2pa.StoreBuilder.claim;
import static verimesh.metadata.c2pa.StoreBuilder.claim2;
import static verimesh.metadata.c2pa.StoreBuilder.ingredient;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import verimesh.metadata.c2pa.Manifest.Action;
import verimesh.metadata.c2pa.Story.Making;
import verimesh.metadata.read.FileRecord;
import verimesh.metadata.read.FileRecord.ManifestStore;
import verimesh.metadata.read.FileRecord.ReadFinding;
import verimesh.metadata.sign.FileRecords;

class ClaimReaderTest {
  private static final String AI = "trainedAlgorithmicMedia";
  private static final String COMPOSITE = "compositeWithTrainedAlgorithmicMedia";

  private static Credentials read(byte[]... stores) {
    List<ManifestStore> found = Arrays.stream(stores).map(s -> new ManifestStore("PNG caBX", s, 33)).toList();
    return new ClaimReader().read(FileRecords.png().c2pa(found).build());
  }

  private static Credentials read(StoreBuilder builder) {
    return read(builder.build());
  }

  private static StoreBuilder one(Map<String, ?> assertion) {
    return new StoreBuilder().manifest("m", claim("Tool/1.0", "c2pa.actions"), Map.of("c2pa.actions", assertion));
  }

  @Test
  void aClaimSaysWhoAndHow() {
    Credentials credentials = read(one(actions(action("c2pa.created", AI, "Titan Image Generator G1"))));
    assertThat(credentials.state()).isEqualTo(Credentials.State.UNVALIDATED);
    Manifest manifest = credentials.active().orElseThrow();
    assertThat(manifest.label()).isEqualTo("m");
    assertThat(manifest.claimVersion()).isEqualTo(1);
    assertThat(manifest.generator()).isEqualTo("Tool/1.0");
    assertThat(manifest.assertions()).containsExactly("c2pa.actions");
    assertThat(manifest.actions()).singleElement().satisfies(a -> {
      assertThat(a.softwareAgent()).isEqualTo("Titan Image Generator G1");
      assertThat(a.sourceType()).map(SourceType::term).contains(AI);
      assertThat(a.bySigner()).isTrue();
    });
    assertThat(credentials.story().making()).isEqualTo(Making.FULLY_AI);
    assertThat(credentials.findings()).isEmpty();
  }

  @Test
  void noStoreIsNoneAndAReferenceIsRemote() {
    assertThat(new ClaimReader().read(FileRecords.png().build()).state()).isEqualTo(Credentials.State.NONE);
    FileRecord referring = FileRecords.png().xmp("http://purl.org/dc/terms/", "provenance", "https://cai-manifests.example/manifest.c2pa").build();
    Credentials credentials = new ClaimReader().read(referring);
    assertThat(credentials.state()).isEqualTo(Credentials.State.REMOTE);
    assertThat(credentials.remoteUrl()).isEqualTo("https://cai-manifests.example/manifest.c2pa");
    FileRecord script = FileRecords.png().xmp("http://purl.org/dc/terms/", "provenance", "javascript:alert(1)").build();
    assertThat(new ClaimReader().read(script).state()).isEqualTo(Credentials.State.NONE);
  }

  @Test
  void severalStoresAreAllVoid() {
    byte[] store = one(actions(action("c2pa.created", AI, "Tool"))).build();
    Credentials credentials = read(store, store);
    assertThat(credentials.state()).isEqualTo(Credentials.State.INVALID);
    assertThat(credentials.manifests()).isEmpty();
    assertThat(credentials.findings()).extracting(ReadFinding::code).containsExactly("MANIFEST_STORES");
  }

  @Test
  void theLastManifestIsActiveAndSpeaksWithItsParents() { // ChatGPT in 2024
    Credentials credentials = read(new StoreBuilder()
        .manifest("api", claim("OpenAI-API", "c2pa.actions"), Map.of("c2pa.actions", actions(action("c2pa.created", AI, "DALL·E"))))
        .manifest("chat", claim("ChatGPT", "c2pa.ingredient"), Map.of("c2pa.ingredient", ingredient("parentOf", "api"))));
    assertThat(credentials.active().orElseThrow().label()).isEqualTo("chat");
    assertThat(credentials.story().making()).isEqualTo(Making.FULLY_AI);
    assertThat(credentials.story().action()).map(Action::softwareAgent).contains("DALL·E");
    assertThat(credentials.story().chain()).extracting(Manifest::label).containsExactly("api", "chat");
  }

  @Test
  void whatWasFullyAiStaysSoThroughEdits() { // Firefly, edited in Firefly
    Credentials credentials = read(new StoreBuilder()
        .manifest("a", claim("x", "c2pa.actions"), Map.of("c2pa.actions", actions(action("c2pa.created", AI, "Maker"))))
        .manifest("b", claim("y", "c2pa.ingredient", "c2pa.actions"), Map.of("c2pa.ingredient", ingredient("parentOf", "a"),
            "c2pa.actions", actions(action("c2pa.edited", COMPOSITE, "Editor"), action("c2pa.cropped", "humanEdits", "")))));
    assertThat(credentials.story().making()).isEqualTo(Making.FULLY_AI);
    assertThat(credentials.story().action()).map(Action::softwareAgent).contains("Maker");
  }

  @Test
  void aPhotoWithAiEditsIsAiEdited() { // Pixel
    Credentials credentials = read(new StoreBuilder()
        .manifest("shot", claim("Camera", "c2pa.actions"), Map.of("c2pa.actions", actions(action("c2pa.created", "computationalCapture", ""))))
        .manifest("crop", claim("Editor", "c2pa.ingredient", "c2pa.actions"), Map.of("c2pa.ingredient", ingredient("parentOf", "shot"),
            "c2pa.actions", actions(action("c2pa.opened", "", ""), action("c2pa.cropped", "humanEdits", ""))))
        .manifest("magic", claim("Editor", "c2pa.ingredient", "c2pa.actions"), Map.of("c2pa.ingredient", ingredient("parentOf", "crop"),
            "c2pa.actions", actions(action("c2pa.opened", "", ""), action("c2pa.edited", COMPOSITE, "")))));
    assertThat(credentials.story().making()).isEqualTo(Making.AI_EDITED);
  }

  @Test
  void aPhotoWithHarmlessEditsIsCaptured() {
    Credentials credentials = read(new StoreBuilder()
        .manifest("shot", claim("Camera", "c2pa.actions"), Map.of("c2pa.actions", actions(action("c2pa.created", "digitalCapture", ""))))
        .manifest("crop", claim("Editor", "c2pa.ingredient", "c2pa.actions"), Map.of("c2pa.ingredient", ingredient("parentOf", "shot"),
            "c2pa.actions", actions(action("c2pa.opened", "", ""), action("c2pa.enhanced", "algorithmicallyEnhanced", "")))));
    assertThat(credentials.story().making()).isEqualTo(Making.CAPTURED);
  }

  @Test
  void aTrainedStepInAnEditIsAnEdit() {
    Credentials credentials = read(one(actions(action("c2pa.opened", "", ""), action("c2pa.edited", AI, "Filler"))));
    assertThat(credentials.story().making()).isEqualTo(Making.AI_EDITED);
  }

  @Test
  void aCreationReplacesWhatCameBefore() {
    Credentials credentials = read(new StoreBuilder()
        .manifest("a", claim("x", "c2pa.actions"), Map.of("c2pa.actions", actions(action("c2pa.created", AI, "Maker"))))
        .manifest("b", claim("y", "c2pa.ingredient", "c2pa.actions"), Map.of("c2pa.ingredient", ingredient("parentOf", "a"),
            "c2pa.actions", actions(action("c2pa.created", "digitalCreation", "Painter")))));
    assertThat(credentials.story().making()).isEqualTo(Making.OTHER);
    assertThat(credentials.story().chain()).extracting(Manifest::label).containsExactly("b");
  }

  @Test
  void aComponentMakesACompositeAndAnInputNothing() {
    for (String relationship : List.of("componentOf", "inputTo")) {
      Credentials credentials = read(new StoreBuilder()
          .manifest("part", claim("x", "c2pa.actions"), Map.of("c2pa.actions", actions(action("c2pa.created", AI, "Maker"))))
          .manifest("whole", claim("y", "c2pa.ingredient", "c2pa.actions"), Map.of("c2pa.ingredient", ingredient(relationship, "part"),
              "c2pa.actions", actions(action("c2pa.created", "digitalCreation", "Painter")))));
      assertThat(credentials.story().making()).isEqualTo(relationship.equals("componentOf") ? Making.AI_EDITED : Making.OTHER);
    }
  }

  @Test
  void cyclesAndDiamondsEnd() {
    StoreBuilder cycle = new StoreBuilder()
        .manifest("a", claim("x", "c2pa.ingredient"), Map.of("c2pa.ingredient", ingredient("parentOf", "b")))
        .manifest("b", claim("x", "c2pa.ingredient"), Map.of("c2pa.ingredient", ingredient("parentOf", "a")));
    assertThat(read(cycle).story().making()).isEqualTo(Making.NOTHING);
    StoreBuilder self = new StoreBuilder().manifest("a", claim("x", "c2pa.ingredient"), Map.of("c2pa.ingredient", ingredient("componentOf", "a")));
    assertThat(read(self).story().making()).isEqualTo(Making.NOTHING);
    // Forty layers of two components each, which a walk without memory would tell 2^40 times.
    StoreBuilder diamond = new StoreBuilder().manifest("m0", claim("x", "c2pa.actions"), Map.of("c2pa.actions", actions(action("c2pa.created", AI, "Maker"))));
    for (int i = 1; i <= 40; i++) {
      diamond.manifest("m" + i, claim("x", "c2pa.ingredient", "c2pa.ingredient__1"),
          Map.of("c2pa.ingredient", ingredient("componentOf", "m" + (i - 1)), "c2pa.ingredient__1", ingredient("componentOf", "m" + (i - 1))));
    }
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> assertThat(read(diamond).story().making()).isEqualTo(Making.AI_EDITED));
  }

  @Test
  void gatheredAssertionsAreHearsay() {
    Credentials credentials = read(new StoreBuilder().manifest("m", claim2("Gatherer", List.of("c2pa.hash.data"), List.of("c2pa.actions.v2")),
        Map.of("c2pa.actions.v2", actions(action("c2pa.created", AI, "Somebody")), "c2pa.hash.data", Map.of())));
    assertThat(credentials.active().orElseThrow().claimVersion()).isEqualTo(2);
    assertThat(credentials.story().making()).isEqualTo(Making.FULLY_AI);
    assertThat(credentials.story().bySigner()).isFalse();
  }

  @Test
  void anAssertionThatTheClaimDoesNotListIsNobodysWord() {
    Credentials credentials = read(new StoreBuilder().manifest("m", claim("Tool", "c2pa.hash.data"),
        Map.of("c2pa.actions", actions(action("c2pa.created", AI, "Smuggler")), "c2pa.hash.data", Map.of())));
    assertThat(credentials.active().orElseThrow().actions()).isEmpty();
    assertThat(credentials.story().making()).isEqualTo(Making.NOTHING);
  }

  @Test
  void agentsAreReadInEveryForm() {
    Map<String, Object> byIndex = Map.of("actions", List.of(Map.of("action", "c2pa.created", "softwareAgentIndex", 1)),
        "softwareAgents", List.of(Map.of("name", "First"), Map.of("name", "Second", "version", "2.0")));
    Action indexed = read(one(byIndex)).active().orElseThrow().actions().getFirst();
    assertThat(indexed.softwareAgent()).isEqualTo("Second");
    assertThat(indexed.agentVersion()).isEqualTo("2.0");
    Map<String, Object> byTemplate = Map.of("actions", List.of(Map.of("action", "c2pa.edited")),
        "templates", List.of(Map.of("action", "c2pa.edited", "softwareAgent", Map.of("name", "Template"), "digitalSourceType", "http://x/" + COMPOSITE)));
    Action templated = read(one(byTemplate)).active().orElseThrow().actions().getFirst();
    assertThat(templated.softwareAgent()).isEqualTo("Template");
    assertThat(templated.sourceType()).map(SourceType::term).contains(COMPOSITE);
    Map<String, Object> lying = Map.of("actions", List.of(Map.of("action", "c2pa.created", "softwareAgentIndex", -7)), "softwareAgents", List.of());
    assertThat(read(one(lying)).active().orElseThrow().actions().getFirst().softwareAgent()).isEmpty();
  }

  @Test
  void ownLabelsAndSignedIptcSpeakForTheWhole() {
    Credentials own = read(new StoreBuilder().manifest("m", claim("BFL", "c2pa.ai_generated_content"),
        Map.of("c2pa.ai_generated_content", Map.of("ai_generated", true, "model", "Flux.9"))));
    assertThat(own.story().making()).isEqualTo(Making.FULLY_AI);
    assertThat(own.active().orElseThrow().declared()).map(Manifest.Declared::model).contains("Flux.9");
    Credentials denied = read(new StoreBuilder().manifest("m", claim("BFL", "c2pa.ai_generated_content"), Map.of("c2pa.ai_generated_content", Map.of("ai_generated", false))));
    assertThat(denied.story().making()).isEqualTo(Making.NOTHING);
    Credentials iptc = read(new StoreBuilder().manifest("m", claim("x", "stds.iptc"),
        Map.of("stds.iptc", "{\"@context\":{},\"Iptc4xmpExt:DigitalSourceType\":\"http://cv.iptc.org/newscodes/digitalsourcetype/" + AI + "\"}")));
    assertThat(iptc.story().making()).isEqualTo(Making.FULLY_AI);
  }

  @Test
  void manifestsOfOneLabelLeaveReferencesUnresolved() {
    Credentials credentials = read(new StoreBuilder()
        .manifest("a", claim("x", "c2pa.actions"), Map.of("c2pa.actions", actions(action("c2pa.created", AI, "One"))))
        .manifest("a", claim("x", "c2pa.actions"), Map.of("c2pa.actions", actions(action("c2pa.created", AI, "Two"))))
        .manifest("b", claim("y", "c2pa.ingredient"), Map.of("c2pa.ingredient", ingredient("parentOf", "a"))));
    assertThat(credentials.story().making()).isEqualTo(Making.NOTHING);
  }

  @Test
  void compressedManifestsAreReadWithinABudget() {
    byte[] inner = StoreBuilder.manifestBox("c2ma", "m", claim("Small", "c2pa.actions"), Map.of("c2pa.actions", actions(action("c2pa.created", AI, "Maker"))));
    StoreBuilder sound = new StoreBuilder().raw(StoreBuilder.superBox("c2cm", "m", StoreBuilder.box("brob", storedBrotli(inner))));
    assertThat(read(sound).story().making()).isEqualTo(Making.FULLY_AI);
    StoreBuilder garbage = new StoreBuilder().raw(StoreBuilder.superBox("c2cm", "m", StoreBuilder.box("brob", new byte[] {1, 2, 3, 4})));
    assertThat(read(garbage).findings()).extracting(ReadFinding::code).contains("MANIFEST_COMPRESSED");
    assertThat(read(garbage).state()).isEqualTo(Credentials.State.INVALID);
    StoreBuilder empty = new StoreBuilder().raw(StoreBuilder.superBox("c2cm", "m"));
    assertThat(read(empty).findings()).extracting(ReadFinding::code).contains("MANIFEST_COMPRESSED");
  }

  /// Brotli's uncompressed meta-block (RFC 7932 §9.2): window 16, then blocks of at most 64 KiB, then an empty last one.
  private static byte[] storedBrotli(byte[] data) {
    if (data.length > 1 << 16) throw new IllegalArgumentException("one block only");
    int length = data.length - 1;
    // WBITS 0 (1 bit), ISLAST 0, MNIBBLES 0 (2 bits: 4 nibbles), MLEN-1 (16 bits), ISUNCOMPRESSED 1; padded to a byte.
    long bits = (long) length << 4 | 1L << 20;
    return StoreBuilder.concat(new byte[] {(byte) bits, (byte) (bits >> 8), (byte) (bits >> 16)}, data, new byte[] {3});
  }

  @Test
  void boxesThatLieAreFindingsAndWhatStandsBeforeCounts() {
    byte[] store = new StoreBuilder()
        .manifest("first", claim("x", "c2pa.actions"), Map.of("c2pa.actions", actions(action("c2pa.created", AI, "Maker"))))
        .manifest("second", claim("y", "c2pa.ingredient"), Map.of("c2pa.ingredient", ingredient("parentOf", "first"))).build();
    byte[] longer = store.clone();
    longer[0] = 0x7f; // the store claims two gigabytes
    assertThat(read(longer).state()).isEqualTo(Credentials.State.UNVALIDATED);
    assertThat(read(longer).findings()).extracting(ReadFinding::code).contains("JUMBF_LENGTH");
    byte[] shorter = store.clone();
    shorter[0] = shorter[1] = shorter[2] = 0;
    shorter[3] = 4; // shorter than its own header
    assertThat(read(shorter).state()).isEqualTo(Credentials.State.INVALID);
  }

  @Test
  void nestingOfBoxesIsBounded() {
    byte[] inner = StoreBuilder.superBox("c2as", "x");
    for (int i = 0; i < 3_000; i++) inner = StoreBuilder.superBox("c2as", "x", inner);
    Credentials credentials = read(new StoreBuilder().raw(inner));
    assertThat(credentials.findings()).extracting(ReadFinding::code).contains("JUMBF_DEPTH");
  }

  @Test
  void floodsOfManifestsAndAssertionsAreCutOff() {
    StoreBuilder many = new StoreBuilder();
    for (int i = 0; i <= ClaimReader.MANIFESTS_MAX; i++) many.manifest("m" + i, Map.of(), Map.of());
    assertThat(read(many).state()).isEqualTo(Credentials.State.INVALID);
    assertThat(read(many).findings()).extracting(ReadFinding::code).contains("ENTRY_LIMIT");
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < 2 * ClaimReader.ASSERTIONS_MAX; i++) labels.add("c2pa.thing__" + i);
    Credentials flooded = read(new StoreBuilder().manifest("m", claim("x", labels.toArray(String[]::new)), Map.of()));
    assertThat(flooded.active().orElseThrow().assertions()).hasSize(ClaimReader.ASSERTIONS_MAX);
  }

  @Test
  void aStoreOverTheLimitIsLeft() {
    Credentials credentials = read(new byte[ClaimReader.STORE_BYTES_MAX + 1]);
    assertThat(credentials.state()).isEqualTo(Credentials.State.INVALID);
    assertThat(credentials.findings()).extracting(ReadFinding::code).containsExactly("STORE_LIMIT");
  }

  @Test
  void noStoreMakesTheReaderThrowOrTakeLong() {
    long seed = Long.getLong("verimesh.seed", 20261126L);
    System.out.println("ClaimReaderTest seed " + seed);
    Random random = new Random(seed);
    Map<String, Object> assertions = new LinkedHashMap<>();
    assertions.put("c2pa.actions", actions(action("c2pa.created", AI, "Maker")));
    assertions.put("c2pa.ingredient", ingredient("componentOf", "a"));
    assertions.put("stds.iptc", "{\"Iptc4xmpExt:DigitalSourceType\":\"http://x/composite\"}");
    byte[] store = new StoreBuilder().manifest("a", claim("x", "c2pa.actions"), assertions)
        .manifest("b", claim2("y", List.of("c2pa.actions", "c2pa.ingredient"), List.of("stds.iptc")), assertions).build();
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
      for (int cut = 0; cut <= store.length; cut++) assertThat(read(Arrays.copyOf(store, cut)).state()).isNotNull();
      for (int i = 0; i < 20_000; i++) {
        byte[] changed = store.clone();
        for (int n = random.nextInt(5); n >= 0; n--) changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        assertThat(read(changed).state()).isNotNull();
      }
    });
  }

  @Test
  void urisAreReadInAllTheirSpellings() {
    assertThat(ClaimReader.assertionLabel("self#jumbf=c2pa.assertions/c2pa.actions", "m")).isEqualTo("c2pa.actions");
    assertThat(ClaimReader.assertionLabel("self#jumbf=/c2pa/m/c2pa.assertions/c2pa.actions", "m")).isEqualTo("c2pa.actions");
    assertThat(ClaimReader.assertionLabel("self#jumbf=c2pa/m/c2pa.assertions/c2pa.actions", "m")).isEqualTo("c2pa.actions");
    assertThat(ClaimReader.assertionLabel("self#jumbf=/c2pa/other/c2pa.assertions/c2pa.actions", "m")).isEmpty();
    assertThat(ClaimReader.assertionLabel("https://example.org/c2pa.assertions/x", "m")).isEmpty();
    assertThat(ClaimReader.manifestLabel("self#jumbf=/c2pa/urn:uuid:1")).isEqualTo("urn:uuid:1");
    assertThat(ClaimReader.manifestLabel("self#jumbf=c2pa/urn:uuid:1/c2pa.claim")).isEqualTo("urn:uuid:1");
    assertThat(ClaimReader.manifestLabel("self#jumbf=c2pa.assertions/x")).isEmpty();
    assertThat(ClaimReader.baseLabel("c2pa.actions__99999999999")).isEqualTo("c2pa.actions");
    assertThat(ClaimReader.baseLabel("c2pa.actions__")).isEqualTo("c2pa.actions__");
    assertThat(ClaimReader.baseLabel("c2pa.actions.v2")).isEqualTo("c2pa.actions.v2");
  }

  @Test
  void aSourceTypeIsItsLastPathPartExactly() {
    assertThat(SourceType.of("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia").meaning()).isEqualTo(SourceType.Meaning.FULLY_AI);
    assertThat(SourceType.of("https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia/").meaning()).isEqualTo(SourceType.Meaning.FULLY_AI);
    assertThat(SourceType.of("trainedAlgorithmicMedia").meaning()).isEqualTo(SourceType.Meaning.FULLY_AI);
    assertThat(SourceType.of("http://x/trainedalgorithmicmedia").meaning()).isEqualTo(SourceType.Meaning.UNDECIDED);
    assertThat(SourceType.of("http://x/compositeWithTrainedAlgorithmicMedia").meaning()).isEqualTo(SourceType.Meaning.AI_PART);
    assertThat(SourceType.of("http://x/algorithmicMedia").isAi()).isFalse();
    assertThat(SourceType.of("http://x/composite").meaning()).isEqualTo(SourceType.Meaning.UNDECIDED);
    assertThat(SourceType.of("").meaning()).isEqualTo(SourceType.Meaning.UNDECIDED);
    assertThat(Optional.of(SourceType.of("///"))).isPresent();
  }
}
