package verimesh.embedding.detect;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// What a detector thinks of one picture.
///
/// @param probabilityAi that a model made it; with views their mean; 0 to 1
/// @param label the most probable one
/// @param probabilities by label, summing to 1
/// @param generator that the most probable AI label names; empty if it names none
/// @param spread standard deviation over views, 0 to .5; empty without views
/// @param flips whether some view lies on the other side of .5 than the picture itself
public record Opinion(double probabilityAi, String label, Map<String, Double> probabilities, String generator, OptionalDouble spread, boolean flips) {
  public Opinion {
    probabilities = Map.copyOf(probabilities);
  }

  /// @param logits of the picture itself first, then of its views
  static Opinion of(AiLabels labels, List<float[]> logits) {
    int n = labels.names().size();
    double[] mean = new double[n];
    double[] ai = new double[logits.size()];
    for (int v = 0; v < ai.length; v++) {
      double[] p = labels.probabilities(logits.get(v));
      for (int i = 0; i < n; i++) {
        mean[i] += p[i] / ai.length;
        if (labels.ai().get(i)) ai[v] += p[i];
      }
    }
    Map<String, Double> byLabel = new java.util.LinkedHashMap<>();
    int best = 0;
    int bestAi = -1;
    double probabilityAi = 0;
    for (int i = 0; i < n; i++) {
      byLabel.merge(labels.names().get(i), mean[i], Double::sum);
      if (mean[i] > mean[best]) best = i;
      if (!labels.ai().get(i)) continue;
      probabilityAi += mean[i];
      if (bestAi < 0 || mean[i] > mean[bestAi]) bestAi = i;
    }
    // One output is a probability of AI: the contract's map sums to 1, so its opposite gets a name.
    if (n == 1) byLabel.put("real", 1 - mean[0]);
    String label = n == 1 && mean[0] < 0.5 ? "real" : labels.names().get(best);
    String generator = probabilityAi >= 0.5 && bestAi >= 0 ? labels.generator(bestAi) : "";
    double squares = 0;
    boolean flips = false;
    for (double p : ai) {
      squares += (p - probabilityAi) * (p - probabilityAi);
      flips |= (p >= 0.5) != (ai[0] >= 0.5);
    }
    OptionalDouble spread = ai.length > 1 ? OptionalDouble.of(Math.sqrt(squares / ai.length)) : OptionalDouble.empty();
    return new Opinion(Math.clamp(probabilityAi, 0, 1), label, byLabel, generator, spread, flips);
  }
}
