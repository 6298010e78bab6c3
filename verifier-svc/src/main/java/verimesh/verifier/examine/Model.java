package verimesh.verifier.examine;

import verimesh.verifier.lmm.BackendProblem;

/// Whoever can examine a picture: a large multimodal model, or CLIP alone. Thread-safe; a call blocks until it is answered
/// or its time is over.
public interface Model {
  /// The operator's name for it.
  String name();

  /// The model's name as answers carry it.
  String model();

  Kind kind();

  /// How much its answer counts beside the others', above 0.
  double weight();

  /// True while calls are refused at once, since the last ones failed.
  boolean circuitOpen();

  /// What it is asked by, for example `examine/2`.
  String promptVersion(boolean secondPass);

  Outcome ask(Task task);

  enum Kind {
    LMM,
    /// Weak: no eyes but CLIP's.
    CLIP_CONTRAST
  }

  /// What came of it.
  sealed interface Outcome {
    record Answered(Answer answer) implements Outcome {}

    record NotAnswered(BackendProblem problem) implements Outcome {}
  }
}
