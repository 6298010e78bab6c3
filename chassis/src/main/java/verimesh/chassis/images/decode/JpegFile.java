package verimesh.chassis.images.decode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A JPEG's segments before its first scan: what decoders disagree about is decided here, once.
///
/// Which colours the samples are follows libjpeg's `default_decompress_parms`; the JDK's reader has rules of its own, which
/// depend on EXIF and ICC segments. So it is handed [#plain]: the same scans behind one marker that leaves no choice.
final class JpegFile {
  /// What the components are.
  enum Colours {
    GREY,
    YCC,
    RGB,
    CMYK,
    YCCK
  }

  private static final byte[] JFIF = {
    (byte) 0xFF, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
  };

  private static final byte[] ICC = "ICC_PROFILE\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] EXIF = "Exif\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] JFIF_ID = "JFIF\0".getBytes(StandardCharsets.ISO_8859_1);

  private final byte[] file;
  private int orientation;
  private boolean jfif;
  private int adobeTransform = -1; // -1: no Adobe segment
  private byte[] componentIds = {};
  private byte[] samplings = {};
  private int frameMarker;
  private final byte[][] iccParts = new byte[256][];
  private int iccPartCount;
  private final ByteArrayOutputStream tables = new ByteArrayOutputStream();
  private int scanAt;

  JpegFile(byte[] file) {
    this.file = file;
    readSegments();
  }

  private void readSegments() {
    int at = 2;
    scanAt = file.length;
    while (at + 3 < file.length) {
      int marker = file[at + 1] & 0xFF;
      if ((file[at] & 0xFF) != 0xFF || marker == 0xFF || marker == 0) {
        at++;
        continue;
      }
      if (marker == 0xD9) return;
      if (marker == 0xDA) {
        scanAt = at;
        return;
      }
      if (marker >= 0xD0 && marker <= 0xD8 || marker == 0x01) {
        at += 2;
        continue;
      }
      int length = Math.max(2, u16(at + 2));
      if (at + 2 + length > file.length) return;
      readSegment(marker, at, length);
      at += 2 + length;
    }
  }

  private void readSegment(int marker, int at, int length) {
    int start = at + 4;
    int size = length - 2;
    boolean application = marker >= 0xE0 && marker <= 0xEF;
    if (!application && marker != 0xFE) tables.write(file, at, 2 + length); // 0xFE is a comment
    switch (marker) {
      case 0xE0 -> jfif |= startsWith(start, size, JFIF_ID);
      case 0xE1 -> {
        if (orientation == 0 && startsWith(start, size, EXIF)) orientation = ExifOrientation.of(file, start, size);
      }
      case 0xE2 -> {
        if (startsWith(start, size, ICC) && size > ICC.length + 2) addIccPart(start + ICC.length, size - ICC.length);
      }
      case 0xEE -> {
        if (startsWith(start, size, ADOBE) && size >= 12) adobeTransform = file[start + 11] & 0xFF;
      }
      case 0xC0, 0xC1, 0xC2 -> readFrame(marker, start, size);
      default -> {}
    }
  }

  private void addIccPart(int start, int size) {
    int number = file[start] & 0xFF; // from 1; the next byte is the count
    if (iccParts[number] == null) iccPartCount++;
    iccParts[number] = Arrays.copyOfRange(file, start + 2, start + size);
  }

  private void readFrame(int marker, int start, int size) {
    int components = size > 5 ? file[start + 5] & 0xFF : 0;
    if (frameMarker != 0 || size < 6 + components * 3) return;
    frameMarker = marker;
    componentIds = new byte[components];
    samplings = new byte[components];
    for (int c = 0; c < components; c++) {
      componentIds[c] = file[start + 6 + c * 3];
      samplings[c] = file[start + 7 + c * 3];
    }
  }

  /// The file as it came.
  byte[] bytes() {
    return file;
  }

  int orientation() {
    return Math.max(1, orientation);
  }

  /// Empty if there is none, or a part of it is missing.
  byte[] iccProfile() {
    var profile = new ByteArrayOutputStream();
    for (int i = 1; i <= iccPartCount; i++) {
      if (iccParts[i] == null) return new byte[0];
      profile.writeBytes(iccParts[i]);
    }
    return profile.toByteArray();
  }

  Colours colours() {
    return switch (componentIds.length) {
      case 1 -> Colours.GREY;
      case 4 -> adobeTransform > 0 ? Colours.YCCK : Colours.CMYK;
      default -> {
        if (jfif) yield Colours.YCC;
        if (adobeTransform >= 0) yield adobeTransform == 0 ? Colours.RGB : Colours.YCC;
        yield Arrays.equals(componentIds, new byte[] {'R', 'G', 'B'}) ? Colours.RGB : Colours.YCC;
      }
    };
  }

  /// Chroma has half as many rows as luma, and as many columns (4:4:0): what a lossless turn makes of 4:2:2.
  boolean hasHalfHeightChroma() {
    return samplings.length == 3 && isHalfHeight(samplings[1]) && isHalfHeight(samplings[2]);
  }

  private boolean isHalfHeight(byte sampling) {
    return sampling >> 4 == samplings[0] >> 4 && (sampling & 0xF) * 2 == (samplings[0] & 0xF);
  }

  boolean progressive() {
    return frameMarker == 0xC2;
  }

  /// Scans that the file announces; each costs a progressive decoder a walk over the whole picture.
  int scans() {
    int scans = 0;
    for (int at = scanAt; at + 1 < file.length; at++) {
      if (file[at] == (byte) 0xFF && file[at + 1] == (byte) 0xDA) scans++;
    }
    return scans;
  }

  /// The same picture without application segments and comments, but for one that says what its colours are.
  byte[] plain() {
    byte[] marker = switch (colours()) {
      case GREY, YCC -> JFIF;
      case RGB, CMYK -> adobe(0);
      case YCCK -> adobe(2);
    };
    byte[] kept = tables.toByteArray();
    byte[] plain = new byte[2 + marker.length + kept.length + file.length - scanAt];
    plain[0] = file[0];
    plain[1] = file[1];
    System.arraycopy(marker, 0, plain, 2, marker.length);
    System.arraycopy(kept, 0, plain, 2 + marker.length, kept.length);
    System.arraycopy(file, scanAt, plain, 2 + marker.length + kept.length, file.length - scanAt);
    return plain;
  }

  private static byte[] adobe(int transform) {
    return new byte[] {(byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
  }

  private boolean startsWith(int start, int size, byte[] prefix) {
    return size >= prefix.length && Arrays.equals(file, start, start + prefix.length, prefix, 0, prefix.length);
  }

  private int u16(int at) {
    return (file[at] & 0xFF) << 8 | file[at + 1] & 0xFF;
  }
}
