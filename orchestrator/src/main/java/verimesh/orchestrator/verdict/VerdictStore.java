package verimesh.orchestrator.verdict;

import java.util.List;
import java.util.Optional;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.Feedback;

/// Where verdicts are kept. Bounded in time and size; thread-safe.
public interface VerdictStore extends AutoCloseable {
  /// How many labels of people are kept for one verdict, the newest.
  int FEEDBACK_MAX = 100;

  /// @param feedback the oldest first
  record Kept(AnalyzeResponse verdict, List<Feedback> feedback) {
    public Kept {
      feedback = List.copyOf(feedback);
    }
  }

  /// Keeps a verdict under its id. Never fails and never waits: a verdict is given whether or not it can be kept.
  void keep(AnalyzeResponse verdict);

  /// @throws verimesh.chassis.problem.ProblemException `STORE_UNREACHABLE`
  Optional<Kept> find(String verdictId);

  /// @return false if there is no such verdict, or no longer
  /// @throws verimesh.chassis.problem.ProblemException `STORE_UNREACHABLE`
  boolean add(String verdictId, Feedback feedback);

  /// Whether it works right now; does not block.
  boolean works();

  @Override
  void close();
}
