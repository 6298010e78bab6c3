package verimesh.metadata;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import verimesh.metadata.InspectionReport.Generator;
import verimesh.metadata.InspectionReport.Options;
import verimesh.metadata.c2pa.ClaimReader;
import verimesh.metadata.c2pa.Credentials;
import verimesh.metadata.c2pa.SourceType;
import verimesh.metadata.c2pa.Story;
import verimesh.metadata.exif.CameraConsistency;
import verimesh.metadata.exif.ExifReport;
import verimesh.metadata.read.FileReader;
import verimesh.metadata.read.FileReader.Reading;
import verimesh.metadata.read.FileRecord;
import verimesh.metadata.read.FileRecord.ReadFinding;
import verimesh.metadata.read.Format;
import verimesh.metadata.sign.Attribution;
import verimesh.metadata.sign.Kind;
import verimesh.metadata.sign.LabelClass;
import verimesh.metadata.sign.Place;
import verimesh.metadata.sign.Signature;
import verimesh.metadata.sign.SourceTypeLabel;
import verimesh.metadata.sign.Words;
import verimesh.metadata.stealth.NovelAiSeal;
import verimesh.metadata.stealth.Stealth;
import verimesh.metadata.stealth.StealthReader;
import verimesh.metadata.stealth.StoredPixels;

/// Inspects one file: reads it, asks every room what it sees, and puts the answers side by side. Pure and thread-safe: same
/// bytes and options, same report.
public final class Inspector {
  private final FileReader reader;
  private final ClaimReader claims = new ClaimReader();
  private final Optional<StealthReader> stealth;

  /// @param stealth empty: pixels are not looked at
  public Inspector(FileReader reader, Optional<StealthReader> stealth) {
    this.reader = reader;
    this.stealth = stealth;
  }

  /// Either a report or the reason why there is none.
  public sealed interface Inspection {
    record Inspected(InspectionReport report) implements Inspection {}

    /// @param reason `EMPTY_FILE`, `NOT_AN_IMAGE` or `UNREADABLE_HEADER`
    record Refused(String reason, String message) implements Inspection {}
  }

  public Inspection inspect(byte[] file, Options options) {
    return switch (reader.read(file)) {
      case Reading.Refused(String reason, String message) -> new Inspection.Refused(reason, message);
      case Reading.Read(FileRecord record) -> new Inspection.Inspected(report(record, file, options));
    };
  }

  private InspectionReport report(FileRecord file, byte[] bytes, Options options) {
    Credentials credentials = claims.read(file);
    ExifReport exif = ExifReport.of(file);
    Words words = Words.of(file);
    Optional<StoredPixels> pixels = stealth.isEmpty() ? Optional.empty() : StoredPixels.of(file, bytes);
    List<Signature> written = Attribution.of(credentials, words, Optional.empty());
    // A look at a PNG's pixels costs next to nothing. A WebP must be decoded as a whole: where it has alpha, which is where
    // records are hidden, or where it says nothing else.
    boolean look = pixels.filter(p -> p.isStreamed() || file.hasAlpha() || written.isEmpty()).isPresent();
    Stealth found = look ? stealth.orElseThrow().read(pixels.orElseThrow()) : Stealth.NOTHING;
    Optional<Words> hidden = found.payload()
        .map(p -> Words.hidden(file, p.text(), Place.hidden(file.format() == Format.PNG ? "PNG" : "WebP", p.mode().signature())));
    List<Signature> told = hidden.isPresent() ? Attribution.of(credentials, words, hidden) : written;
    List<Signature> signatures = sealed(told, words, hidden, pixels);
    LabelClass label = label(signatures, file, credentials, exif);
    List<Signature> shown = signatures.stream().map(s -> Cut.signature(s, options.textCharactersMax())).toList();
    Optional<Generator> generator = generator(shown);
    return new InspectionReport(
        file.format(), file.width(), file.height(), generator, shown, exif, credentials, label,
        Summary.of(shown, exif, credentials, options.language()),
        options.personalData() ? exif.personalData() : Map.of(),
        rawTexts(words, hidden, options.textCharactersMax()),
        findings(file, credentials, found));
  }

  /// NovelAI's record becomes proof where its signature over these very pixels holds. One that fails changes nothing: the
  /// pixels or the Comment were changed since, which many do.
  private static List<Signature> sealed(List<Signature> signatures, Words words, Optional<Words> hidden, Optional<StoredPixels> pixels) {
    if (pixels.isEmpty() || signatures.stream().noneMatch(s -> s.tool().equals("NovelAI"))) return signatures;
    List<String> comments = new ArrayList<>(words.signedComments());
    hidden.ifPresent(h -> comments.addAll(h.signedComments()));
    if (comments.stream().distinct().limit(2).noneMatch(comment -> NovelAiSeal.holds(pixels.get(), comment))) return signatures;
    List<Signature> proven = new ArrayList<>(signatures);
    for (int i = 0; i < proven.size(); i++) {
      Signature signature = proven.get(i);
      if (!signature.tool().equals("NovelAI") || signature.kind() != Kind.GENERATOR_RECORD && signature.kind() != Kind.STEALTH_RECORD) continue;
      proven.set(i, signature.proven("NovelAI"));
      break; // one signature, one proof; the other place keeps its record
    }
    return proven;
  }

  /// The first sign's tool; what it leaves open is filled by other signs of the same tool.
  private static Optional<Generator> generator(List<Signature> signatures) {
    if (signatures.isEmpty()) return Optional.empty();
    Signature first = signatures.getFirst();
    String version = "";
    String model = "";
    for (Signature signature : signatures) {
      if (!signature.tool().equals(first.tool())) continue;
      if (version.isEmpty()) version = signature.recipe().version();
      if (model.isEmpty()) model = signature.recipe().model();
    }
    return Optional.of(new Generator(first.tool(), version, model, first.place().sentence()));
  }

  /// AI before capture: a camera's photo with AI in it is AI-edited. A suspicion comes before a capture, too, since it is
  /// about this very picture.
  private static LabelClass label(List<Signature> signatures, FileRecord file, Credentials credentials, ExifReport exif) {
    for (LabelClass label : List.of(LabelClass.FULLY_GENERATED, LabelClass.AI_EDITED, LabelClass.SUSPECTED)) {
      if (signatures.stream().anyMatch(s -> s.weight().label() == label)) return label;
    }
    List<SourceType.Meaning> labels = SourceTypeLabel.of(file.xmp()).map(SourceType::meaning).toList();
    Story.Making told = credentials.story().making();
    boolean camera = exif.consistency().answer() == CameraConsistency.Answer.CAMERA_CONSISTENT;
    if (told == Story.Making.CAPTURED || labels.contains(SourceType.Meaning.CAPTURE)) return LabelClass.CAPTURED;
    if (told == Story.Making.OTHER || labels.contains(SourceType.Meaning.OTHER)) return LabelClass.OTHER;
    return camera ? LabelClass.CAPTURED : LabelClass.NONE;
  }

  private static Map<String, String> rawTexts(Words words, Optional<Words> hidden, int max) {
    Map<String, String> texts = new LinkedHashMap<>(words.asWritten());
    hidden.ifPresent(h -> texts.putAll(h.asWritten()));
    texts.replaceAll((_, text) -> Cut.text(text, max));
    return texts;
  }

  private static List<ReadFinding> findings(FileRecord file, Credentials credentials, Stealth stealth) {
    List<ReadFinding> findings = new ArrayList<>(file.findings());
    // Offsets of the store are not offsets of the file: JPEG cuts it into segments.
    credentials.findings().forEach(f -> findings.add(new ReadFinding(f.code(), f.text(), -1)));
    findings.addAll(stealth.findings());
    return findings;
  }
}
