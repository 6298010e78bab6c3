package verimesh.metadata.exif;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Who makes cameras, and what never is one (METADATA.md §11, §14).
final class Brands {
  /// The published list: lower case, looked for anywhere in Make and Model.
  private static final List<String> KNOWN = List.of("canon", "nikon", "sony", "fuji", "olympus", "om digital", "panasonic", "leica", "pentax", "ricoh",
      "casio", "kodak", "samsung", "apple", "google", "huawei", "honor", "xiaomi", "minolta", "konica", "sanyo", "epson", "seiko", "hp", "hewlett",
      "toshiba", "nokia", "motorola", "lg", "htc", "blackberry", "research in motion", "sigma", "hasselblad", "phase one", "mamiya", "leaf", "gopro",
      "dji", "insta360", "parrot", "agfa", "jvc", "oneplus", "oppo", "vivo", "realme", "meizu", "zte", "alcatel", "acer", "asus", "lenovo", "medion",
      "traveler", "benq", "polaroid", "kyocera", "vivitar", "rollei", "general imaging", "skanhex", "premier", "concord", "microsoft", "palm");

  /// Games with a photo mode write full exposure data: their makers are no camera makers.
  private static final List<String> GAMES = List.of("polyphony digital", "gran turismo", "rockstar games", "turn 10", "playground games", "forza ",
      "cd projekt", "ubisoft", "electronic arts", "linden lab", "second life", "vrchat", "insomniac", "naughty dog", "guerrilla games", "kojima productions",
      "unreal engine", "unity technologies", "nvidia ansel", "playstation", "xbox");

  /// Marks in Make, Model or Software of programs that make pictures. Whole words; "Google AI" is not "Google".
  private static final List<String> GENERATORS = List.of("ideogram", "midjourney", "stable diffusion", "stability ai", "novelai", "openai", "dall-e", "dall·e",
      "dalle", "chatgpt", "gpt-image", "comfyui", "invokeai", "fooocus", "ruinedfooocus", "automatic1111", "leonardo ai", "leonardo.ai", "nightcafe",
      "playground ai", "recraft", "krea ai", "craiyon", "bing image creator", "image creator from designer", "google ai", "google gemini", "google imagen",
      "grok", "xai", "luma ai", "black forest labs", "seedream", "jimeng", "doubao", "dreamina", "adobe firefly", "artbot", "swarmui", "draw things", "mflux",
      "easy diffusion", "sd.next", "tensor.art", "civitai", "hunyuan", "kling ai", "freepik ai", "ai generated", "ai-generated", "meta ai");

  /// Makers that are not each other, by the words that only one of them uses in Make or Model.
  private static final Map<String, List<String>> APART = Map.of(
      "canon", List.of("canon", "powershot", "ixus", "eos"),
      "nikon", List.of("nikon", "coolpix"),
      "sony", List.of("sony", "cybershot", "ilce", "dsc", "slt", "dslr-a"),
      "fujifilm", List.of("fujifilm", "finepix"),
      "olympus", List.of("olympus"),
      "panasonic", List.of("panasonic", "dmc", "lumix"),
      "apple", List.of("apple", "iphone", "ipad"),
      "google", List.of("google", "pixel"),
      "casio", List.of("casio"),
      "hasselblad", List.of("hasselblad"));

  /// How a maker note begins, for the makers in [#APART] whose notes name themselves.
  private static final Map<String, String> NOTE_BEGINS = Map.of("Nikon\0", "nikon", "SONY ", "sony", "FUJIFILM", "fujifilm", "OLYMP\0", "olympus",
      "OLYMPUS\0", "olympus", "Panasonic\0", "panasonic", "Apple iOS\0", "apple", "QVC\0", "casio");

  /// Makers whose cameras write a maker note into every original seen.
  private static final List<String> ALWAYS_WITH_NOTE = List.of("canon", "nikon", "olympus", "panasonic", "casio", "ricoh");

  private Brands() {}

  static boolean isKnown(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return KNOWN.stream().anyMatch(lower::contains);
  }

  static boolean isGame(String text) {
    String lower = text.toLowerCase(Locale.ROOT) + " ";
    return GAMES.stream().anyMatch(lower::contains);
  }

  static boolean isGenerator(String text) {
    String lower = text.toLowerCase(Locale.ROOT).strip();
    return lower.equals("ai") || GENERATORS.stream().anyMatch(g -> hasWord(lower, g));
  }

  static boolean alwaysWritesMakerNote(String make) {
    String lower = make.toLowerCase(Locale.ROOT);
    return ALWAYS_WITH_NOTE.stream().anyMatch(lower::contains);
  }

  /// The maker among those that are kept apart, empty for others and where two are named.
  static Optional<String> maker(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    List<String> named = APART.entrySet().stream().filter(e -> e.getValue().stream().anyMatch(w -> hasWord(lower, w))).map(Map.Entry::getKey).toList();
    return named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
  }

  /// Whose format a maker note has, where its beginning says so.
  static Optional<String> makerOfNote(byte[] note) {
    return NOTE_BEGINS.entrySet().stream().filter(e -> begins(note, e.getKey())).map(Map.Entry::getValue).findFirst();
  }

  private static boolean begins(byte[] note, String latin1) {
    if (note.length < latin1.length()) {
      return false;
    }
    for (int i = 0; i < latin1.length(); i++) {
      if ((note[i] & 0xff) != latin1.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// Whether a word stands in a text with no letter or digit right beside it.
  static boolean hasWord(String lower, String word) {
    for (int at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) {
      int end = at + word.length();
      boolean starts = at == 0 || !Character.isLetterOrDigit(lower.charAt(at - 1));
      boolean ends = end == lower.length() || !Character.isLetterOrDigit(lower.charAt(end));
      if (starts && ends) {
        return true;
      }
    }
    return false;
  }
}
