package verimesh.metadata.sign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import verimesh.metadata.c2pa.Credentials;
import verimesh.metadata.c2pa.Manifest;
import verimesh.metadata.c2pa.Manifest.Action;
import verimesh.metadata.c2pa.Story;
import verimesh.metadata.c2pa.Story.Making;

/// The tool that Content Credentials name (METADATA-C2PA.md §12). Unvalidated claims are a sign of the tool that decides
/// nothing; a claim without AI (a camera's, an editor's) is no sign.
final class ClaimedTool {
  private static final int NAME_MAX = 80;

  /// @param words any of these in an agent, a description or a claim generator, lower case
  /// @param alwaysAi whether everything that this program creates is made by AI, so that its `created` needs no source type
  private record Known(String tool, boolean alwaysAi, String... words) {}

  /// In order: products before the vendors whose names they contain.
  private static final List<Known> KNOWN = List.of(
      new Known("Adobe Firefly", true, "firefly"),
      new Known("OpenAI DALL-E", true, "dall·e", "dall-e", "dalle"),
      new Known("OpenAI Sora", true, "sora"),
      new Known("OpenAI ChatGPT", false, "gpt-image", "gpt-4o", "chatgpt", "openai"),
      new Known("Bing Image Creator (Microsoft)", true, "image creator", "bing"),
      new Known("Microsoft Designer", false, "microsoft designer"),
      new Known("Microsoft Copilot", false, "copilot"),
      new Known("Amazon Titan Image Generator", true, "titan image"),
      new Known("Amazon Nova Canvas", true, "nova canvas"),
      new Known("Black Forest Labs FLUX", true, "black forest labs", "flux"),
      new Known("Samsung Galaxy AI", false, "photo assist", "galaxy", "samsung"),
      new Known("xAI Grok", true, "grok"),
      new Known("Stability AI", true, "stability ai", "stable image", "stable diffusion", "dreamstudio"),
      new Known("Midjourney", true, "midjourney"),
      new Known("Ideogram", true, "ideogram"),
      new Known("Recraft", true, "recraft"),
      new Known("Runway", true, "runway"),
      new Known("Leonardo.Ai", true, "leonardo.ai", "leonardo ai"),
      new Known("Dreamina (ByteDance)", true, "dreamina"),
      new Known("Jimeng (ByteDance)", true, "jimeng"),
      new Known("Doubao (ByteDance)", true, "doubao"),
      new Known("Seedream (ByteDance)", true, "seedream", "volcengine", "volcano engine", "byteplus"),
      new Known("Meta AI", false, "meta ai", "imagine with meta"),
      new Known("Apple Image Playground", true, "image playground"),
      new Known("Apple Photos Clean Up", false, "apple photos clean up"),
      new Known("Bria", true, "bria"),
      new Known("fal.ai", true, "fal.ai", "fal-ai"),
      new Known("Luma AI", true, "luma ai", "lumalabs"),
      new Known("Higgsfield AI", true, "higgsfield"),
      new Known("Topaz Labs", false, "topaz"));

  private ClaimedTool() {}

  static List<Signature> find(Credentials credentials) {
    if (credentials.state() != Credentials.State.UNVALIDATED) return List.of();
    Story story = credentials.story();
    return switch (story.making()) {
      case FULLY_AI, AI_EDITED -> List.of(sign(credentials, story.manifest().orElseThrow(), story.action(), story.making() == Making.FULLY_AI));
      case NOTHING, CAPTURED, OTHER -> byName(credentials).map(List::of).orElse(List.of());
    };
  }

  /// No source type says AI, but a program that does nothing else says that it created the picture (Bing in 2024).
  private static Optional<Signature> byName(Credentials credentials) {
    for (Manifest manifest : credentials.story().chain()) {
      for (Action action : manifest.actions()) {
        if (!action.action().equals("c2pa.created") || action.sourceType().isPresent()) continue;
        boolean ai = known(action.softwareAgent()).or(() -> known(manifest.generator())).filter(Known::alwaysAi).isPresent()
            || action.description().toLowerCase(Locale.ROOT).startsWith("ai generated");
        if (ai) return Optional.of(sign(credentials, manifest, Optional.of(action), true));
      }
    }
    return Optional.empty();
  }

  private static Signature sign(Credentials credentials, Manifest manifest, Optional<Action> action, boolean whole) {
    String tool = name(manifest, action, whole);
    String agent = action.map(Action::softwareAgent).orElse("");
    String model = manifest.declared().map(Manifest.Declared::model).filter(m -> !m.isEmpty())
        .orElseGet(() -> agent.equals(tool) ? "" : (agent + " " + action.map(Action::agentVersion).orElse("")).strip());
    String signer = manifest.signer().map(s -> s + " (unverified)").orElse("");
    return new Signature(tool, Kind.C2PA_CLAIM, Place.credentials(credentials.carrier()), whole ? Weight.UNDECIDED : Weight.EDITED,
        Recipe.UNKNOWN.model(cut(model)), false, signer);
  }

  /// Agent first: an editor's manifest names the model that did the step. Then the description, the claim generator, and
  /// last the organisation that signed.
  private static String name(Manifest manifest, Optional<Action> action, boolean whole) {
    String agent = action.map(Action::softwareAgent).orElse("");
    List<String> texts = new ArrayList<>(List.of(agent, action.map(Action::description).orElse(""), manifest.generator()));
    manifest.signer().ifPresent(s -> texts.add(s.toString()));
    for (String text : texts) {
      Optional<Known> known = known(text);
      if (known.isPresent()) return known.get().tool();
      if (text.toLowerCase(Locale.ROOT).contains("google")) return whole ? "Google Gemini" : "Google AI (Gemini / Imagen)";
      String editors = whole ? "" : SourceTypeLabel.editorsAi(text.replace('_', ' '));
      if (!editors.isEmpty()) return editors;
      if (text == agent && !agent.isBlank()) return cut(agent); // nobody we know, but it says its name
    }
    String generator = cut(manifest.generator());
    if (!generator.isBlank()) return generator;
    return Signature.UNKNOWN_TOOL + "C2PA " + action.flatMap(Action::sourceType).map(t -> cut(t.term())).orElse("claim") + ")";
  }

  private static Optional<Known> known(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.isBlank()) return Optional.empty();
    return KNOWN.stream().filter(k -> Arrays.stream(k.words()).anyMatch(word -> containsWord(lower, word))).findFirst();
  }

  /// As a word of its own: "climbing" is not Bing.
  private static boolean containsWord(String text, String word) {
    for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      int end = at + word.length();
      if ((at == 0 || !Character.isLetter(text.charAt(at - 1))) && (end == text.length() || !Character.isLetter(text.charAt(end)))) return true;
    }
    return false;
  }

  /// Claims are a stranger's text: short, one line.
  private static String cut(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ").strip();
    return line.length() <= NAME_MAX ? line : line.substring(0, NAME_MAX);
  }
}
