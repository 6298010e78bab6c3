package verimesh.cli.analyze;

/// A camera's name out of EXIF's two fields, which repeat each other and sometimes hold something else.
public final class Cameras {
  /// ComfyUI keeps whole graphs in Make and Model.
  private static final int NAME_CHARACTERS_MAX = 80;

  private Cameras() {}

  /// `Canon EOS R60` for `Canon` and `Canon EOS R60`; empty where the fields hold no name.
  public static String name(String make, String model) {
    String brand = make.strip().split(" ")[0];
    boolean repeated = !brand.isEmpty() && model.strip().regionMatches(true, 0, brand, 0, brand.length());
    String name = repeated ? model.strip() : (make.strip() + " " + model.strip()).strip();
    return name.length() <= NAME_CHARACTERS_MAX ? name : "";
  }
}
