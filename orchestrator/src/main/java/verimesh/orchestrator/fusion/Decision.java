package verimesh.orchestrator.fusion;

import java.util.List;
import java.util.OptionalDouble;

/// A verdict with every number behind it.
///
/// @param confidence .5 to 1, four digits; not calibrated under `weighted-30-40-30`
/// @param ratio the formula's own ai / (ai + real), 0 to 1, whatever decided; empty when no layer said anything
/// @param coverage sum of the weights of the layers that answered, 0 to 1
/// @param missingDecisive layers that are out and whose decisive evidence might have overridden this verdict
/// @param hash what the hash layer added to the sums, or why nothing
/// @param metadata the same for the metadata layer
/// @param content the same for the content layer
public record Decision(
    Verdict verdict,
    double confidence,
    DecidedBy decidedBy,
    OptionalDouble ratio,
    double coverage,
    List<Layer> missingDecisive,
    LayerOutcome<Terms> hash,
    LayerOutcome<Terms> metadata,
    LayerOutcome<Terms> content) {
  public Decision {
    missingDecisive = List.copyOf(missingDecisive);
  }

  public LayerOutcome<Terms> outcome(Layer layer) {
    return switch (layer) {
      case HASH -> hash;
      case METADATA -> metadata;
      case CONTENT -> content;
    };
  }
}
