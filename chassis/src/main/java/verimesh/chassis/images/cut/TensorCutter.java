package verimesh.chassis.images.cut;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.InputSpec.Fit;
import verimesh.chassis.images.RgbTensor;
import verimesh.chassis.images.SrgbPixels;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.cut.Crops.Corner;

/// Cuts one decoded picture to the squares that models take. Pure and thread-safe; equal to the Hugging Face image processors
/// on Pillow, sample for sample (golden/README.md §4).
public final class TensorCutter {
  private TensorCutter() {}

  /// One tensor a spec, in the specs' order. The upright sRGB view is made once, and only if a spec wants it; all resizing is
  /// done in one walk over it.
  public static List<RgbTensor> cut(StoredPixels stored, List<InputSpec> specs) {
    List<InputSpec> resized = specs.stream().filter(spec -> !(spec.fit() instanceof Fit.NativeCrops)).toList();
    Iterator<RgbTensor> cuts = resized.isEmpty() ? Collections.emptyIterator() : cut(SrgbPixels.of(stored), resized).iterator();
    return specs.stream().map(spec -> spec.fit() instanceof Fit.NativeCrops crops ? nativeCrops(stored, spec, crops) : cuts.next()).toList();
  }

  /// @param specs with fits that resize; native crops are cut from stored pixels
  public static List<RgbTensor> cut(SrgbPixels shown, List<InputSpec> specs) {
    List<Target> targets = specs.stream().map(spec -> target(shown, spec)).toList();
    List<byte[]> resized = Resizer.resize(shown, targets);
    var tensors = new ArrayList<RgbTensor>();
    for (int i = 0; i < specs.size(); i++) {
      InputSpec spec = specs.get(i);
      byte[] rgb = padded(resized.get(i), targets.get(i), spec.size());
      tensors.add(new RgbTensor(rgb, 1, spec.size(), spec.size(), spec.digest()));
    }
    return tensors;
  }

  private static Target target(SrgbPixels shown, InputSpec spec) {
    int size = spec.size();
    return switch (spec.fit()) {
      case Fit.Squash() -> new Target(size, size, 0, 0, size, size, spec.filter());
      case Fit.ShortestEdgeCrop(int resize) -> {
        int w = shown.width();
        int h = shown.height();
        // The long side is int(s * long / short).
        int width = w <= h ? resize : longSide(resize, w, h);
        int height = w <= h ? longSide(resize, h, w) : resize;
        yield new Target(width, height, Math.max(0, (width - size) / 2), Math.max(0, (height - size) / 2),
            Math.min(size, width), Math.min(size, height), spec.filter());
      }
      case Fit.NativeCrops _ -> throw new IllegalArgumentException("native crops are cut from stored pixels: " + spec.canonicalText());
    };
  }

  private static int longSide(int resize, int longer, int shorter) {
    return (int) Math.min(Integer.MAX_VALUE, (long) resize * longer / shorter);
  }

  /// In the middle of a black square, one pixel lower and further right where the middle is between two; the very array where it
  /// fills the square.
  private static byte[] padded(byte[] cut, Target target, int size) {
    if (target.wantedWidth() == size && target.wantedHeight() == size) return cut;
    byte[] square = new byte[size * size * 3];
    int left = Math.ceilDiv(size - target.wantedWidth(), 2);
    int top = Math.ceilDiv(size - target.wantedHeight(), 2);
    int rowBytes = target.wantedWidth() * 3;
    for (int row = 0; row < target.wantedHeight(); row++) {
      System.arraycopy(cut, row * rowBytes, square, ((top + row) * size + left) * 3, rowBytes);
    }
    return square;
  }

  /// As the file stores them: not turned, no colour conversion; transparency over white.
  private static RgbTensor nativeCrops(StoredPixels stored, InputSpec spec, Fit.NativeCrops crops) {
    int width = Math.min(spec.size(), stored.width());
    int height = Math.min(spec.size(), stored.height());
    List<Corner> corners = Crops.of(stored.width(), stored.height(), width, height, crops);
    byte[] rgb = new byte[Math.multiplyExact(corners.size() * width * 3, height)];
    int to = 0;
    for (Corner corner : corners) {
      for (int row = 0; row < height; row++, to += width * 3) {
        stored.copyOverWhite((corner.top() + row) * stored.width() + corner.left(), width, rgb, to);
      }
    }
    return new RgbTensor(rgb, corners.size(), height, width, spec.digest());
  }
}
