package verimesh.metadata.exif;

import static verimesh.metadata.read.ExifRecord.Ifd.EXIF;
import static verimesh.metadata.read.ExifRecord.Ifd.IFD0;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import verimesh.metadata.read.ExifRecord;

/// Words in EXIF that no camera writes: a generator's name or its settings where a camera puts its own.
///
/// It names no tool; it only says that the block is not a camera's alone. Captions are not looked at: people type them.
final class ForeignText {
  /// The settings line of the A1111 grammar (METADATA.md §3): `Steps:` and one of the others.
  private static final Pattern SETTINGS = Pattern.compile("(?:^|[\\n,]) ?Steps: \\d{1,9},.{0,400}?(?:Sampler|Seed|CFG scale): ", Pattern.DOTALL);
  private static final Pattern GRAPH_KEY = Pattern.compile(
      "\"(?:class_type|last_node_id|sui_image_params|mflux_version|use_stable_diffusion_model|invokeai_metadata|aigc_info|AIGC|base_model|signed_hash)\"\\s{0,8}:");
  private static final Pattern XAI_SIGNATURE = Pattern.compile("Signature: [A-Za-z0-9+/=]{64,}");
  /// Only the beginning is looked at: a graph names its nodes at once, and the settings line has its limits.
  private static final int CHARACTERS = 64 << 10;

  private ForeignText() {}

  /// Whether Make or Model is a generator's name or storage, so that neither names a camera.
  static boolean isForeignName(Capture capture) {
    return isForeign(capture.make()) || isForeign(capture.model());
  }

  /// @return which tag holds it, empty if none does
  static Optional<String> find(ExifRecord exif, Capture capture) {
    if (isForeign(capture.make())) {
      return Optional.of("Make");
    }
    if (isForeign(capture.model())) {
      return Optional.of("Model");
    }
    if (Brands.isGenerator(capture.software())) {
      return Optional.of("Software");
    }
    if (exif.userComment().filter(ForeignText::isSettings).isPresent()) {
      return Optional.of("UserComment");
    }
    boolean described = Stream.of(Tags.IMAGE_DESCRIPTION, Tags.XP_COMMENT)
        .flatMap(tag -> exif.firstText(tag, IFD0, EXIF).stream()).anyMatch(ForeignText::isSettings);
    return described ? Optional.of("ImageDescription") : Optional.empty();
  }

  private static boolean isForeign(String name) {
    return isStorage(name) || Brands.isGenerator(name);
  }

  /// `prompt:{...}`, `Workflow: {...}`: ComfyUI uses Make and Model as storage (METADATA.md §4).
  private static boolean isStorage(String name) {
    String start = name.substring(0, Math.min(name.length(), 16)).toLowerCase(Locale.ROOT);
    return start.startsWith("prompt:") || start.startsWith("workflow:") || start.startsWith("{");
  }

  private static boolean isSettings(String text) {
    String t = text.length() > CHARACTERS ? text.substring(0, CHARACTERS) : text;
    return SETTINGS.matcher(t).find() || GRAPH_KEY.matcher(t).find() || XAI_SIGNATURE.matcher(t).find();
  }
}
