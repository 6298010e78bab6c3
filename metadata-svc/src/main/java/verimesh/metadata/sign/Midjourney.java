package verimesh.metadata.sign;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import verimesh.metadata.c2pa.SourceType;
import verimesh.metadata.sign.Words.Saying;

/// Midjourney: a description that ends in options and `Job ID: <uuid>`; in XMP the same id as `DigImageGUID` beside an AI
/// source type.
final class Midjourney implements Recogniser {
  private static final String NAME = "Midjourney";
  private static final String JOB = "Job ID: ";
  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern VERSION = Pattern.compile("--(v|version|niji)\\s{1,4}([0-9][0-9.]{0,8})");

  @Override
  public List<Signature> find(Words words) {
    List<Signature> found = new ArrayList<>();
    Optional<Saying> chunk = words.named("Description", "ImageDescription").filter(s -> isJob(s.text())).findFirst();
    chunk.ifPresent(s -> found.add(Signature.record(NAME, s.place(), recipe(s.text()))));
    if (chunk.isEmpty()) {
      words.xmp().all(Xmp.DUBLIN_CORE, "description").filter(Midjourney::isJob).findFirst()
          .ifPresent(text -> found.add(Signature.record(NAME, Place.xmp(words.xmp().carrier(), "description"), recipe(text))));
    }
    if (found.isEmpty() && identified(words)) {
      found.add(Signature.label(NAME, Kind.VENDOR_MARK, Place.xmp(words.xmp().carrier(), "DigImageGUID"), Weight.DECLARED));
    }
    return found;
  }

  /// A bare UUID as image id together with `trainedAlgorithmicMedia`, and nobody's name beside it.
  private static boolean identified(Words words) {
    boolean guid = words.xmp().all(Xmp.IPTC_EXTENSION, "DigImageGUID").anyMatch(id -> UUID.matcher(id.strip()).matches());
    boolean ai = SourceTypeLabel.of(words.xmp()).anyMatch(t -> t.meaning() == SourceType.Meaning.FULLY_AI);
    boolean named = words.xmp().first(Xmp.BASIC, "CreatorTool").isPresent() || words.xmp().first(Xmp.PHOTOSHOP, "Credit").isPresent()
        || words.xmp().first(Xmp.IPTC_EXTENSION, "AISystemUsed").isPresent();
    return guid && ai && !named;
  }

  private static boolean isJob(String text) {
    int at = text.lastIndexOf(JOB);
    if (at < 0 || !text.startsWith("--") && !text.substring(0, at).contains(" --")) return false;
    int id = at + JOB.length();
    return text.length() >= id + 36 && UUID.matcher(text.substring(id, id + 36)).matches();
  }

  private static Recipe recipe(String text) {
    String asked = text.substring(0, text.lastIndexOf(JOB)).strip();
    int options = asked.indexOf(" --");
    Matcher version = VERSION.matcher(asked);
    String number = version.find() ? (version.group(1).equals("niji") ? "niji " : "") + version.group(2) : "";
    return new Recipe(number, "", options < 0 ? asked : asked.substring(0, options), "", "", options < 0 ? Map.of() : Map.of("options", asked.substring(options + 1)));
  }
}
