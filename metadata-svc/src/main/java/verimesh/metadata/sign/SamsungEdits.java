package verimesh.metadata.sign;

import java.nio.charset.StandardCharsets;
import java.util.List;
import verimesh.metadata.read.FileRecord.SamsungBlock;

/// Samsung's gallery keeps re-edit data behind the picture; a `genAIType` other than 0 says that a generative tool took
/// part. 0 is an ordinary edit.
final class SamsungEdits implements Recogniser {
  private static final int BLOCK_BYTES_MAX = 1 << 20;

  @Override
  public List<Signature> find(Words words) {
    return words.samsung().stream().filter(b -> b.name().startsWith("PhotoEditor_Re_Edit") || b.name().equals("PEg_Info")).filter(SamsungEdits::generative).findFirst()
        .map(b -> List.of(Signature.label("Samsung Galaxy AI", Kind.VENDOR_MARK, new Place("JPEG trailer SEF " + b.name(), "Samsung trailer block '" + b.name() + "'"), Weight.EDITED)))
        .orElse(List.of());
  }

  private static boolean generative(SamsungBlock block) {
    String text = new String(block.data(), 0, Math.min(block.data().length, BLOCK_BYTES_MAX), StandardCharsets.UTF_8);
    int at = text.indexOf("\"genAIType\"");
    if (at < 0) return false;
    int value = text.indexOf(':', at) + 1;
    if (value == 0) return false;
    while (value < text.length() && (Character.isWhitespace(text.charAt(value)) || text.charAt(value) == '"')) value++;
    if (value < text.length() && text.charAt(value) == '-') value++;
    int number = 0;
    while (value < text.length() && Character.isDigit(text.charAt(value)) && number < 100_000) number = number * 10 + text.charAt(value++) - '0';
    return number != 0;
  }
}
