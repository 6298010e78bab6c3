package verimesh.metadata.c2pa;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import verimesh.metadata.c2pa.Manifest.Action;

/// Reads an actions assertion of either version: agents as text, as a map, or as a number into `softwareAgents`; templates
/// fill what an action leaves out (METADATA-C2PA.md §7).
final class ActionsReader {
  /// Actions of one assertion; a long editing session has some hundreds.
  static final int ACTIONS_MAX = 2_000;

  private ActionsReader() {}

  static List<Action> read(CborValue assertion, boolean bySigner) {
    List<CborValue> agents = assertion.get("softwareAgents").map(CborValue::items).orElse(List.of());
    List<CborValue> templates = assertion.get("templates").map(CborValue::items).orElse(List.of());
    List<Action> actions = new ArrayList<>();
    for (CborValue action : assertion.get("actions").map(CborValue::items).orElse(List.of())) {
      if (actions.size() == ACTIONS_MAX) break;
      String name = action.text("action").orElse("");
      Optional<CborValue> template = templates.stream().filter(t -> t.text("action").filter(a -> a.equals(name) || a.equals("*")).isPresent()).findFirst();
      Optional<CborValue> agent = agent(action, agents).or(() -> template.flatMap(t -> agent(t, agents)));
      actions.add(new Action(
          name,
          action.text("digitalSourceType").or(() -> template.flatMap(t -> t.text("digitalSourceType"))).map(SourceType::of),
          agent.flatMap(a -> a.asText().or(() -> a.text("name"))).orElse(""),
          agent.flatMap(a -> a.text("version")).orElse(""),
          action.text("description").or(() -> action.get("parameters").flatMap(p -> p.text("description"))).or(() -> template.flatMap(t -> t.text("description"))).orElse(""),
          bySigner));
    }
    return actions;
  }

  private static Optional<CborValue> agent(CborValue action, List<CborValue> agents) {
    return action.get("softwareAgent").or(() -> action.get("softwareAgentIndex")
        .flatMap(i -> i instanceof CborValue.Int(long index) && index >= 0 && index < agents.size() ? Optional.of(agents.get((int) index)) : Optional.empty()));
  }
}
