package verimesh.metadata.sign;

import java.util.List;
import java.util.regex.Pattern;

/// xAI's Grok: `Signature: <base64>` as ImageDescription or UserComment together with a UUID as Artist. Either alone is
/// nothing. The signature cannot be checked here: its key is not public.
final class Xai implements Recogniser {
  // Both are anchored and without nested repetition, so they cost one pass.
  private static final Pattern SIGNATURE = Pattern.compile("Signature:\\s?[A-Za-z0-9+/=_-]{64,}");
  private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  @Override
  public List<Signature> find(Words words) {
    if (words.named("Artist").noneMatch(s -> UUID.matcher(s.text().strip()).matches())) return List.of();
    return words.named("ImageDescription", "UserComment").filter(s -> SIGNATURE.matcher(s.text().strip()).matches()).findFirst()
        .map(s -> List.of(Signature.label("xAI Grok", Kind.VENDOR_MARK, s.place(), Weight.DECLARED))).orElse(List.of());
  }
}
