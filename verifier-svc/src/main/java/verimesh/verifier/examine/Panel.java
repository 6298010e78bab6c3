package verimesh.verifier.examine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import verimesh.verifier.examine.Examination.Finding;
import verimesh.verifier.examine.Examination.Presence;
import verimesh.verifier.prompt.Prompts;

/// Makes one examination of several models': `probability of AI = sum(weight p) / sum(weight)` over those that answered. Pure.
final class Panel {
  private Panel() {}

  /// @param weight above 0
  record Voice(Examination examination, double weight) {}

  /// @param voices at least one, in the order in which their models are configured
  static Examination merged(List<Voice> voices) {
    if (voices.size() == 1) return voices.getFirst().examination();
    double weights = voices.stream().mapToDouble(Voice::weight).sum();
    double ai = voices.stream().mapToDouble(voice -> voice.weight() * voice.examination().probabilityAi()).sum() / weights;
    boolean fake = ai >= 0.5;
    List<Voice> winning = voices.stream().filter(voice -> voice.examination().fake() == fake)
        .sorted(Comparator.comparingDouble(Voice::weight).reversed()).toList();
    double share = winning.stream().mapToDouble(Voice::weight).sum() / weights;
    double reliability = voices.stream().mapToDouble(voice -> voice.weight() * voice.examination().reliability()).sum() / weights * share;

    Set<String> flags = new LinkedHashSet<>();
    voices.forEach(voice -> flags.addAll(voice.examination().flags()));
    if (winning.size() < voices.size()) flags.add("MODELS_DISAGREE");
    List<String> observations = winning.stream().flatMap(voice -> voice.examination().observations().stream()).distinct()
        .limit(Prompts.OBSERVATIONS_MAX).toList();
    return new Examination(
        fake, Math.max(ai, 1 - ai), observations, findings(voices), reliability, List.copyOf(flags),
        joined(voices, Examination::model), joined(voices, Examination::promptVersion),
        voices.stream().allMatch(voice -> voice.examination().fromCache()));
  }

  /// What most of the weight says of each clue; note and region are those of the heaviest model that says so.
  private static List<Finding> findings(List<Voice> voices) {
    Map<String, List<Map.Entry<Finding, Double>>> byClue = new LinkedHashMap<>();
    for (Voice voice : voices) {
      for (Finding finding : voice.examination().findings()) {
        byClue.computeIfAbsent(finding.clueId(), _ -> new ArrayList<>()).add(Map.entry(finding, voice.weight()));
      }
    }
    return byClue.values().stream().map(Panel::heaviest).toList();
  }

  private static Finding heaviest(List<Map.Entry<Finding, Double>> said) {
    Map<Presence, Double> weights = said.stream()
        .collect(Collectors.groupingBy(entry -> entry.getKey().presence(), Collectors.summingDouble(Map.Entry::getValue)));
    double most = weights.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    List<Presence> leading = weights.entrySet().stream().filter(entry -> entry.getValue() == most).map(Map.Entry::getKey).toList();
    // Two halves that contradict each other have not found anything.
    Presence presence = leading.size() == 1 ? leading.getFirst() : Presence.UNCLEAR;
    Finding words = said.stream().filter(entry -> leading.contains(entry.getKey().presence()))
        .max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    return new Finding(words.clueId(), presence, words.note(), words.region(), words.clipAgreement());
  }

  private static String joined(List<Voice> voices, java.util.function.Function<Examination, String> part) {
    return voices.stream().map(voice -> part.apply(voice.examination())).distinct().collect(Collectors.joining(" + "));
  }
}
