package verimesh.chassis.images;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import verimesh.common.v1.CropPlacement;

/// How a model wants its pictures cut: the chassis' side of `verimesh.common.v1.InputSpec`. Models with equal specs share one
/// tensor, and a tensor names its spec by [#digest].
///
/// @param size side of the square that the model takes, in pixels; 1 to 4096
/// @param mean per channel R, G, B; a model's value is `(sample / 255 - mean) / std`
/// @param std as `mean`, each greater than 0
public record InputSpec(int size, Fit fit, Filter filter, List<Double> mean, List<Double> std) {
  private static final int SIDE_MAX = 4096;
  private static final int CROPS_MAX = 64;

  /// How a picture of any shape becomes squares.
  public sealed interface Fit {
    /// The short side is resized to `resize` pixels with the aspect kept, then the centre is cut out; what lies outside the
    /// picture is black.
    /// @param resize 1 to 4096
    record ShortestEdgeCrop(int resize) implements Fit {
      public ShortestEdgeCrop {
        if (resize < 1 || resize > SIDE_MAX) throw new IllegalArgumentException("resize " + resize);
      }
    }

    /// Resized to the square, aspect not kept.
    record Squash() implements Fit {}

    /// Cut out of the stored pixels without resizing: keeps the traces of a generator, which any resizing destroys. A picture
    /// smaller than the square gives smaller crops.
    /// @param crops at most so many, 1 to 64; crops that would lie at the same place are cut once
    record NativeCrops(int crops, Placement placement) implements Fit {
      public NativeCrops {
        if (crops < 1 || crops > CROPS_MAX) throw new IllegalArgumentException("crops " + crops);
        if (placement == Placement.CENTRE && crops != 1) throw new IllegalArgumentException("only one crop fits the centre, not " + crops);
      }
    }
  }

  /// Where native crops lie: by formula ([verimesh.chassis.images.cut.Crops]), never random.
  public enum Placement {
    /// One crop, in the middle.
    CENTRE,
    /// The middle first, then an even grid, row by row.
    GRID
  }

  /// Both as Pillow's, antialiased by widening the kernel when shrinking.
  public enum Filter {
    /// A = -0.5.
    BICUBIC,
    BILINEAR
  }

  public InputSpec {
    if (size < 1 || size > SIDE_MAX) throw new IllegalArgumentException("size " + size);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || std.size() != 3) throw new IllegalArgumentException("three means and deviations are needed: " + mean + ", " + std);
    if (mean.stream().anyMatch(m -> !Double.isFinite(m))) throw new IllegalArgumentException("mean " + mean);
    if (std.stream().anyMatch(s -> !Double.isFinite(s) || s <= 0)) throw new IllegalArgumentException("std " + std);
  }

  /// @throws IllegalArgumentException with the field that is wrong, for a spec that means nothing
  public static InputSpec from(verimesh.common.v1.InputSpec proto) {
    Fit fit = switch (proto.getFit()) {
      case FIT_SHORTEST_EDGE_CROP -> new Fit.ShortestEdgeCrop(proto.getResize());
      case FIT_SQUASH -> new Fit.Squash();
      case FIT_NATIVE_CROPS -> new Fit.NativeCrops(proto.getCrops(), switch (proto.getPlacement()) {
        case CROP_PLACEMENT_CENTRE -> Placement.CENTRE;
        case CROP_PLACEMENT_GRID -> Placement.GRID;
        case CROP_PLACEMENT_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("placement is not set");
      });
      case FIT_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("fit is not set");
    };
    Filter filter = switch (proto.getFilter()) {
      case FILTER_BICUBIC -> Filter.BICUBIC;
      case FILTER_BILINEAR -> Filter.BILINEAR;
      // Native crops are not resized, so none is needed.
      case FILTER_UNSPECIFIED, UNRECOGNIZED -> {
        if (fit instanceof Fit.NativeCrops) yield Filter.BICUBIC;
        throw new IllegalArgumentException("filter is not set");
      }
    };
    return new InputSpec(proto.getSize(), fit, filter, proto.getMeanList(), proto.getStdList());
  }

  public verimesh.common.v1.InputSpec toProto() {
    var proto = verimesh.common.v1.InputSpec.newBuilder().setSize(size).addAllMean(mean).addAllStd(std);
    switch (fit) {
      case Fit.ShortestEdgeCrop(int resize) -> proto.setFit(verimesh.common.v1.Fit.FIT_SHORTEST_EDGE_CROP).setResize(resize);
      case Fit.Squash() -> proto.setFit(verimesh.common.v1.Fit.FIT_SQUASH);
      case Fit.NativeCrops(int crops, Placement placement) -> proto.setFit(verimesh.common.v1.Fit.FIT_NATIVE_CROPS).setCrops(crops)
          .setPlacement(placement == Placement.CENTRE ? CropPlacement.CROP_PLACEMENT_CENTRE : CropPlacement.CROP_PLACEMENT_GRID);
    }
    proto.setFilter(filter == Filter.BICUBIC ? verimesh.common.v1.Filter.FILTER_BICUBIC : verimesh.common.v1.Filter.FILTER_BILINEAR);
    return proto.build();
  }

  /// One line that says everything, for example
  /// `size=224 fit=shortest-edge-crop:256 filter=bicubic mean=0.485,0.456,0.406 std=0.229,0.224,0.225`. Numbers are written as
  /// the shortest decimal that reads back to the same double. Never changes: digests hang on it.
  public String canonicalText() {
    String how = switch (fit) {
      case Fit.ShortestEdgeCrop(int resize) -> "shortest-edge-crop:" + resize + " filter=" + filterText();
      case Fit.Squash() -> "squash filter=" + filterText();
      case Fit.NativeCrops(int crops, Placement placement) -> "native-crops:" + crops + ":" + (placement == Placement.CENTRE ? "centre" : "grid");
    };
    return "size=" + size + " fit=" + how + " mean=" + numbers(mean) + " std=" + numbers(std);
  }

  /// SHA-256 of [#canonicalText] in UTF-8, 64 lower-case hex digits: what a tensor names its spec by.
  public String digest() {
    try {
      byte[] text = canonicalText().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// What a model's first layer is given for each of the 256 sample values: `[channel * 256 + sample]`.
  public float[] normalisation() {
    float[] table = new float[3 * 256];
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) ((i % 256 / 255.0 - mean.get(i / 256)) / std.get(i / 256));
    }
    return table;
  }

  private String filterText() {
    return filter == Filter.BICUBIC ? "bicubic" : "bilinear";
  }

  private static String numbers(List<Double> values) {
    return values.stream().map(v -> Double.toString(v)).collect(Collectors.joining(","));
  }
}
