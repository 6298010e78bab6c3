package verimesh.verifier.prompt;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One numbered wording of one prompt. Never edited: another wording is another number.
///
/// @param prompt its name, for example `examine`
/// @param number from 1; 0 for one that is only being tried
/// @param text the system text, word by word
public record Wording(String prompt, int number, String text) {
  /// As answers name it: `examine/2`.
  public String version() {
    return prompt + "/" + number;
  }

  /// True if it tells the model about that field of the answer; the schema holds no other fields than the wording.
  boolean knows(String field) {
    return text.contains('"' + field + '"');
  }

  /// Every wording of a prompt that this project has, in the order of their numbers.
  public static List<Wording> all(String prompt) {
    List<Wording> all = new ArrayList<>();
    for (Optional<Wording> next = find(prompt, 1); next.isPresent(); next = find(prompt, all.size() + 1)) all.add(next.get());
    return all;
  }

  private static Optional<Wording> find(String prompt, int number) {
    try (InputStream in = Wording.class.getResourceAsStream("/verimesh/verifier/prompts/" + prompt + "-" + number + ".txt")) {
      return in == null ? Optional.empty() : Optional.of(new Wording(prompt, number, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("a prompt cannot be read", e);
    }
  }
}
