package verimesh.embedding.objects;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import verimesh.chassis.inference.torch.FloatTensor;

/// What a YOLO detector returns for one picture: rows of centre x, centre y, width, height in pixels of the square, then scores.
/// Version 5 lays them `[boxes, 5 + labels]` with an objectness that multiplies the labels' scores, version 8 and later
/// `[4 + labels, boxes]` without one (the layouts that DJL's `YoloV5Translator` and `YoloV8Translator` read).
final class BoxTable {
  /// Two boxes of one label that share more than this are one thing.
  private static final double OVERLAP_MAX = 0.45;

  private final float[] values;
  private final int boxes;
  private final int labels;
  private final boolean objectness;

  /// @throws IllegalArgumentException if the shape fits neither layout
  BoxTable(FloatTensor table, int labels) {
    long[] shape = table.shape();
    objectness = shape[0] != 4 + labels;
    if (objectness && shape[1] != 5 + labels) throw new IllegalArgumentException("a table " + table + " for " + labels + " labels");
    this.values = table.values();
    this.labels = labels;
    this.boxes = Math.toIntExact(objectness ? shape[0] : shape[1]);
  }

  private float at(int box, int field) {
    return objectness ? values[box * (5 + labels) + field] : values[field * boxes + box];
  }

  /// The surest first; of boxes that lie on each other only the surest.
  /// @param side of the square, in pixels
  List<Region> regions(List<String> names, int side, double scoreMin, int max) {
    List<Region> found = new ArrayList<>();
    for (int box = 0; box < boxes; box++) {
      int best = 0;
      for (int label = 1; label < labels; label++) if (score(box, label) > score(box, best)) best = label;
      double score = score(box, best);
      if (!(score >= scoreMin)) continue; // NaN too
      double left = Math.clamp((at(box, 0) - at(box, 2) / 2) / side, 0, 1);
      double right = Math.clamp((at(box, 0) + at(box, 2) / 2) / side, 0, 1);
      double top = Math.clamp((at(box, 1) - at(box, 3) / 2) / side, 0, 1);
      double bottom = Math.clamp((at(box, 1) + at(box, 3) / 2) / side, 0, 1);
      if (left < right && top < bottom) found.add(new Region(left, top, right, bottom, names.get(best), Math.min(score, 1)));
    }
    found.sort(Comparator.comparingDouble(Region::score).reversed());
    List<Region> kept = new ArrayList<>();
    for (Region region : found) {
      if (kept.size() == max) break;
      if (kept.stream().noneMatch(k -> k.label().equals(region.label()) && k.overlap(region) > OVERLAP_MAX)) kept.add(region);
    }
    return kept;
  }

  private float score(int box, int label) {
    return objectness ? at(box, 4) * at(box, 5 + label) : at(box, 4 + label);
  }
}
