package verimesh.metadata.exif;

import java.util.List;
import java.util.Map;
import verimesh.metadata.read.FileRecord;

/// All that the file's words say of a camera and of what happened since, judged by METADATA.md §11 to §14.
///
/// @param publishedScore the 3-layer filter's published score, 0 to 1, not calibrated
/// @param consistency camera original, no statement, or contradictory
/// @param capture the facts as written
/// @param captureDevice make and model where they name a device; empty for generators, games and without either
/// @param inconsistencies the published rules that hold
/// @param editing editors, traces of re-encoding, networks
/// @param personalData tag name to value; never logged, given out only when asked for
public record ExifReport(
    double publishedScore, CameraConsistency consistency, Capture capture, String captureDevice, List<Inconsistency> inconsistencies, Editing editing,
    Map<String, String> personalData) {
  public static ExifReport of(FileRecord file) {
    Capture capture = Capture.of(file);
    PixelSize size = PixelSize.of(file);
    Editing editing = Editing.of(file, capture, size);
    boolean foreignName = ForeignText.isForeignName(capture);
    boolean device = !foreignName && !Brands.isGame(capture.make()) && !Brands.isGame(capture.model());
    return new ExifReport(
        PublishedScore.of(capture, foreignName),
        CameraConsistency.of(file, capture, size, editing.software()),
        capture, device ? capture.deviceName() : "",
        Inconsistency.of(file, capture, editing.software()),
        editing, PersonalData.of(file));
  }
}
