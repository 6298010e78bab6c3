package verimesh.chassis.inference.family;

import verimesh.chassis.inference.CheckpointException;

/// The square that a model is built for and how its samples are scaled: (sample / 255 - mean) / std.
///
/// @param size side in pixels, 1 to 4096
/// @param mean per channel R, G, B; never changed by anybody
/// @param std per channel, above 0; never changed by anybody
public record PixelInput(int size, double[] mean, double[] std) {
  public PixelInput {
    if (size < 1 || size > 4096) throw new IllegalArgumentException("a side of " + size + " px; expected 1 to 4096");
    if (mean.length != 3 || std.length != 3) throw new IllegalArgumentException("mean and std have three numbers each");
    for (double s : std) if (!(s > 0)) throw new IllegalArgumentException("std holds " + s + "; expected numbers above 0");
  }

  /// @return how many patches fit a side; a convolution without padding drops what is left over
  int grid(int patch) throws CheckpointException {
    if (patch > size) throw new CheckpointException("patch_size is " + patch + ", more than the input's side of " + size + " px");
    return size / patch;
  }
}
