package verimesh.embedding.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import verimesh.chassis.inference.CheckpointException;

/// What a detector's labels mean: which of them say "made by a model", and which of those name a generator.
///
/// @param names in the order of the outputs
/// @param ai by output: whether it says so
public record AiLabels(List<String> names, List<Boolean> ai) {
  // Words of published detectors' labels, in lower case. A label that holds none of either side is a generator's name if
  // some other label stands for real pictures.
  private static final Set<String> REAL = Set.of("real", "hum", "human", "authentic", "nature", "natural", "photo", "photograph", "genuine", "original", "camera", "0_real", "not_ai", "non_ai");
  private static final Set<String> AI = Set.of("ai", "artificial", "fake", "generated", "synthetic", "aigc", "deepfake", "ai-generated", "ai_generated", "ai_gen", "1_fake", "machine");

  public AiLabels {
    names = List.copyOf(names);
    ai = List.copyOf(ai);
    if (names.size() != ai.size()) throw new IllegalArgumentException(names + " and " + ai);
  }

  /// @param configured labels that mean AI, as the operator says; empty: told from the words
  /// @throws CheckpointException if that cannot be told: a detector the wrong way round would be worse than none
  public static AiLabels of(List<String> names, List<String> configured) throws CheckpointException {
    List<Boolean> ai = new ArrayList<>();
    if (!configured.isEmpty()) {
      for (String label : configured) if (!names.contains(label)) throw new CheckpointException("VERIMESH_EMBEDDING_AI_LABELS names \"" + label + "\"; the detector's labels are " + names);
      names.forEach(name -> ai.add(configured.contains(name)));
    } else if (names.size() == 1) {
      ai.add(true); // one output is the probability itself
    } else {
      boolean someReal = names.stream().anyMatch(AiLabels::isReal);
      for (String name : names) ai.add(isAi(name) || (someReal && !isReal(name)));
    }
    long count = ai.stream().filter(b -> b).count();
    if (count == 0 || (count == names.size() && count > 1)) {
      throw new CheckpointException("Nobody can tell which of the detector's labels " + names + " mean \"made by AI\". Say so in VERIMESH_EMBEDDING_AI_LABELS.");
    }
    return new AiLabels(names, ai);
  }

  /// The generator that a label names; empty for labels that only say AI or real.
  public String generator(int label) {
    String name = names.get(label);
    return ai.get(label) && !isAi(name) && !name.toUpperCase(Locale.ROOT).startsWith("LABEL_") ? name : "";
  }

  /// @param logits one a label; a single one is the log-odds of AI
  /// @return probabilities of the labels, summing to 1; for a single label its own
  public double[] probabilities(float[] logits) {
    if (logits.length == 1) return new double[] {1 / (1 + Math.exp(-logits[0]))};
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) max = Math.max(max, logit);
    double sum = 0;
    double[] p = new double[logits.length];
    for (int i = 0; i < p.length; i++) sum += p[i] = Math.exp(logits[i] - max);
    for (int i = 0; i < p.length; i++) p[i] /= sum;
    return p;
  }

  private static boolean isReal(String name) {
    return REAL.contains(name.toLowerCase(Locale.ROOT).strip()) || words(name).stream().anyMatch(w -> REAL.contains(w) || w.equals("not"));
  }

  private static boolean isAi(String name) {
    return !isReal(name) && (AI.contains(name.toLowerCase(Locale.ROOT).strip()) || words(name).stream().anyMatch(AI::contains));
  }

  private static List<String> words(String name) {
    return List.of(name.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"));
  }
}
