package verimesh.orchestrator.fusion;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The policies that exist, the default first.
public record Policies(List<Policy> all) {
  public Policies {
    all = List.copyOf(all);
    if (all.isEmpty()) throw new IllegalArgumentException("there is always a default policy");
  }

  /// @param defaultName which of them answers an empty name; empty reads as the published formula
  /// @return empty if none has that name
  public static Optional<Policies> of(FusionSettings settings, String defaultName) {
    Policies every = new Policies(List.of(new Policy.Weighted304030(settings)));
    return every.find(defaultName).map(first -> {
      List<Policy> ordered = new ArrayList<>(every.all);
      ordered.remove(first);
      ordered.addFirst(first);
      return new Policies(ordered);
    });
  }

  /// The default for an empty name; nothing for one that does not exist.
  public Optional<Policy> find(String name) {
    if (name.isEmpty()) return Optional.of(all.getFirst());
    return all.stream().filter(policy -> policy.name().equals(name)).findFirst();
  }

  /// For messages: the names that [#find] knows, separated by commas.
  public String names() {
    return String.join(", ", all.stream().map(Policy::name).toList());
  }
}
