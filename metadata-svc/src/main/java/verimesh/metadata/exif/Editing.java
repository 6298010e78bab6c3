package verimesh.metadata.exif;

import static verimesh.metadata.read.ExifRecord.Ifd.IFD0;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import verimesh.metadata.read.FileRecord;
import verimesh.metadata.read.Format;
import verimesh.metadata.read.XmpRecord;

/// What happened to the picture after it was taken or made, as far as its leftovers tell (METADATA.md §12, §13).
///
/// @param software editing programs as written, each once, in the order EXIF, XMP, PNG text, comments
/// @param reencoded whether something says that the pixels were encoded again after capture or making. IJG tables alone do
///     not: whoever saves through libjpeg for the first time leaves the same ones
/// @param traces why, and what else was found
/// @param jpegQuality 1 to 100 where the tables are IJG's own
/// @param passedThrough network or program that passed the file on, empty if nothing says so
public record Editing(List<String> software, boolean reencoded, List<Trace> traces, OptionalInt jpegQuality, String passedThrough) {
  /// @param text for people, in English: `IJG quality 85 tables`
  public record Trace(Kind kind, String text) {}

  public enum Kind {
    IJG_TABLES, PROGRESSIVE_CAMERA, STALE_PIXEL_SIZE, EDITOR, CHANGED_AFTER_CAPTURE, FACEBOOK, SCREENSHOT, MACOS_PNG
  }

  private static final String XMP = "http://ns.adobe.com/xap/1.0/";
  private static final String XMP_EVENT = "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#";
  private static final String XMP_EXIF = "http://ns.adobe.com/exif/1.0/";
  private static final String PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/";
  private static final Set<String> APPLE_PROPERTIES = Set.of("PixelXDimension", "PixelYDimension", "ColorSpace");
  private static final int SOFTWARE_MAX = 32;
  /// Different names and comments looked at: a history of thousands of steps names few programs.
  private static final int NAMES_MAX = 64;
  private static final int IIM_SPECIAL_INSTRUCTIONS = 40;
  private static final int IIM_ORIGINATING_PROGRAM = 65;

  public Editing {
    software = List.copyOf(software);
    traces = List.copyOf(traces);
  }

  static Editing of(FileRecord file, Capture capture, PixelSize size) {
    List<String> software = editors(file, capture);
    List<Trace> traces = new ArrayList<>();
    boolean camera = !capture.make().isEmpty();
    boolean reencoded = false;
    OptionalInt quality = OptionalInt.empty();
    if (file.jpeg().isPresent()) {
      FileRecord.JpegRecord jpeg = file.jpeg().get();
      if (jpeg.ijgQuality() > 0) {
        quality = OptionalInt.of(jpeg.ijgQuality());
        traces.add(new Trace(Kind.IJG_TABLES, "IJG quality " + jpeg.ijgQuality() + " tables"));
        // Cameras with libjpeg inside exist, but they write no JFIF segment; phones that write one have tables of their own.
        reencoded |= camera && jpeg.jfif();
      }
      if (jpeg.progressive() && camera) {
        traces.add(new Trace(Kind.PROGRESSIVE_CAMERA, "progressive JPEG, which no camera writes"));
        reencoded = true;
      }
    }
    if (size == PixelSize.RESIZED || size == PixelSize.CROPPED) {
      traces.add(new Trace(Kind.STALE_PIXEL_SIZE, size == PixelSize.RESIZED ? "resized after capture, EXIF keeps the old size" : "cropped after capture, EXIF keeps the old size"));
      reencoded = true;
    }
    if (!software.isEmpty()) {
      traces.add(new Trace(Kind.EDITOR, "saved by " + software.getFirst()));
      reencoded = true;
    }
    if (CaptureDates.of(capture).changedLater()) {
      traces.add(new Trace(Kind.CHANGED_AFTER_CAPTURE, "date of change after the date of capture"));
    }
    String passedThrough = "";
    if (file.iptc().all(2, IIM_SPECIAL_INSTRUCTIONS).anyMatch(s -> s.startsWith("FBMD")) || file.xmp().all(PHOTOSHOP, "Instructions").anyMatch(s -> s.startsWith("FBMD"))) {
      traces.add(new Trace(Kind.FACEBOOK, "Facebook FBMD mark"));
      passedThrough = "Facebook / Instagram";
      reencoded = true;
    } else if (file.icc().filter(p -> p.description().equals("c2") && p.copyright().equals("FB")).isPresent()) {
      traces.add(new Trace(Kind.FACEBOOK, "Facebook colour profile"));
      passedThrough = "Facebook / Instagram";
      reencoded = true;
    } else if (Software.kind(capture.software(), capture.model()) == Software.TRANSFER) {
      passedThrough = capture.software();
    }
    if (isScreenshot(file)) {
      traces.add(new Trace(Kind.SCREENSHOT, "screenshot"));
    } else if (isMacosPng(file)) {
      traces.add(new Trace(Kind.MACOS_PNG, "PNG as macOS writes screenshots and exports"));
    }
    return new Editing(software, reencoded, traces, quality, passedThrough);
  }

  private static List<String> editors(FileRecord file, Capture capture) {
    Stream<String> named = Stream.of(
            Stream.of(capture.software()),
            file.exif().text(IFD0, Tags.IMAGE_EDITOR).stream(),
            file.xmp().all(XMP, "CreatorTool"),
            file.xmp().all(XMP_EVENT, "softwareAgent"),
            file.texts().stream().filter(t -> t.keyword().equalsIgnoreCase("Software")).map(FileRecord.TextEntry::text),
            file.iptc().all(2, IIM_ORIGINATING_PROGRAM))
        .flatMap(s -> s).map(String::strip).distinct().limit(NAMES_MAX).filter(s -> Software.kind(s, capture.model()) == Software.EDITOR);
    Stream<String> mentioned = file.texts().stream()
        .filter(t -> t.keyword().equalsIgnoreCase("Comment") || t.keyword().isEmpty() && !t.carrier().startsWith("JPEG APP")).limit(NAMES_MAX)
        .flatMap(t -> Software.editorIn(t.text().substring(0, Math.min(t.text().length(), 512))).stream());
    Set<String> distinct = new LinkedHashSet<>();
    Stream.concat(named, mentioned).forEach(distinct::add);
    return distinct.stream().limit(SOFTWARE_MAX).toList();
  }

  /// Apple's ImageIO leaves a packet with the size and nothing else.
  private static boolean isMacosPng(FileRecord file) {
    List<XmpRecord.Property> properties = file.xmp().properties();
    return file.format() == Format.PNG && file.texts().isEmpty() && file.xmp().first("adobe:ns:meta/", "xmptk").filter(t -> t.startsWith("XMP Core ")).isPresent()
        && file.xmp().first(XMP_EXIF, "PixelXDimension").isPresent()
        && properties.stream().allMatch(p -> p.name().equals("xmptk") || p.namespace().equals(XMP_EXIF) && APPLE_PROPERTIES.contains(p.name()));
  }

  /// macOS and iOS say so in a UserComment, of EXIF or XMP.
  private static boolean isScreenshot(FileRecord file) {
    return file.format() == Format.PNG && Stream.concat(file.exif().userComment().stream(), file.xmp().all(XMP_EXIF, "UserComment"))
        .anyMatch(s -> s.strip().toLowerCase(Locale.ROOT).equals("screenshot"));
  }
}
