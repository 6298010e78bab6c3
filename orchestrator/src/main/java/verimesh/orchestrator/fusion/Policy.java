package verimesh.orchestrator.fusion;

/// A way to weigh, by the name under which callers and the configuration choose it. A policy is added here and in
/// [Policies], and nowhere else.
public sealed interface Policy {
  /// As it stands in requests, answers and metrics.
  String name();

  Decision decide(Witnesses witnesses);

  /// The published formula (DESIGN.md §3.1 to §3.3).
  record Weighted304030(FusionSettings settings) implements Policy {
    public static final String NAME = "weighted-30-40-30";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Decision decide(Witnesses witnesses) {
      return Fusion.weighted304030(witnesses, settings);
    }
  }
}
