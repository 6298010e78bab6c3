package verimesh.metadata.sign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import verimesh.metadata.sign.Words.Saying;

/// Names of generators in the fields where a program puts its own name: Make, Software, Source, CreatorTool. Never in
/// captions, titles or keywords. Programs that can do AI among much else (Photoshop, Canva, Topaz) are not in the list:
/// their name says nothing of this picture.
final class ProgramNames implements Recogniser {
  private static final Map<String, String> NAMES = names();

  @Override
  public List<Signature> find(Words words) {
    List<Signature> found = new ArrayList<>();
    // NovelAI keeps its model in Source ("Stable Diffusion 1D44365E"), which is no second program.
    boolean sourceIsModel = words.text("Software").startsWith(NovelAi.NAME);
    for (Saying saying : words.named("Make", "Software", sourceIsModel ? "Make" : "Source", "Creator Tool", "Generator").toList()) add(saying.text(), saying.place(), found);
    words.xmp().all(Xmp.BASIC, "CreatorTool").forEach(tool -> add(tool, Place.xmp(words.xmp().carrier(), "CreatorTool"), found));
    return found;
  }

  /// The field must begin with the name: "Midjourney" and "Leonardo.Ai 1.2", not "Photo for the Midjourney exhibition".
  private static void add(String field, Place place, List<Signature> found) {
    String value = field.strip().toLowerCase(Locale.ROOT);
    if (value.length() > 100) return;
    for (var name : NAMES.entrySet()) {
      if (!value.startsWith(name.getKey())) continue;
      boolean whole = value.length() == name.getKey().length() || !Character.isLetterOrDigit(value.charAt(name.getKey().length()));
      if (!whole || found.stream().anyMatch(s -> s.tool().equals(name.getValue()))) continue;
      found.add(Signature.label(name.getValue(), Kind.VENDOR_MARK, place, Weight.DECLARED).with(Recipe.UNKNOWN.version(field.strip().substring(name.getKey().length()).strip())));
      return;
    }
  }

  private static Map<String, String> names() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("ideogram ai", "Ideogram");
    names.put("ideogram", "Ideogram");
    names.put("midjourney", "Midjourney");
    names.put("adobe firefly", "Adobe Firefly");
    names.put("dall-e", "OpenAI DALL-E");
    names.put("dall·e", "OpenAI DALL-E");
    names.put("chatgpt", "OpenAI ChatGPT");
    names.put("luma ai", "Luma AI");
    names.put("leonardo.ai", "Leonardo.Ai");
    names.put("leonardo ai", "Leonardo.Ai");
    names.put("nightcafe", "NightCafe");
    names.put("playground ai", "Playground AI");
    names.put("recraft", "Recraft");
    names.put("krea ai", "Krea");
    names.put("krea.ai", "Krea");
    names.put("reve.com", "Reve");
    names.put("craiyon", "Craiyon");
    names.put("dreamstudio", "DreamStudio");
    names.put("stable diffusion", "Stable Diffusion");
    names.put("stable-diffusion", "Stable Diffusion");
    names.put("comfyui", ComfyUi.NAME);
    names.put("invokeai", "InvokeAI");
    names.put("automatic1111", A1111.NAME);
    names.put("apple image playground", "Apple Image Playground");
    names.put("image playground", "Apple Image Playground");
    names.put("artbot", "ArtBot (AI Horde)");
    names.put("fal-ai", "fal.ai");
    names.put("xai grok", "xAI Grok");
    names.put("dreamina", "Dreamina (ByteDance)");
    return names;
  }
}
