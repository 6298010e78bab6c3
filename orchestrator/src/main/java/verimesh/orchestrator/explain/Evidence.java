package verimesh.orchestrator.explain;

import java.util.OptionalDouble;
import verimesh.orchestrator.fusion.Layer;
import verimesh.orchestrator.fusion.Level;

/// One thing that was found, for people and programs.
///
/// @param kind UPPER_SNAKE, stable
/// @param level what it decides on its own
/// @param amount what it adds to the formula's sums, for the order; 0 for a mere fact
/// @param text one sentence in the caller's language, without personal data
/// @param value similarity, score or probability behind it, 0 to 1, not calibrated
public record Evidence(String kind, Side side, Level level, Layer layer, double amount, String text, OptionalDouble value) {
  /// Which way it points.
  public enum Side {
    AI,
    REAL,
    /// A fact that people should see and that weighs nothing.
    NEUTRAL
  }
}
