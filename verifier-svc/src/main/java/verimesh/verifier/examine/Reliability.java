package verimesh.verifier.examine;

import java.util.List;
import verimesh.verifier.examine.Examination.Finding;
import verimesh.verifier.examine.Examination.Presence;

/// How far an answer can be trusted, from itself alone: does it agree with its own findings, and does CLIP agree with them?
///
/// `reliability = decided * support * agreement`, each 0 to 1:
/// - `decided` = 0.5 + |confidence - 0.5|: an answer that is half sure is half reliable;
/// - `support` = 1 where verdict and findings agree, 0.5 where they contradict each other, 0.75 without findings;
/// - `agreement` = mean over present clues of (1 + clip agreement) / 2, or 1 without CLIP or present clues.
///
/// Our own definition; it orders answers for moderators and weighs nothing in a verdict.
final class Reliability {
  /// So many clues found and still "real", or none found and still "fake", is a contradiction.
  private static final int PRESENT_AGAINST_REAL = 3;

  private Reliability() {}

  static boolean contradicts(boolean fake, List<Finding> findings) {
    if (findings.isEmpty()) return false;
    long present = present(findings);
    return fake ? present == 0 : present >= PRESENT_AGAINST_REAL;
  }

  static double of(boolean fake, double confidence, List<Finding> findings) {
    double decided = 0.5 + Math.abs(confidence - 0.5);
    double support = findings.isEmpty() ? 0.75 : contradicts(fake, findings) ? 0.5 : 1;
    double agreement = findings.stream()
        .filter(f -> f.presence() == Presence.PRESENT && f.clipAgreement().isPresent())
        .mapToDouble(f -> (1 + f.clipAgreement().getAsDouble()) / 2)
        .average().orElse(1);
    return decided * support * agreement;
  }

  static long present(List<Finding> findings) {
    return findings.stream().filter(f -> f.presence() == Presence.PRESENT).count();
  }
}
