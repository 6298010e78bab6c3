package verimesh.metadata.exif;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import verimesh.metadata.read.FileRecord;

/// One of the four inconsistencies of the published filter (issue text of the metadata layer; DESIGN.md §3.1 weighs them).
///
/// @param text one sentence for people, in English
public record Inconsistency(Code code, String text) {
  public enum Code {
    EDITOR_WITHOUT_CAMERA, SQUARE_GENERATOR_SIZE, IMPOSSIBLE_APERTURE, DATE_WITHOUT_CAPTURE_DATE
  }

  private static final double F_NUMBER_MIN = 0.5;
  private static final double F_NUMBER_MAX = 64;

  static List<Inconsistency> of(FileRecord file, Capture c, List<String> editors) {
    List<Inconsistency> found = new ArrayList<>();
    boolean camera = !c.make().isEmpty() || !c.model().isEmpty();
    if (!editors.isEmpty() && !camera) {
      found.add(new Inconsistency(Code.EDITOR_WITHOUT_CAMERA, "An editing program is named (" + editors.getFirst() + "), but no camera."));
    }
    if (file.width() == file.height() && isGeneratorSide(file.width())) {
      found.add(new Inconsistency(Code.SQUARE_GENERATOR_SIZE, "The picture is square with " + file.width() + " pixels a side, a size that generators make."));
    }
    if (c.fNumber().isPresent() && (c.fNumber().getAsDouble() < F_NUMBER_MIN || c.fNumber().getAsDouble() > F_NUMBER_MAX)) {
      found.add(new Inconsistency(Code.IMPOSSIBLE_APERTURE,
          String.format(Locale.ROOT, "An aperture of f/%.2f exists on no lens (f/0.5 to f/64).", c.fNumber().getAsDouble())));
    }
    if (camera && !c.dateTime().isEmpty() && c.dateTimeOriginal().isEmpty()) {
      found.add(new Inconsistency(Code.DATE_WITHOUT_CAPTURE_DATE, "A camera and a date of change are named, but no date of capture."));
    }
    return List.copyOf(found);
  }

  private static boolean isGeneratorSide(int side) {
    return side == 512 || side == 768 || side == 1024 || side == 2048;
  }
}
