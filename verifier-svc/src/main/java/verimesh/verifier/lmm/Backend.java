package verimesh.verifier.lmm;

/// One model that can look at a picture. Thread-safe; a call blocks until it is answered or its time is over.
public interface Backend {
  /// The operator's name for it.
  String name();

  /// The model's name as answers carry it.
  String model();

  /// How much it counts where several are asked; above 0.
  double weight();

  /// True while calls are refused at once, since the last ones failed.
  boolean circuitOpen();

  /// Never throws for what the endpoint does; interruption comes back as [BackendProblem.TooSlow].
  Outcome ask(Question question);

  /// What came of a question.
  sealed interface Outcome {
    record Answered(Reply reply) implements Outcome {}

    record NotAnswered(BackendProblem problem) implements Outcome {}
  }
}
