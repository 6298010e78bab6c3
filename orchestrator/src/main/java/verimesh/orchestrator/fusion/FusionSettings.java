package verimesh.orchestrator.fusion;

/// @param decisive how far evidence may decide on its own
/// @param bankItemsMin enabled positive items from which "nothing similar" is worth a word; 1 or more
public record FusionSettings(DecisiveSetting decisive, long bankItemsMin) {
  /// DESIGN.md §3: `declared`, 1,000 items.
  public static final FusionSettings DEFAULT = new FusionSettings(DecisiveSetting.DECLARED, 1_000);

  public FusionSettings {
    if (bankItemsMin < 1) throw new IllegalArgumentException("bankItemsMin " + bankItemsMin + "; 1 or more");
  }
}
