package verimesh.verifier.examine;

import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.problem.Problems;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.clue.ClueIndex;
import verimesh.verifier.clue.ClueVectors;
import verimesh.verifier.examine.Examination.Finding;
import verimesh.verifier.examine.Examination.Presence;
import verimesh.verifier.lmm.BackendProblem;

/// An examination without a large multimodal model: each clue against its natural counterpart, by CLIP alone ([Contrast]).
/// Runs wherever CLIP runs, knows nothing of hands or teeth, and says so: its answers are flagged `WEAK_CLIP_CONTRAST`,
/// their confidence never exceeds [#CONFIDENCE_MAX].
///
/// `probability of AI = 0.5 + 0.3 (mean of the clues' p - 0.5)`, our own choice: it leans, it does not decide.
public final class ClipContrast implements Model {
  static final String FLAG = "WEAK_CLIP_CONTRAST";
  static final double CONFIDENCE_MAX = 0.65;
  private static final String VERSION = "clip-contrast/1";
  private static final double LEAN = 0.3;
  private static final double PRESENT_FROM = 0.8;
  private static final double ABSENT_UP_TO = 0.2;
  private static final int CLUES = 8;

  private final String name;
  private final double weight;
  private final Clip clip;
  private final ClueVectors clues;
  private final double floor;

  /// @param floor clues below this cosine are not retrieved
  public ClipContrast(String name, double weight, Clip clip, ClueVectors clues, double floor) {
    this.name = name;
    this.weight = weight;
    this.clip = clip;
    this.clues = clues;
    this.floor = floor;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String model() {
    return "clip-contrast";
  }

  @Override
  public Kind kind() {
    return Kind.CLIP_CONTRAST;
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
  public String promptVersion(boolean secondPass) {
    return VERSION;
  }

  @Override
  public Outcome ask(Task task) {
    try {
      Clip.Embedded picture = clip.embed(task.picture(), task.until());
      ClueIndex index = clues.in(picture.embeddingSpace(), task.until());
      if (!index.embeddingSpace().equals(picture.embeddingSpace())) return no(new BackendProblem.Unreachable("CLIP was exchanged a moment ago"));
      float[] vector = picture.vectors().getFirst();
      return new Outcome.Answered(answer(task, index, vector));
    } catch (StatusRuntimeException e) {
      return no(problem(Problems.of(e)));
    } catch (ProblemException e) {
      return no(problem(e.problem()));
    }
  }

  private Answer answer(Task task, ClueIndex index, float[] picture) {
    List<Clue> checked = task.secondPass() ? task.checklist() : index.nearest(picture, CLUES, floor).stream().map(ClueIndex.Hit::clue).toList();
    List<Finding> findings = new ArrayList<>();
    double sum = 0;
    for (Clue clue : checked) {
      double p = index.texts(clue).map(texts -> Contrast.of(picture, texts)).orElse(0.5);
      sum += p;
      findings.add(finding(clue, p, task.korean()));
    }
    double mean = checked.isEmpty() ? 0.5 : sum / checked.size();
    double ai = 0.5 + LEAN * (mean - 0.5);
    boolean fake = ai > 0.5; // where nothing leans, most pictures are real
    String said = task.korean()
        ? "CLIP만으로 단서 %d개를 자연스러운 설명과 견주었다(평균 %.2f). 약한 근거다."
        : "By CLIP alone, %d clues were held against their natural explanations (mean %.2f). Weak evidence.";
    return new Answer(fake, Math.max(ai, 1 - ai), List.of(String.format(Locale.ROOT, said, checked.size(), mean)),
        task.secondPass() ? findings : List.of(), false);
  }

  private static Finding finding(Clue clue, double p, boolean korean) {
    Presence presence = p >= PRESENT_FROM ? Presence.PRESENT : p <= ABSENT_UP_TO ? Presence.ABSENT : Presence.UNCLEAR;
    String note = String.format(Locale.ROOT, korean ? "CLIP이 자연스러운 설명보다 이 단서를 택한 정도: %.2f." : "CLIP prefers the clue to its natural explanation by %.2f.", p);
    return new Finding(clue.id(), presence, note, Optional.empty(), OptionalDouble.empty());
  }

  private static BackendProblem problem(Problem problem) {
    return switch (problem) {
      case Problem.TooLate late -> new BackendProblem.TooSlow("CLIP did not answer in time (" + late.reason() + ")");
      case Problem.Overloaded busy -> new BackendProblem.Busy("CLIP is busy (" + busy.reason() + ")", busy.retryAfter());
      case Problem.NotSetUp none -> new BackendProblem.NotConfigured("CLIP is not configured (" + none.reason() + ")");
      case Problem.Unavailable away -> new BackendProblem.Unreachable("CLIP is away (" + away.reason() + ")");
      case Problem.Invalid _, Problem.OverLimit _, Problem.Missing _, Problem.Denied _, Problem.Internal _ ->
          new BackendProblem.Refused("CLIP refused the picture (" + problem.reason() + ")");
    };
  }

  private static Outcome no(BackendProblem problem) {
    return new Outcome.NotAnswered(problem);
  }
}
