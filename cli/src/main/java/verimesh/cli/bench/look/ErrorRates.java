package verimesh.cli.bench.look;

/// How often a model errs before and after the second look, worked back from published accuracy, F1 and recall
/// (DESIGN.md §6).
///
/// @param fakes share of fakes among the pictures
/// @param recallBefore share of fakes that the first look calls fake
/// @param recallAfter share that either look calls fake
/// @param falseBefore share of real pictures that the first look calls fake
/// @param falseAfter share that either look calls fake
/// @param accuracyBefore as published, to compare with
/// @param accuracyAfter as published
public record ErrorRates(
    String model, double fakes, double recallBefore, double recallAfter, double falseBefore, double falseAfter, double accuracyBefore,
    double accuracyAfter) {
  public static final ErrorRates LLAMA_90B = new ErrorRates("Llama-3.2-90B", 0.43, 0.714, 0.778, 0.228, 0.301, 0.747, 0.733);
  public static final ErrorRates TUNED = new ErrorRates("Gemini-1.5-flash, fine-tuned", 0.50, 0.770, 0.830, 0.121, 0.230, 0.825, 0.800);

  /// Share of the first look's "real" answers that the second look turns.
  double turned(boolean fake) {
    return fake ? (recallAfter - recallBefore) / (1 - recallBefore) : (falseAfter - falseBefore) / (1 - falseBefore);
  }

  double saysFakeAtFirst(boolean fake) {
    return fake ? recallBefore : falseBefore;
  }
}
