package verimesh.chassis.images;

import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.color.ProfileDataException;
import java.awt.image.ColorConvertOp;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import verimesh.chassis.images.ColourProfile.Reading.Unusable;
import verimesh.chassis.images.ColourProfile.Reading.Usable;

/// An embedded ICC profile that was tried out and works: RGB in, sRGB out, perceptual intent, by the JDK's Little CMS.
///
/// Most pictures that carry a profile carry sRGB itself under some maker's name. [#changesNothing] tells, and saves the
/// conversion. Immutable and thread-safe.
public final class ColourProfile {
  /// No profile: the numbers are sRGB as they are.
  public static final ColourProfile NONE = new ColourProfile(null, true);

  /// Profiles tried out lately. Few exist in the wild, and trying one out costs about a millisecond.
  private static final int REMEMBERED_MAX = 64;

  private static final Map<String, Reading> REMEMBERED =
      new LinkedHashMap<>(REMEMBERED_MAX, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Reading> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  /// A profile's grid is tried at these levels of each channel.
  private static final int[] LEVELS = {0, 8, 24, 48, 72, 96, 128, 160, 192, 224, 240, 255};

  private final ICC_Profile profile;
  private final boolean changesNothing;

  private ColourProfile(ICC_Profile profile, boolean changesNothing) {
    this.profile = profile;
    this.changesNothing = changesNothing;
  }

  /// What became of a profile's bytes.
  public sealed interface Reading {
    record Usable(ColourProfile profile) implements Reading {}

    /// @param why completes "was left out: ..."
    record Unusable(String why) implements Reading {}
  }

  /// Reads and tries a profile. Never throws for content.
  public static Reading read(byte[] icc) {
    if (icc.length == 0) return new Usable(NONE);
    String key = digest(icc);
    synchronized (REMEMBERED) {
      Reading known = REMEMBERED.get(key);
      if (known != null) return known;
    }
    Reading reading = tryOut(icc);
    synchronized (REMEMBERED) {
      REMEMBERED.put(key, reading);
    }
    return reading;
  }

  private static Reading tryOut(byte[] icc) {
    // Little CMS reads the size from the header; a lie there reaches past the array in some JDKs.
    if (icc.length < 132) return new Unusable("it is " + icc.length + " bytes long, less than a header");
    try {
      ICC_Profile profile = ICC_Profile.getInstance(icc);
      if (profile.getColorSpaceType() != ColorSpace.TYPE_RGB) return new Unusable("it is for no RGB picture");
      var tried = new ColourProfile(profile, false);
      return new Usable(new ColourProfile(profile, tried.keepsTheGrid()));
    } catch (IllegalArgumentException | ProfileDataException | CMMException e) {
      return new Unusable("it cannot be read");
    }
  }

  /// No sample of a grid moves by more than one level, a third of what golden/README.md §4 allows between two engines.
  private boolean keepsTheGrid() {
    int n = LEVELS.length;
    byte[] grid = new byte[n * n * n * 3];
    for (int i = 0; i < grid.length / 3; i++) {
      grid[i * 3] = (byte) LEVELS[i / (n * n)];
      grid[i * 3 + 1] = (byte) LEVELS[i / n % n];
      grid[i * 3 + 2] = (byte) LEVELS[i % n];
    }
    byte[] converted = convert(grid, n * n, n);
    for (int i = 0; i < grid.length; i++) {
      if (Math.abs((grid[i] & 0xFF) - (converted[i] & 0xFF)) > 1) return false;
    }
    return true;
  }

  /// The numbers are sRGB already, within one level.
  public boolean changesNothing() {
    return changesNothing;
  }

  /// @param rgb three bytes a pixel; not changed
  /// @return sRGB; the very same array if the profile changes nothing
  byte[] toSrgb(byte[] rgb, int width, int height) {
    return changesNothing ? rgb : convert(rgb, width, height);
  }

  private byte[] convert(byte[] rgb, int width, int height) {
    byte[] srgb = new byte[rgb.length];
    // The operation keeps state, so each conversion has its own.
    var operation = new ColorConvertOp(new ICC_Profile[] {profile, ((ICC_ColorSpace) ColorSpace.getInstance(ColorSpace.CS_sRGB)).getProfile()}, null);
    operation.filter(raster(rgb, width, height), raster(srgb, width, height));
    return srgb;
  }

  private static WritableRaster raster(byte[] rgb, int width, int height) {
    ComponentSampleModel model = new PixelInterleavedSampleModel(DataBuffer.TYPE_BYTE, width, height, 3, width * 3, new int[] {0, 1, 2});
    return Raster.createWritableRaster(model, new DataBufferByte(rgb, rgb.length), null);
  }

  private static String digest(byte[] icc) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(icc));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
