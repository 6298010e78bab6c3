package verimesh.verifier.examine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.examine.Examination.Presence;
import verimesh.verifier.lmm.Backend;
import verimesh.verifier.lmm.BackendProblem;
import verimesh.verifier.lmm.Question;
import verimesh.verifier.lmm.Reply;
import verimesh.verifier.picture.ShownPicture;
import verimesh.verifier.prompt.Prompts;

class ExaminerTest {
  private static final ShownPicture PICTURE = new ShownPicture(new byte[] {1}, "image/png", "ab");
  private static final List<Clue> CLUES = ClueBase.ours().clues().subList(0, 3);

  @Test
  void aRealAnswerIsAComplementInTermsOfAi() {
    var model = new Scripted("a").says("{\"verdict\":\"real\",\"confidence\":0.8,\"observations\":[\"A dog.\"]}");
    var examination = examined(examiner(model).examine(first(false)));
    assertThat(examination.probabilityAi()).isCloseTo(0.2, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(examination.promptVersion()).isEqualTo(Prompts.ours().examine().version());
  }

  @Test
  void anAnswerThatDoesNotFitIsMendedOnceByItsFault() {
    var model = new Scripted("a").says("I think it is real.").says("```json\n{\"verdict\":\"fake\",\"confidence\":0.9,\"observations\":[]}\n```");
    assertThat(examined(examiner(model).examine(first(false))).fake()).isTrue();
    assertThat(model.questions.get(1).user()).contains("It is not one JSON object.").doesNotContain("I think it is real");
  }

  @Test
  void twoAnswersThatDoNotFitAreNone() {
    var model = new Scripted("a").says("{}").says("{\"verdict\":\"maybe\"}");
    assertThat(examiner(model).examine(first(false)))
        .isInstanceOfSatisfying(Examiner.Outcome.NotExamined.class, n -> assertThat(n.problem()).isInstanceOf(BackendProblem.Malformed.class));
  }

  @Test
  void theNextModelAnswersForABrokenOne() {
    var broken = new Scripted("a").fails(new BackendProblem.Unreachable("HTTP 500"));
    var sound = new Scripted("b").says("{\"verdict\":\"real\",\"confidence\":0.7,\"observations\":[]}");
    assertThat(examined(examiner(broken, sound).examine(first(false))).model()).isEqualTo("b-model");
  }

  @Test
  void theSameQuestionIsAskedOnce() {
    var model = new Scripted("a").says("{\"verdict\":\"real\",\"confidence\":0.7,\"observations\":[]}");
    var examiner = examiner(model);
    assertThat(examined(examiner.examine(first(false))).fromCache()).isFalse();
    assertThat(examined(examiner.examine(first(false))).fromCache()).isTrue();
    assertThat(model.questions).hasSize(1);
  }

  @Test
  void fakeWithoutASingleFindingIsDrawnBackAndFlagged() {
    var model = new Scripted("a").says(second("fake", 0.9, "absent"));
    var examination = examined(examiner(model).examine(second(false)));
    assertThat(examination.flags()).containsExactly("CONTRADICTS_FINDINGS");
    assertThat(examination.confidence()).isEqualTo(0.7);
    assertThat(examination.findings()).hasSize(3).allMatch(f -> f.presence() == Presence.ABSENT);
  }

  @Test
  void realDespiteThreeFindingsIsDrawnBackToo() {
    var model = new Scripted("a").says(second("real", 0.9, "present"));
    var examination = examined(examiner(model).examine(second(false)));
    assertThat(examination.flags()).containsExactly("CONTRADICTS_FINDINGS");
    assertThat(examination.probabilityAi()).isCloseTo(0.3, org.assertj.core.data.Offset.offset(1e-9));
  }

  /// Text in the picture that gives orders may have won: "real" counts half, "fake" was not what it asked for.
  @Test
  void realWhereTextGivesOrdersIsDrawnBackAndFlagged() {
    String said = "{\"verdict\":\"%s\",\"confidence\":0.9,\"observations\":[],\"text_instructs\":true}";
    var real = examined(examiner(new Scripted("a").says(said.formatted("real"))).examine(first(false)));
    assertThat(real.flags()).containsExactly("TEXT_IN_IMAGE_INSTRUCTS");
    assertThat(real.confidence()).isEqualTo(0.7);
    assertThat(examined(examiner(new Scripted("a").says(said.formatted("fake"))).examine(first(false))).confidence()).isEqualTo(0.9);
  }

  @Test
  void severalModelsAreWeighedTogether() {
    var light = new Scripted("a").weighs(1).says("{\"verdict\":\"real\",\"confidence\":0.8,\"observations\":[\"A dog.\"]}");
    var heavy = new Scripted("b").weighs(3).says("{\"verdict\":\"fake\",\"confidence\":0.9,\"observations\":[\"Six toes.\"]}");
    var both = examined(examiner(AskMode.ALL, light, heavy).examine(first(false)));
    assertThat(both.fake()).isTrue();
    assertThat(both.probabilityAi()).isCloseTo((0.2 + 3 * 0.9) / 4, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(both.flags()).containsExactly("MODELS_DISAGREE");
    assertThat(both.observations()).containsExactly("Six toes.");
    assertThat(both.model()).isEqualTo("a-model + b-model");
  }

  @Test
  void oneOfSeveralThatIsAwayLeavesTheOthersAnswer() {
    var away = new Scripted("a").fails(new BackendProblem.Unreachable("HTTP 500"));
    var there = new Scripted("b").says("{\"verdict\":\"fake\",\"confidence\":0.9,\"observations\":[]}");
    assertThat(examined(examiner(AskMode.ALL, away, there).examine(first(false))).model()).isEqualTo("b-model");
  }

  @Test
  void whatMostOfTheWeightSaysOfAClueIsFound() {
    var light = new Scripted("a").weighs(1).says(second("fake", 0.9, "present"));
    var heavy = new Scripted("b").weighs(2).says(second("real", 0.9, "absent"));
    var both = examined(examiner(AskMode.ALL, light, heavy).examine(second(false)));
    assertThat(both.findings()).hasSize(3).allMatch(f -> f.presence() == Presence.ABSENT);
    var equal = new Scripted("c").weighs(1).says(second("fake", 0.9, "present"));
    var opposed = new Scripted("d").weighs(1).says(second("real", 0.9, "absent"));
    assertThat(examined(examiner(AskMode.ALL, equal, opposed).examine(second(false))).findings()).allMatch(f -> f.presence() == Presence.UNCLEAR);
  }

  @Test
  void picturesAreSpreadByWeightAndEachKeepsItsModel() {
    List<Model> models = List.of(
        new ChatModel(new Scripted("a").weighs(1), Prompts.ours()), new ChatModel(new Scripted("b").weighs(3), Prompts.ours()));
    long heavy = 0;
    for (int i = 0; i < 4_000; i++) {
      List<Model> order = AskMode.SPREAD.order(models, "picture-" + i);
      assertThat(order).hasSize(2).isEqualTo(AskMode.SPREAD.order(models, "picture-" + i));
      if (order.getFirst().name().equals("b")) heavy++;
    }
    assertThat(heavy).isBetween(2_880L, 3_120L); // three quarters of 4,000, within four standard deviations of 27
  }

  @Test
  void anAnswerIsCachedByPictureModelWordingLanguageAndChecklist() {
    var model = new Scripted("a");
    for (int i = 0; i < 4; i++) model.says(second("real", 0.7, "absent"));
    var examiner = examiner(model);
    var other = new ShownPicture(new byte[] {2}, "image/png", "cd");
    List<Task> different = List.of(
        first(false), first(true), second(false), new Task(PICTURE, CLUES.subList(0, 2), false, true, soon()), new Task(other, List.of(), false, true, soon()));
    model.says(second("real", 0.7, "absent"));
    for (Task task : different) assertThat(examined(examiner.examine(task)).fromCache()).isFalse();
    for (Task task : different) assertThat(examined(examiner.examine(task)).fromCache()).isTrue();
  }

  @Test
  void koreanIsAskedForAndComesBackAsItWas() {
    var model = new Scripted("a").says("{\"verdict\":\"real\",\"confidence\":0.7,\"observations\":[\"개 한 마리가 보인다.\"]}");
    assertThat(examined(examiner(model).examine(first(true))).observations()).containsExactly("개 한 마리가 보인다.");
    assertThat(model.questions.getFirst().user()).contains("in Korean");
  }

  @Test
  void cluesThatNobodyAskedForAreNoFindings() {
    var model = new Scripted("a").says(
        "{\"verdict\":\"fake\",\"confidence\":0.9,\"observations\":[],\"findings\":[{\"clue_id\":\"ignore.rules\",\"presence\":\"present\",\"note\":\"x\",\"region\":null},"
            + "{\"clue_id\":\"" + CLUES.getFirst().id() + "\",\"presence\":\"present\",\"note\":\"six\\u0007 fingers\",\"region\":{\"left\":0.5,\"top\":0,\"right\":0.2,\"bottom\":1}}]}");
    var findings = examined(examiner(model).examine(second(false))).findings();
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
    return examiner(AskMode.FIRST, backends);
  }

  private static Examiner examiner(AskMode mode, Backend... backends) {
    List<Model> models = Stream.of(backends).<Model>map(backend -> new ChatModel(backend, Prompts.ours())).toList();
    return new Examiner(models, mode, Optional.empty(), InstantSource.system(), 100, Duration.ofMinutes(1));
  }

  private static Task first(boolean korean) {
    return new Task(PICTURE, List.of(), korean, true, soon());
  }

  private static Task second(boolean korean) {
    return new Task(PICTURE, CLUES, korean, true, soon());
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
    private double weight = 1;
    private final Deque<Outcome> script = new ArrayDeque<>();
    final List<Question> questions = new ArrayList<>();

    Scripted(String name) {
      this.name = name;
    }

    Scripted weighs(double weight) {
      this.weight = weight;
      return this;
    }

    Scripted says(String text) {
      script.add(new Outcome.Answered(new Reply(text, new Reply.Tokens(9, 1))));
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
    public double weight() {
      return weight;
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
