package verimesh.chassis.images.decode;

import java.util.List;
import verimesh.chassis.images.ColourProfile;

/// What a decoder noticed and went on from. Nothing here is an error: there are pixels.
public sealed interface Remark {
  /// UPPER_SNAKE, stable.
  String code();

  /// One sentence for people.
  String message();

  /// The file holds several frames or pages, and only the first was looked at.
  record FirstFrameOnly(int frames) implements Remark {
    @Override
    public String code() {
      return "FIRST_FRAME_ONLY";
    }

    @Override
    public String message() {
      return "The file holds " + frames + " frames; only the first was looked at.";
    }
  }

  /// The pixel data is cut off or broken; what could not be decoded is black or grey.
  record Damaged(String message) implements Remark {
    @Override
    public String code() {
      return "DAMAGED";
    }
  }

  /// A profile that was tried out, or none and a remark why.
  static ColourProfile profile(byte[] icc, List<Remark> remarks) {
    return switch (ColourProfile.read(icc)) {
      case ColourProfile.Reading.Usable(ColourProfile profile) -> profile;
      case ColourProfile.Reading.Unusable(String why) -> {
        remarks.add(ProfileIgnored.because(why));
        yield ColourProfile.NONE;
      }
    };
  }

  /// The embedded colour profile cannot be used, so the numbers were taken for sRGB.
  record ProfileIgnored(String message) implements Remark {
    static ProfileIgnored because(String why) {
      return new ProfileIgnored("The embedded colour profile was left out: " + why + ".");
    }

    @Override
    public String code() {
      return "PROFILE_IGNORED";
    }
  }
}
