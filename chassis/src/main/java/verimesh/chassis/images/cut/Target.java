package verimesh.chassis.images.cut;

import verimesh.chassis.images.InputSpec.Filter;

/// What a picture is to be resized to, and how much of that is wanted: the rest would be cropped away.
///
/// @param width of the whole resized picture, in pixels
/// @param height of the whole resized picture
/// @param left of the wanted window, in the resized picture
record Target(int width, int height, int left, int top, int wantedWidth, int wantedHeight, Filter filter) {
  Kernel across(int sourceWidth) {
    return Kernel.of(sourceWidth, width, left, wantedWidth, filter);
  }

  Kernel down(int sourceHeight) {
    return Kernel.of(sourceHeight, height, top, wantedHeight, filter);
  }
}
