package verimesh.verifier.examine;

import verimesh.verifier.clue.ClueIndex;

/// How much nearer a picture lies to a clue's text than to that of the natural thing that looks the same:
/// `p = 1 / (1 + exp(-100 (cos(picture, clue) - cos(picture, natural))))`. A hundred is the scale at which CLIP was trained to
/// tell texts apart (`logit_scale`, clamped at ln 100). Not calibrated: it says which of two sentences CLIP prefers.
final class Contrast {
  private static final double SCALE = 100;

  private Contrast() {}

  /// @param picture unit vector
  /// @return 0 (the natural thing) to 1 (the clue)
  static double of(float[] picture, ClueIndex.Texts texts) {
    return 1 / (1 + Math.exp(-SCALE * (dot(picture, texts.clue()) - dot(picture, texts.natural()))));
  }

  /// The same as agreement with a claim that the clue is there, -1 to 1.
  static double agreement(float[] picture, ClueIndex.Texts texts) {
    return 2 * of(picture, texts) - 1;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
    return sum;
  }
}
