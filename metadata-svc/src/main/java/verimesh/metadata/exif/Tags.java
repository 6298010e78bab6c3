package verimesh.metadata.exif;

/// EXIF tag numbers by the names of the EXIF 3.0 specification.
final class Tags {
  static final int IMAGE_DESCRIPTION = 0x010e;
  static final int MAKE = 0x010f;
  static final int MODEL = 0x0110;
  static final int SOFTWARE = 0x0131;
  static final int DATE_TIME = 0x0132;
  static final int ARTIST = 0x013b;
  static final int HOST_COMPUTER = 0x013c;
  static final int COPYRIGHT = 0x8298;
  static final int EXPOSURE_TIME = 0x829a;
  static final int F_NUMBER = 0x829d;
  static final int ISO = 0x8827;
  static final int EXIF_VERSION = 0x9000;
  static final int DATE_TIME_ORIGINAL = 0x9003;
  static final int DATE_TIME_DIGITIZED = 0x9004;
  static final int OFFSET_TIME_ORIGINAL = 0x9011;
  static final int COMPONENTS_CONFIGURATION = 0x9101;
  static final int COMPRESSED_BITS_PER_PIXEL = 0x9102;
  static final int SHUTTER_SPEED_VALUE = 0x9201;
  static final int APERTURE_VALUE = 0x9202;
  static final int FOCAL_LENGTH = 0x920a;
  static final int MAKER_NOTE = 0x927c;
  static final int SUB_SEC_TIME_ORIGINAL = 0x9291;
  static final int XP_COMMENT = 0x9c9c;
  static final int XP_AUTHOR = 0x9c9d;
  static final int FLASHPIX_VERSION = 0xa000;
  static final int COLOR_SPACE = 0xa001;
  static final int PIXEL_X_DIMENSION = 0xa002;
  static final int PIXEL_Y_DIMENSION = 0xa003;
  static final int FILE_SOURCE = 0xa300;
  static final int SCENE_TYPE = 0xa301;
  static final int WHITE_BALANCE = 0xa403;
  static final int CAMERA_OWNER_NAME = 0xa430;
  static final int BODY_SERIAL_NUMBER = 0xa431;
  static final int LENS_SPECIFICATION = 0xa432;
  static final int LENS_MAKE = 0xa433;
  static final int LENS_MODEL = 0xa434;
  static final int LENS_SERIAL_NUMBER = 0xa435;
  /// EXIF 3.0
  static final int PHOTOGRAPHER = 0xa437;
  static final int IMAGE_EDITOR = 0xa438;
  /// DNG
  static final int CAMERA_SERIAL_NUMBER = 0xc62f;

  /// Interoperability and GPS directories count from zero on their own.
  static final int INTEROP_INDEX = 0x0001;
  static final int GPS_LATITUDE_REF = 0x0001;
  static final int GPS_LATITUDE = 0x0002;
  static final int GPS_LONGITUDE_REF = 0x0003;
  static final int GPS_LONGITUDE = 0x0004;
  static final int GPS_ALTITUDE_REF = 0x0005;
  static final int GPS_ALTITUDE = 0x0006;
  static final int GPS_TIME_STAMP = 0x0007;
  static final int GPS_DATE_STAMP = 0x001d;

  private Tags() {}
}
