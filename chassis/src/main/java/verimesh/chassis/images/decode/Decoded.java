package verimesh.chassis.images.decode;

import java.util.List;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.StoredPixels;

/// What decoding a file came to. No content makes decoding throw.
public sealed interface Decoded {
  /// There are pixels, perhaps damaged ones: see the remarks.
  record Picture(ImageHeader.Known header, StoredPixels stored, List<Remark> remarks) implements Decoded {
    public Picture {
      remarks = List.copyOf(remarks);
    }

    /// Part of the picture could not be decoded.
    public boolean damaged() {
      return remarks.stream().anyMatch(Remark.Damaged.class::isInstance);
    }
  }

  /// The file is an image by its header, in a format or kind that nothing on this machine decodes (`FORMAT_NOT_DECODABLE`).
  record Unsupported(ImageHeader.Known header, String message) implements Decoded {}

  /// No picture at all, a header that makes no sense, or pixel data of which nothing could be decoded.
  record Broken(String message) implements Decoded {}

  /// Refused before anything was allocated.
  record OverLimit(ImageHeader.Known header, String message) implements Decoded {}
}
