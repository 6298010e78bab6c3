package verimesh.cli.bench.look;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.LongAdder;
import verimesh.verifier.examine.Answer;
import verimesh.verifier.examine.Examination.Finding;
import verimesh.verifier.examine.Examination.Presence;
import verimesh.verifier.examine.Model;
import verimesh.verifier.examine.Task;

/// Says of each case what was drawn for it, and counts how often it is asked.
final class SimulatedModel implements Model {
  private final Cases cases;
  private final LongAdder calls = new LongAdder();

  SimulatedModel(Cases cases) {
    this.cases = cases;
  }

  long calls() {
    return calls.sum();
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public String model() {
    return "simulated";
  }

  @Override
  public Kind kind() {
    return Kind.LMM;
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
  public String promptVersion(boolean secondPass) {
    return "simulated/1";
  }

  @Override
  public Outcome ask(Task task) {
    calls.increment();
    Cases.Case drawn = cases.of(task.picture().sha256());
    boolean second = !task.checklist().isEmpty();
    boolean fake = second ? drawn.secondFake() : drawn.firstFake();
    // Findings that fit the verdict, so that no consistency check moves a published rate.
    List<Finding> findings = task.checklist().stream().map(clue -> new Finding(
        clue.id(), fake ? Presence.PRESENT : Presence.ABSENT, "", Optional.empty(), OptionalDouble.empty())).toList();
    return new Outcome.Answered(new Answer(fake, second ? drawn.secondConfidence() : drawn.firstConfidence(), List.of(), findings, false));
  }
}
