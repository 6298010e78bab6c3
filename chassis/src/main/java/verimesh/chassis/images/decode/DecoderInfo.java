package verimesh.chassis.images.decode;

import java.util.Set;
import verimesh.chassis.images.ImageFormat;

/// One decoder that is in use, for `./mesh doctor`.
///
/// @param formats what it decodes here
/// @param name the library, with its version where it tells one
/// @param nativeLibrary true if found on the machine; false if it came with us
public record DecoderInfo(Set<ImageFormat> formats, String name, boolean nativeLibrary) {
  public DecoderInfo {
    formats = Set.copyOf(formats);
  }
}
