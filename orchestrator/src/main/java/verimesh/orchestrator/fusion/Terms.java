package verimesh.orchestrator.fusion;

/// What one layer adds to the formula's two sums. Silence is kept apart: it weighs, and alone it decides nothing
/// (DESIGN.md §3.2, `ABSENCE`).
///
/// @param ai terms of evidence for AI
/// @param aiOfAbsence terms for AI that rest on what is not there (e < .30) or does not fit (inconsistencies)
/// @param real terms of evidence for real
/// @param realOfAbsence the term for real that rests on finding nothing similar (s < .85)
public record Terms(double ai, double aiOfAbsence, double real, double realOfAbsence) {
  static final Terms NOTHING = new Terms(0, 0, 0, 0);

  static Terms forAi(double amount) {
    return new Terms(amount, 0, 0, 0);
  }

  static Terms forReal(double amount) {
    return new Terms(0, 0, amount, 0);
  }

  Terms plus(Terms other) {
    return new Terms(
        ai + other.ai, aiOfAbsence + other.aiOfAbsence, real + other.real, realOfAbsence + other.realOfAbsence);
  }

  public double aiSum() {
    return ai + aiOfAbsence;
  }

  public double realSum() {
    return real + realOfAbsence;
  }
}
