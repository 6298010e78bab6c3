package verimesh.metadata.read;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Decodes the text of files by what the bytes are, not by what a specification says they should be (METADATA.md §1).
final class TextDecoding {
  private TextDecoding() {}

  /// `tEXt` is latin-1 by its specification, yet tools write UTF-8 into it: if the bytes are valid UTF-8 they are read
  /// so, else as latin-1. Trailing NULs go.
  static String utf8OrLatin1(Slice text) {
    Slice t = withoutTrailingNuls(text);
    if (isAscii(t)) {
      return t.latin1();
    }
    return utf8(t).orElseGet(t::latin1);
  }

  /// Strict UTF-8; a sequence cut off at the very end is dropped, since a truncated file cuts where it likes.
  static Optional<String> utf8(Slice t) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer out = CharBuffer.allocate(t.length());
    boolean sound = decoder.decode(ByteBuffer.wrap(t.bytes(), t.from(), t.length()), out, false).isUnderflow();
    return sound ? Optional.of(out.flip().toString()) : Optional.empty();
  }

  /// UTF-8 where it is promised, with U+FFFD for what is not.
  static String utf8Lenient(Slice text) {
    Slice t = withoutTrailingNuls(text);
    return new String(t.bytes(), t.from(), t.length(), StandardCharsets.UTF_8);
  }

  static boolean isAscii(Slice t) {
    int end = t.from() + t.length();
    byte or = 0;
    for (int i = t.from(); i < end; i++) {
      or |= t.bytes()[i];
    }
    return or >= 0;
  }

  static Slice withoutTrailingNuls(Slice t) {
    int end = t.length();
    while (end > 0 && t.bytes()[t.from() + end - 1] == 0) {
      end--;
    }
    return t.clip(0, end);
  }
}
