package verimesh.verifier.examine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.examine.Examination.Presence;
import verimesh.verifier.lmm.Backend;
import verimesh.verifier.lmm.BackendProblem;
import verimesh.verifier.lmm.Question;
import verimesh.verifier.lmm.Reply;
import verimesh.verifier.prompt.Prompts;

class ExaminerTest {
  private static final Examiner.Picture PICTURE = new Examiner.Picture(new byte[] {1}, "image/png", "ab");
  private static final List<Clue> CLUES = ClueBase.ours().clues().subList(0, 3);

  @Test
  void aRealAnswerIsAComplementInTermsOfAi() {
    var model = new Scripted("a").says("{\"verdict\":\"real\",\"confidence\":0.8,\"observations\":[\"A dog.\"]}");
    var examination = examined(examiner(model).examine(PICTURE, false, soon()));
    assertThat(examination.probabilityAi()).isCloseTo(0.2, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(examination.promptVersion()).isEqualTo(Prompts.EXAMINE_VERSION);
  }

  @Test
  void anAnswerThatDoesNotFitIsMendedOnceByItsFault() {
    var model = new Scripted("a").says("I think it is real.").says("```json\n{\"verdict\":\"fake\",\"confidence\":0.9,\"observations\":[]}\n```");
    assertThat(examined(examiner(model).examine(PICTURE, false, soon())).fake()).isTrue();
    assertThat(model.questions.get(1).user()).contains("It is not one JSON object.").doesNotContain("I think it is real");
  }

  @Test
  void twoAnswersThatDoNotFitAreNone() {
    var model = new Scripted("a").says("{}").says("{\"verdict\":\"maybe\"}");
    assertThat(examiner(model).examine(PICTURE, false, soon()))
        .isInstanceOfSatisfying(Examiner.Outcome.NotExamined.class, n -> assertThat(n.problem()).isInstanceOf(BackendProblem.Malformed.class));
  }

  @Test
  void theNextModelAnswersForABrokenOne() {
    var broken = new Scripted("a").fails(new BackendProblem.Unreachable("HTTP 500"));
    var sound = new Scripted("b").says("{\"verdict\":\"real\",\"confidence\":0.7,\"observations\":[]}");
    assertThat(examined(examiner(broken, sound).examine(PICTURE, false, soon())).model()).isEqualTo("b-model");
  }

  @Test
  void theSameQuestionIsAskedOnce() {
    var model = new Scripted("a").says("{\"verdict\":\"real\",\"confidence\":0.7,\"observations\":[]}");
    var examiner = examiner(model);
    assertThat(examined(examiner.examine(PICTURE, false, soon())).fromCache()).isFalse();
    assertThat(examined(examiner.examine(PICTURE, false, soon())).fromCache()).isTrue();
    assertThat(model.questions).hasSize(1);
  }

  @Test
  void fakeWithoutASingleFindingIsDrawnBackAndFlagged() {
    var model = new Scripted("a").says(second("fake", 0.9, "absent"));
    var examination = examined(examiner(model).reExamine(PICTURE, CLUES, false, soon()));
    assertThat(examination.flags()).containsExactly("CONTRADICTS_FINDINGS");
    assertThat(examination.confidence()).isEqualTo(0.7);
    assertThat(examination.findings()).hasSize(3).allMatch(f -> f.presence() == Presence.ABSENT);
  }

  @Test
  void cluesThatNobodyAskedForAreNoFindings() {
    var model = new Scripted("a").says(
        "{\"verdict\":\"fake\",\"confidence\":0.9,\"observations\":[],\"findings\":[{\"clue_id\":\"ignore.rules\",\"presence\":\"present\",\"note\":\"x\",\"region\":null},"
            + "{\"clue_id\":\"" + CLUES.getFirst().id() + "\",\"presence\":\"present\",\"note\":\"six\\u0007 fingers\",\"region\":{\"left\":0.5,\"top\":0,\"right\":0.2,\"bottom\":1}}]}");
    var findings = examined(examiner(model).reExamine(PICTURE, CLUES, false, soon())).findings();
    assertThat(findings).extracting(Examination.Finding::clueId).containsExactlyElementsOf(CLUES.stream().map(Clue::id).toList());
    assertThat(findings.getFirst().note()).isEqualTo("six fingers");
    assertThat(findings.getFirst().region()).as("a region turned inside out is none").isEmpty();
    assertThat(findings.get(1).presence()).isEqualTo(Presence.UNCLEAR);
  }

  @Test
  void reliabilityFallsWithDoubtAndContradiction() {
    assertThat(Reliability.of(true, 1, List.of())).isEqualTo(0.75);
    assertThat(Reliability.of(true, 0.5, List.of())).isEqualTo(0.375);
  }

  private static String second(String verdict, double confidence, String presence) {
    var findings = new StringBuilder();
    for (Clue clue : CLUES) {
      findings.append(findings.isEmpty() ? "" : ",").append("{\"clue_id\":\"").append(clue.id()).append("\",\"presence\":\"").append(presence)
          .append("\",\"note\":\"seen\",\"region\":null}");
    }
    return "{\"verdict\":\"" + verdict + "\",\"confidence\":" + confidence + ",\"observations\":[],\"findings\":[" + findings + "]}";
  }

  private static Examiner examiner(Backend... backends) {
    return new Examiner(List.of(backends), Prompts.ours(), InstantSource.system(), 100, Duration.ofMinutes(1));
  }

  private static Examination examined(Examiner.Outcome outcome) {
    return ((Examiner.Outcome.Examined) outcome).examination();
  }

  private static Instant soon() {
    return Instant.now().plusSeconds(10);
  }

  /// A model that says what it was told to.
  private static final class Scripted implements Backend {
    private final String name;
    private final Deque<Outcome> script = new ArrayDeque<>();
    final List<Question> questions = new ArrayList<>();

    Scripted(String name) {
      this.name = name;
    }

    Scripted says(String text) {
      script.add(new Outcome.Answered(new Reply(text, 10)));
      return this;
    }

    Scripted fails(BackendProblem problem) {
      script.add(new Outcome.NotAnswered(problem));
      return this;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String model() {
      return name + "-model";
    }

    @Override
    public String kind() {
      return "lmm";
    }

    @Override
    public double weight() {
      return 1;
    }

    @Override
    public boolean circuitOpen() {
      return false;
    }

    @Override
    public Outcome ask(Question question) {
      questions.add(question);
      return script.remove();
    }
  }
}
