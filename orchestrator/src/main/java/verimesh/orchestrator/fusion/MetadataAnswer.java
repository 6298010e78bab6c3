package verimesh.orchestrator.fusion;

import java.util.Collection;

/// What the file says of itself, folded to the formula's parts (DESIGN.md §3.1; what counts as which part: §3.3).
///
/// @param signature at least one AI tool signature
/// @param c2paAi a C2PA manifest that declares AI, binding and signature intact
/// @param c2paWithoutAi a C2PA manifest without AI, state trusted
/// @param exifScore the published EXIF score e, 0 to 1, not calibrated
/// @param inconsistencies the published rules that fired, 0 or more
/// @param ai what its signs decide on their own, towards AI
/// @param real towards real
public record MetadataAnswer(
    boolean signature,
    boolean c2paAi,
    boolean c2paWithoutAi,
    double exifScore,
    int inconsistencies,
    Level ai,
    Level real) {
  public MetadataAnswer {
    if (!(exifScore >= 0 && exifScore <= 1)) throw new IllegalArgumentException("EXIF score " + exifScore + "; 0 to 1");
    if (inconsistencies < 0) throw new IllegalArgumentException(inconsistencies + " inconsistencies; 0 or more");
  }

  /// Which term of the formula a sign counts as (DESIGN.md §3.3, second column).
  public enum Part {
    /// A fact only.
    NONE,
    SIGNATURE,
    C2PA_AI,
    C2PA_WITHOUT_AI
  }

  /// One sign that the file carries.
  public record Sign(Part part, Level level) {}

  /// Folds signs, in any order. A sign that is no part of the formula decides nothing either, and nothing but proof
  /// speaks for real: the table of §3.3 has no other row.
  public static MetadataAnswer of(Collection<Sign> signs, double exifScore, int inconsistencies) {
    boolean signature = false;
    boolean c2paAi = false;
    boolean c2paWithoutAi = false;
    Level ai = Level.NONE;
    Level real = Level.NONE;
    for (Sign sign : signs) {
      switch (sign.part()) {
        case NONE -> {}
        case SIGNATURE -> {
          signature = true;
          ai = ai.or(sign.level());
        }
        case C2PA_AI -> {
          c2paAi = true;
          ai = ai.or(sign.level());
        }
        case C2PA_WITHOUT_AI -> {
          c2paWithoutAi = true;
          if (sign.level() == Level.PROOF) real = Level.PROOF;
        }
      }
    }
    return new MetadataAnswer(signature, c2paAi, c2paWithoutAi, exifScore, inconsistencies, ai, real);
  }
}
