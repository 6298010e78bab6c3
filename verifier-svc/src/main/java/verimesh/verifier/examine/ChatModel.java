package verimesh.verifier.examine;

import verimesh.verifier.lmm.Backend;
import verimesh.verifier.lmm.BackendProblem;
import verimesh.verifier.lmm.Question;
import verimesh.verifier.prompt.Prompts;

/// A large multimodal model behind a chat endpoint, asked by our prompts.
public final class ChatModel implements Model {
  private static final int ANSWER_TOKENS_MAX = 2_000;

  private final Backend backend;
  private final Prompts prompts;

  public ChatModel(Backend backend, Prompts prompts) {
    this.backend = backend;
    this.prompts = prompts;
  }

  @Override
  public String name() {
    return backend.name();
  }

  @Override
  public String model() {
    return backend.model();
  }

  @Override
  public Kind kind() {
    return Kind.LMM;
  }

  @Override
  public double weight() {
    return backend.weight();
  }

  @Override
  public boolean circuitOpen() {
    return backend.circuitOpen();
  }

  @Override
  public String promptVersion(boolean secondPass) {
    return (secondPass ? prompts.reExamine() : prompts.examine()).version();
  }

  /// Asks, and once more with the fault where the answer does not fit.
  @Override
  public Outcome ask(Task task) {
    var checklist = task.checklist();
    var ids = checklist.stream().map(clue -> clue.id()).toList();
    String words = prompts.task(checklist, task.korean());
    String fault = "";
    for (int round = 1; round <= 2; round++) {
      var question = new Question(
          prompts.wording(checklist).text(), words + (fault.isEmpty() ? "" : Prompts.repair(fault)), task.picture().encoded(),
          task.picture().mediaType(), task.secondPass() ? "re_examination" : "examination", prompts.schema(checklist), ANSWER_TOKENS_MAX,
          task.urgent(), task.until());
      switch (backend.ask(question)) {
        case Backend.Outcome.NotAnswered(var problem) -> {
          return new Outcome.NotAnswered(problem);
        }
        case Backend.Outcome.Answered(var reply) -> {
          switch (AnswerReader.read(reply.text(), ids)) {
            case AnswerReader.Reading.Read(var answer) -> {
              return new Outcome.Answered(answer);
            }
            case AnswerReader.Reading.Unusable(String what) -> fault = what;
          }
        }
      }
    }
    return new Outcome.NotAnswered(new BackendProblem.Malformed(fault));
  }
}
