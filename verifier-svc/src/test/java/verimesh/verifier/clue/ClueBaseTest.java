package verimesh.verifier.clue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClueBaseTest {
  private static final Clue.Words WORDS = new Clue.Words("seen", "there", "nature");

  @Test
  void everyClueIsWholeInBothLanguages() {
    ClueBase base = ClueBase.ours();
    assertThat(base.clues()).hasSizeGreaterThanOrEqualTo(200);
    for (Clue clue : base.clues()) {
      assertThat(clue.korean().text()).as(clue.id()).containsPattern("\\p{IsHangul}");
      assertThat(clue.english().text()).as(clue.id()).doesNotContainPattern("\\p{IsHangul}").endsWith(".");
    }
  }

  @Test
  void noTwoCluesShareAnId() {
    Clue clue = new Clue("hands.nails", "hands", WORDS, WORDS);
    assertThatThrownBy(() -> new ClueBase(List.of(clue, clue))).hasMessageContaining("hands.nails");
  }

  @Test
  void anIdNamesItsCategory() {
    assertThatThrownBy(() -> new Clue("hands.nails", "eyes", WORDS, WORDS)).hasMessageContaining("hands.nails");
    assertThatThrownBy(() -> new Clue("Hands Nails", "hands", WORDS, WORDS)).hasMessageContaining("clue id");
  }
}
