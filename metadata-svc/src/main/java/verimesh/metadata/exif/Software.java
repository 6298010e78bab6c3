package verimesh.metadata.exif;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What kind of program a Software or CreatorTool value names (METADATA.md §12).
enum Software {
  /// Changes pixels for people: processing, not AI.
  EDITOR,
  /// The camera's own: a version, a build id, or a value that contains the model.
  FIRMWARE,
  /// Copies files and leaves its name.
  TRANSFER,
  /// Nothing that is known here, an AI tool perhaps.
  OTHER;

  private static final List<String> TRANSFERS = List.of("nikon transfer", "camedia master", "finepix viewer", "pmb service uploader", "picture motion browser",
      "acd systems digital imaging", "imageingester", "photo mechanic", "zoombrowser", "imagebrowser", "playmemories", "image data converter");

  /// Whole words, lower case.
  private static final List<String> EDITORS = List.of("photoshop", "lightroom", "camera raw", "adobe bridge", "adobe express", "imageready", "adobe illustrator",
      "adobe indesign", "adobe fireworks", "macromedia fireworks", "gimp", "paint.net", "affinity photo", "affinity designer", "affinity", "pixelmator",
      "capture one", "dxo", "on1", "on1 photo raw", "luminar", "skylum", "darktable", "rawtherapee", "digikam", "showfoto", "shotwell", "gthumb", "picasa",
      "acdsee", "irfanview", "libformat", "xnview", "xnviewmp", "faststone", "paintshop", "paint shop", "corel", "coreldraw", "photo-paint", "photoscape",
      "snapseed", "vsco", "picsart", "facetune", "facetune2", "meitu", "canva", "polarr", "photopea", "krita", "inkscape", "windows photo viewer",
      "windows photo editor", "microsoft photos", "windows photos", "photo gallery", "windows live photo gallery", "microsoft windows live", "microsoft paint",
      "quicktime", "imagemagick", "graphicsmagick", "matplotlib", "topaz", "silkypix", "capture nx", "capture nx 2", "capture nx-d", "nx studio", "viewnx",
      "digital photo professional", "aperture", "iphoto", "photomatix", "hugin", "ptgui", "autopano", "photodirector", "zoner", "zoner photo studio", "pixlr",
      "fotor", "befunky", "beautyplus", "b612", "photofiltre", "ulead", "photoimpact", "photoimpression", "arcsoft", "photosuite", "photostudio",
      "nero photosnap", "magix", "movavi", "photolab", "exposure x", "nik collection", "color efex", "silver efex", "analog efex", "prisma", "remini",
      "instagram", "snapchat", "retrica", "afterlight", "lightx", "photoroom", "blender", "sketch", "figma", "procreate", "clip studio paint", "paint tool sai",
      "artrage", "mypaint", "adobe photoshop express", "xara", "imagej", "fiji", "photo editor", "photoeditor");

  /// macOS Photos and Preview write a bare name with a version.
  private static final Pattern APPLE_PROGRAM = Pattern.compile("(?:photos|preview|macos preview|image capture) ?v?\\d[\\d.]*", Pattern.CASE_INSENSITIVE);
  /// A part of a version: `1`, `v113p`, `ver1`, `199571065z`. No nesting of repeats: values are a stranger's.
  private static final Pattern VERSION_PART = Pattern.compile("(?:v|ver|version|fw|rev)?\\d[0-9a-z]{0,30}");
  private static final Set<String> VERSION_WORDS = Set.of("v", "ver", "version", "firmware", "fw", "prm", "rev", "hdr+", "digital", "camera");
  /// Samsung's `J327T1UVS4ASH2`, Android's `QKQ1.190825.002` and `OnePlus3-user 6.0.1 MMB29M 14 release-keys`.
  private static final Pattern BUILD_ID = Pattern.compile(
      "[A-Z]{1,4}[A-Z0-9]*\\d[A-Z0-9]*(?:[._-][A-Z0-9]+)*|.*(?:-user |release-keys|test-keys).*", Pattern.DOTALL);
  private static final Pattern VERSIONED = Pattern.compile("\\bver\\b|\\bversion\\b|\\bv\\d|\\d\\.\\d");
  private static final int MODEL_PART_CHARACTERS_MIN = 3;
  /// No program's name is longer; a whole prompt may stand in its place.
  private static final int VALUE_CHARACTERS_MAX = 256;

  /// @param value as written
  /// @param model the camera's model, empty if none is named
  static Software kind(String value, String model) {
    String lower = value.toLowerCase(Locale.ROOT).strip();
    if (lower.isEmpty() || lower.length() > VALUE_CHARACTERS_MAX) {
      return OTHER;
    }
    if (TRANSFERS.stream().anyMatch(lower::contains)) {
      return TRANSFER;
    }
    if (EDITORS.stream().anyMatch(editor -> Brands.hasWord(lower, editor)) || APPLE_PROGRAM.matcher(lower).matches()) {
      return EDITOR;
    }
    if (containsModel(lower, model) || isVersion(lower) || BUILD_ID.matcher(value.strip()).matches()) {
      return FIRMWARE;
    }
    return OTHER;
  }

  /// The editor in a text that says more than its name, such as `Created with GIMP` or an SVG's generator comment.
  static Optional<String> editorIn(String text) {
    String t = text.strip();
    if (t.length() <= 40 && t.contains("GIMP")) {
      return Optional.of("GIMP"); // "Created with GIMP" in the language of whoever saved it
    }
    String lower = t.toLowerCase(Locale.ROOT);
    for (String lead : List.of("created with ", "generator: ", "made with ", "edited with ", "exported by ")) {
      int at = lower.indexOf(lead);
      if (at >= 0) {
        String named = t.substring(at + lead.length()).lines().findFirst().orElse("").strip();
        if (named.length() <= 128 && kind(named, "") == EDITOR) {
          return Optional.of(named);
        }
      }
    }
    return Optional.empty();
  }

  /// A distinctive part of the model, such as `FinePix1400Zoom`, `Optio S4` or the `J327T1` of `SM-J327T1`.
  private static boolean containsModel(String lower, String model) {
    String squeezed = squeeze(lower);
    String m = model.toLowerCase(Locale.ROOT);
    boolean whole = squeeze(m).length() >= MODEL_PART_CHARACTERS_MIN && squeezed.contains(squeeze(m));
    return whole || Arrays.stream(m.split("[\\s_-]+"))
        .anyMatch(part -> part.length() >= MODEL_PART_CHARACTERS_MIN && part.chars().anyMatch(Character::isDigit) && squeezed.contains(squeeze(part)))
        || Arrays.stream(m.split("\\s+")).filter(part -> part.length() >= 4).filter(squeezed::contains).count() >= 1 && VERSIONED.matcher(lower).find();
  }

  /// `1.00`, `Ver.1.0`, `Version 1.3`, `v321-78`, `V113p-73`, `14.3`, `HDR+ 1.0.199571065z`, `fw 05.15 prm 07.53`.
  private static boolean isVersion(String lower) {
    boolean number = false;
    for (String part : lower.split("[ .,:_-]+")) {
      if (VERSION_PART.matcher(part).matches()) {
        number = true;
      } else if (!part.isEmpty() && !VERSION_WORDS.contains(part)) {
        return false;
      }
    }
    return number;
  }

  private static String squeeze(String s) {
    return s.replaceAll("[^a-z0-9]", "");
  }
}
