package verimesh.embedding.explain;

/// The formulas, on plain arrays. All sums in double.
final class Maps {
  private static final int POWER_STEPS = 50;

  private Maps() {}

  /// Attention rollout: the product over blocks of (A + I) / 2, rows normalised; CLS's row, or the mean row without CLS.
  /// @param attentions `[blocks, tokens, tokens]`, mean over heads
  /// @param firstPatch index of the first patch token; 0 without CLS
  /// @return one score a patch
  static double[] rollout(float[] attentions, int blocks, int tokens, int firstPatch) {
    double[] row = new double[tokens]; // of the product, from the last block backwards: one row is all that is asked for
    if (firstPatch > 0) row[0] = 1;
    else java.util.Arrays.fill(row, 1.0 / tokens);
    for (int b = blocks - 1; b >= 0; b--) {
      double[] next = new double[tokens];
      for (int i = 0; i < tokens; i++) {
        next[i] += row[i] / 2;
        for (int j = 0; j < tokens; j++) next[j] += row[i] / 2 * attentions[(b * tokens + i) * tokens + j];
      }
      row = next;
    }
    return java.util.Arrays.copyOfRange(row, firstPatch, tokens);
  }

  /// Grad-ECLIP: relu of the sum over channels of gradient times value, weighed by how alike the patch's key and CLS's query
  /// are (stretched to 0 to 1: the paper's loosened attention).
  /// @param gradient `[width]` of the cosine after CLS's attention
  /// @param query `[width]` of CLS
  /// @param keys `[tokens, width]`
  /// @param values `[tokens, width]`
  static double[] gradEclip(float[] gradient, float[] query, float[] keys, float[] values, int firstPatch) {
    int width = gradient.length;
    int patches = keys.length / width - firstPatch;
    double[] alike = new double[patches];
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (int p = 0; p < patches; p++) {
      alike[p] = cosine(query, 0, keys, (p + firstPatch) * width, width);
      min = Math.min(min, alike[p]);
      max = Math.max(max, alike[p]);
    }
    double[] scores = new double[patches];
    for (int p = 0; p < patches; p++) {
      double place = max > min ? (alike[p] - min) / (max - min) : 1;
      double sum = 0;
      for (int c = 0; c < width; c++) sum += (double) gradient[c] * values[(p + firstPatch) * width + c];
      scores[p] = Math.max(0, sum * place);
    }
    return scores;
  }

  /// Each patch's cosine with the text, less its mean with texts that say nothing: what every text is alike to is no answer.
  /// @param patches unit vectors `[patches, width]`
  /// @param neutral unit vectors of texts without content; may be empty
  static double[] dense(float[] patches, float[] text, java.util.List<float[]> neutral) {
    int width = text.length;
    double[] scores = new double[patches.length / width];
    for (int p = 0; p < scores.length; p++) {
      double mean = 0;
      for (float[] n : neutral) mean += dot(patches, p * width, n) / neutral.size();
      scores[p] = dot(patches, p * width, text) - mean;
    }
    return scores;
  }

  /// LayerCAM: relu of gradient times activation, summed over channels. The gradient of a mean followed by a linear layer is
  /// the layer's row over the number of places, everywhere the same.
  /// @param activations `[channels, places]`
  /// @param row the label's weights `[channels]`
  static double[] layerCam(float[] activations, float[] row) {
    int places = activations.length / row.length;
    double[] scores = new double[places];
    for (int c = 0; c < row.length; c++) {
      double gradient = Math.max(0, row[c]) / places;
      for (int i = 0; i < places; i++) scores[i] += gradient * activations[c * places + i];
    }
    for (int i = 0; i < places; i++) scores[i] = Math.max(0, scores[i]);
    return scores;
  }

  /// Grad-CAM++: a channel's weight is the sum over places of alpha times relu(gradient), with
  /// alpha = g² / (2 g² + sum(A) g³), for a score that is the exponential of the logit.
  static double[] gradCamPlusPlus(float[] activations, float[] row) {
    int places = activations.length / row.length;
    double[] scores = new double[places];
    for (int c = 0; c < row.length; c++) {
      double g = (double) row[c] / places;
      double sum = 0;
      for (int i = 0; i < places; i++) sum += activations[c * places + i];
      double below = 2 * g * g + sum * g * g * g;
      double alpha = below != 0 ? g * g / below : 0;
      double weight = places * alpha * Math.max(0, g);
      for (int i = 0; i < places; i++) scores[i] += weight * activations[c * places + i];
    }
    for (int i = 0; i < places; i++) scores[i] = Math.max(0, scores[i]);
    return scores;
  }

  /// EigenCAM: the places' projection on the first principal direction of the channels, by power iteration; its sign is
  /// chosen so that most of the activation lies on the positive side.
  static double[] eigenCam(float[] activations, int channels) {
    int places = activations.length / channels;
    double[] direction = new double[channels];
    java.util.Arrays.fill(direction, 1 / Math.sqrt(channels));
    double[] projected = new double[places];
    for (int step = 0; step < POWER_STEPS; step++) {
      project(activations, direction, projected);
      double length = 0;
      for (int c = 0; c < channels; c++) {
        double sum = 0;
        for (int i = 0; i < places; i++) sum += activations[c * places + i] * projected[i];
        direction[c] = sum;
        length += sum * sum;
      }
      if (length == 0) return projected;
      for (int c = 0; c < channels; c++) direction[c] /= Math.sqrt(length);
    }
    project(activations, direction, projected);
    double total = 0;
    for (double v : projected) total += v;
    for (int i = 0; i < places; i++) projected[i] = Math.max(0, total < 0 ? -projected[i] : projected[i]);
    return projected;
  }

  private static void project(float[] activations, double[] direction, double[] into) {
    java.util.Arrays.fill(into, 0);
    for (int c = 0; c < direction.length; c++) {
      for (int i = 0; i < into.length; i++) into[i] += direction[c] * activations[c * into.length + i];
    }
  }

  private static double dot(float[] rows, int at, float[] other) {
    double sum = 0;
    for (int i = 0; i < other.length; i++) sum += (double) rows[at + i] * other[i];
    return sum;
  }

  private static double cosine(float[] a, int at, float[] b, int bt, int width) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < width; i++) {
      dot += (double) a[at + i] * b[bt + i];
      aa += (double) a[at + i] * a[at + i];
      bb += (double) b[bt + i] * b[bt + i];
    }
    return aa > 0 && bb > 0 ? dot / Math.sqrt(aa * bb) : 0;
  }
}
