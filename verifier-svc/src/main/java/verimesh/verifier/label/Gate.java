package verimesh.verifier.label;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.examine.ChatModel;
import verimesh.verifier.examine.Model;
import verimesh.verifier.examine.Task;
import verimesh.verifier.lmm.Backend;
import verimesh.verifier.picture.ShownPicture;
import verimesh.verifier.prompt.Prompts;
import verimesh.verifier.prompt.Wording;

/// How often a wording makes a model say "fake" on pictures of which half are. Two published wordings lay 36 points apart on
/// the same pictures (DESIGN.md §6), so a new one has to stay near the one before.
public final class Gate {
  /// As a share: a new wording may move the share of "fake" by so much.
  public static final double STRAY_MAX = 0.05;

  private static final int CLUES = 8;

  private final Backend backend;
  private final Duration patience;
  private final InstantSource clock;

  /// @param patience for one answer
  public Gate(Backend backend, Duration patience, InstantSource clock) {
    this.backend = backend;
    this.patience = patience;
    this.clock = clock;
  }

  /// @param fake what is known of it
  public record Known(ShownPicture picture, boolean fake) {}

  /// Counts over pictures that were answered.
  /// @param unanswered pictures that were not
  public record Share(String version, int fakes, int reals, int fakesCalledFake, int realsCalledFake, int unanswered) {
    /// Of all that were answered, 0 to 1.
    public double calledFake() {
      return (double) (fakesCalledFake + realsCalledFake) / Math.max(1, fakes + reals);
    }

    public double recall() {
      return (double) fakesCalledFake / Math.max(1, fakes);
    }

    public double falsePositives() {
      return (double) realsCalledFake / Math.max(1, reals);
    }

    /// True if too few answered for any comparison.
    public boolean isTooThin() {
      return fakes + reals <= unanswered;
    }

    public boolean straysFrom(Share before) {
      return Math.abs(calledFake() - before.calledFake()) > STRAY_MAX + 1e-9;
    }
  }

  /// @param wording of either pass; the second one is asked with one clue of each of eight categories, the same for every
  ///     picture and wording, so that nothing but the words differs
  /// @param told after each picture
  public Share measure(Wording wording, List<Known> pictures, Runnable told) {
    boolean second = wording.prompt().equals(Prompts.RE_EXAMINE);
    Prompts ours = Prompts.ours();
    Model model = new ChatModel(backend, second ? new Prompts(ours.examine(), wording) : new Prompts(wording, ours.reExamine()));
    List<Clue> checklist = second ? checklist() : List.of();
    int[] asked = new int[2];
    int[] called = new int[2];
    int unanswered = 0;
    for (Known known : pictures) {
      var task = new Task(known.picture(), checklist, false, false, clock.instant().plus(patience));
      if (model.ask(task) instanceof Model.Outcome.Answered(var answer)) {
        int which = known.fake() ? 1 : 0;
        asked[which]++;
        if (answer.fake()) called[which]++;
      } else {
        unanswered++;
      }
      told.run();
    }
    return new Share(wording.version(), asked[1], asked[0], called[1], called[0], unanswered);
  }

  private static List<Clue> checklist() {
    Set<String> categories = new HashSet<>();
    List<Clue> clues = new ArrayList<>();
    for (Clue clue : ClueBase.ours().clues()) {
      if (clues.size() < CLUES && categories.add(clue.category())) clues.add(clue);
    }
    return clues;
  }
}
