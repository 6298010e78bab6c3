package verimesh.chassis.images.cut;

import java.util.ArrayList;
import java.util.List;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.InputSpec.Fit;
import verimesh.chassis.images.RgbTensor;
import verimesh.chassis.images.SrgbPixels;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.cut.Crops.Corner;
import verimesh.chassis.images.cut.Resizer.Window;

/// Cuts one decoded picture to the squares that models take. Pure and thread-safe; equal to the Hugging Face image processors
/// on Pillow, sample for sample (golden/README.md §4).
public final class TensorCutter {
  private TensorCutter() {}

  /// One tensor a spec, in the specs' order. The upright sRGB view is made once, and only if a spec wants it.
  public static List<RgbTensor> cut(StoredPixels stored, List<InputSpec> specs) {
    SrgbPixels shown = null;
    var tensors = new ArrayList<RgbTensor>();
    for (InputSpec spec : specs) {
      if (spec.fit() instanceof Fit.NativeCrops crops) {
        tensors.add(nativeCrops(stored, spec, crops));
      } else {
        if (shown == null) shown = SrgbPixels.of(stored);
        tensors.add(cut(shown, spec));
      }
    }
    return tensors;
  }

  /// @param spec with a fit that resizes; native crops are cut from stored pixels
  public static RgbTensor cut(SrgbPixels shown, InputSpec spec) {
    int size = spec.size();
    byte[] rgb = switch (spec.fit()) {
      case Fit.Squash() -> Resizer.resize(shown, size, size, new Window(0, 0, size, size), spec.filter());
      case Fit.ShortestEdgeCrop(int resize) -> shortestEdgeCrop(shown, resize, size, spec);
      case Fit.NativeCrops _ -> throw new IllegalArgumentException("native crops are cut from stored pixels: " + spec.canonicalText());
    };
    return new RgbTensor(rgb, 1, size, size, spec.digest());
  }

  private static byte[] shortestEdgeCrop(SrgbPixels shown, int resize, int size, InputSpec spec) {
    int w = shown.width();
    int h = shown.height();
    // The long side is int(s * long / short).
    int width = w <= h ? resize : longSide(resize, w, h);
    int height = w <= h ? longSide(resize, h, w) : resize;
    int left = Math.floorDiv(width - size, 2);
    int top = Math.floorDiv(height - size, 2);
    int x = Math.max(0, left);
    int y = Math.max(0, top);
    var window = new Window(x, y, Math.min(size, width), Math.min(size, height));
    byte[] cut = Resizer.resize(shown, width, height, window, spec.filter());
    if (window.width() == size && window.height() == size) return cut;
    return padded(cut, window, size, x - left, y - top);
  }

  private static int longSide(int resize, int longer, int shorter) {
    return (int) Math.min(Integer.MAX_VALUE, (long) resize * longer / shorter);
  }

  /// In a black square.
  private static byte[] padded(byte[] cut, Window window, int size, int left, int top) {
    byte[] square = new byte[size * size * 3];
    int rowBytes = window.width() * 3;
    for (int row = 0; row < window.height(); row++) {
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
