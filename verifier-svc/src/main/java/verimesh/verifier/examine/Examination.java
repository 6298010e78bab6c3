package verimesh.verifier.examine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// One model's answer after reading, checking and weighing.
///
/// @param fake true if it says fake
/// @param confidence in its own answer, 0 to 1, not calibrated; after the consistency checks
/// @param findings second pass only, one a clue, in the checklist's order
/// @param reliability 0 to 1, see [Reliability]
/// @param flags UPPER_SNAKE remarks, for example `CONTRADICTS_FINDINGS`
/// @param model the model's name
/// @param promptVersion for example `examine/1`
/// @param fromCache true if the answer was given before
public record Examination(
    boolean fake, double confidence, List<String> observations, List<Finding> findings, double reliability,
    List<String> flags, String model, String promptVersion, boolean fromCache) {
  public Examination {
    if (!(confidence >= 0 && confidence <= 1)) throw new IllegalArgumentException("confidence " + confidence);
    if (!(reliability >= 0 && reliability <= 1)) throw new IllegalArgumentException("reliability " + reliability);
    observations = List.copyOf(observations);
    findings = List.copyOf(findings);
    flags = List.copyOf(flags);
  }

  /// Confidence if it says fake, else its complement (DESIGN.md §3.1).
  public double probabilityAi() {
    return fake ? confidence : 1 - confidence;
  }

  public Examination cached() {
    return new Examination(fake, confidence, observations, findings, reliability, flags, model, promptVersion, true);
  }

  public enum Presence { PRESENT, ABSENT, UNCLEAR }

  /// @param clipAgreement of the claim with CLIP on its region, [-1, 1]; empty without CLIP
  public record Finding(String clueId, Presence presence, String note, Optional<Region> region, OptionalDouble clipAgreement) {}

  /// Fractions of width and height from the top left, 0 to 1.
  public record Region(double left, double top, double right, double bottom) {
    public Region {
      if (!(left >= 0 && left < right && right <= 1 && top >= 0 && top < bottom && bottom <= 1)) {
        throw new IllegalArgumentException("not a region: " + left + " " + top + " " + right + " " + bottom);
      }
    }
  }
}
