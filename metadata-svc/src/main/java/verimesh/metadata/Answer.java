package verimesh.metadata;

import java.util.Map;
import verimesh.common.v1.Level;
import verimesh.metadata.c2pa.Credentials;
import verimesh.metadata.exif.ExifReport;
import verimesh.metadata.read.FileRecord.ReadFinding;
import verimesh.metadata.sign.Signature;
import verimesh.metadata.sign.Weight;
import verimesh.metadata.v1.Action;
import verimesh.metadata.v1.ContentCredentials;
import verimesh.metadata.v1.Editing;
import verimesh.metadata.v1.Exif;
import verimesh.metadata.v1.Finding;
import verimesh.metadata.v1.FormulaPart;
import verimesh.metadata.v1.Generator;
import verimesh.metadata.v1.Inconsistency;
import verimesh.metadata.v1.Ingredient;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.LabelClass;
import verimesh.metadata.v1.Manifest;

/// A report in the contract's words. Strings of strangers are cut here once more where the report keeps them whole.
final class Answer {
  private Answer() {}

  static InspectResponse of(InspectionReport report) {
    InspectResponse.Builder answer = InspectResponse.newBuilder()
        .setFormat(report.format().id())
        .setExif(exif(report.exif()))
        .setEditing(editing(report.exif()))
        .setProvenance(provenance(report.credentials()))
        .setSummary(Cut.text(report.summary(), 2_000))
        .setWidth(report.width())
        .setHeight(report.height())
        .setLabelClass(label(report.label()))
        .setCaptureDevice(Cut.name(report.exif().captureDevice()));
    report.generator().ifPresent(g -> answer.setGenerator(Generator.newBuilder().setName(g.name()).setVersion(g.version()).setModel(g.model()).setEvidence(Cut.name(g.evidence()))));
    report.signatures().forEach(s -> answer.addSignatures(signature(s)));
    report.exif().inconsistencies().forEach(i -> answer.addInconsistencies(Inconsistency.newBuilder().setCode(i.code().name()).setText(Cut.name(i.text()))));
    report.findings().forEach(f -> answer.addFindings(finding(f)));
    report.personalData().forEach((name, value) -> answer.putPersonalData(Cut.name(name), Cut.text(value, 1_024)));
    report.rawTexts().forEach((place, text) -> answer.putRawTexts(Cut.name(place), text));
    return answer.build();
  }

  private static verimesh.metadata.v1.Signature signature(Signature s) {
    verimesh.metadata.v1.Signature.Builder answer = verimesh.metadata.v1.Signature.newBuilder()
        .setTool(s.tool())
        .setKind(s.kind().name())
        .setCarrier(Cut.name(s.place().carrier()))
        .setLevel(switch (s.weight().level()) {
          case NONE -> Level.LEVEL_NONE;
          case DECLARED -> Level.LEVEL_DECLARED;
          case PROOF -> Level.LEVEL_PROOF;
        })
        .setPart(part(s.weight().part()))
        .setLabelClass(label(s.weight().label()))
        .setVersion(s.recipe().version())
        .setModel(s.recipe().model())
        .setPrompt(s.recipe().prompt())
        .setNegativePrompt(s.recipe().negativePrompt())
        .setSeed(s.recipe().seed())
        .setVerified(s.verified())
        .setSigner(s.signer());
    for (Map.Entry<String, String> setting : s.recipe().settings().entrySet()) answer.putSettings(setting.getKey(), setting.getValue());
    return answer.build();
  }

  private static FormulaPart part(Weight.Part part) {
    return switch (part) {
      case NONE -> FormulaPart.FORMULA_PART_NONE;
      case SIGNATURE -> FormulaPart.FORMULA_PART_SIGNATURE;
      case C2PA_AI -> FormulaPart.FORMULA_PART_C2PA_AI;
      case C2PA_WITHOUT_AI -> FormulaPart.FORMULA_PART_C2PA_WITHOUT_AI;
    };
  }

  private static LabelClass label(verimesh.metadata.sign.LabelClass label) {
    return switch (label) {
      case NONE -> LabelClass.LABEL_CLASS_NONE;
      case FULLY_GENERATED -> LabelClass.LABEL_CLASS_FULLY_GENERATED;
      case AI_EDITED -> LabelClass.LABEL_CLASS_AI_EDITED;
      case CAPTURED -> LabelClass.LABEL_CLASS_CAPTURED;
      case OTHER -> LabelClass.LABEL_CLASS_OTHER;
      case SUSPECTED -> LabelClass.LABEL_CLASS_SUSPECTED;
    };
  }

  private static Exif exif(ExifReport report) {
    var capture = report.capture();
    Exif.Builder exif = Exif.newBuilder()
        .setPublishedScore(report.publishedScore())
        .setConsistency(report.consistency().answer().name())
        .setMake(Cut.name(capture.make()))
        .setModel(Cut.name(capture.model()))
        .setSoftware(Cut.name(capture.software()))
        .setLens(Cut.name(capture.lens()))
        .setDateTimeOriginal(Cut.name(capture.dateTimeOriginal()))
        .setHasGps(capture.hasGps())
        .setHasThumbnail(capture.thumbnailBytes() > 0)
        .setHasMakerNote(capture.makerNoteBytes() > 0);
    report.consistency().score().ifPresent(exif::setConsistencyScore);
    report.consistency().reasons().forEach(r -> exif.addReasons(Cut.text(r.text(), 500)));
    capture.exposureTimeS().ifPresent(exif::setExposureTimeS);
    capture.fNumber().ifPresent(exif::setFNumber);
    capture.iso().ifPresent(exif::setIso);
    capture.focalLengthMm().ifPresent(exif::setFocalLengthMm);
    return exif.build();
  }

  private static Editing editing(ExifReport report) {
    Editing.Builder editing = Editing.newBuilder().setReencoded(report.editing().reencoded()).setPassedThrough(Cut.name(report.editing().passedThrough()));
    report.editing().software().forEach(s -> editing.addSoftware(Cut.name(s)));
    report.editing().traces().forEach(t -> editing.addTraces(Cut.name(t.text())));
    report.editing().jpegQuality().ifPresent(editing::setJpegQuality);
    return editing.build();
  }

  private static ContentCredentials provenance(Credentials credentials) {
    ContentCredentials.Builder answer = ContentCredentials.newBuilder().setState(credentials.state().id()).setRemoteUrl(Cut.text(credentials.remoteUrl(), 2_000));
    credentials.manifests().forEach(m -> answer.addManifests(manifest(m)));
    return answer.build();
  }

  private static Manifest manifest(verimesh.metadata.c2pa.Manifest m) {
    Manifest.Builder manifest = Manifest.newBuilder()
        .setLabel(Cut.name(m.label()))
        .setActive(m.active())
        .setClaimGenerator(Cut.name(m.generator()))
        .setClaimVersion(m.claimVersion())
        .setSigner(m.signer().map(s -> Cut.name(s.toString())).orElse(""))
        .setTitle(Cut.name(m.title()));
    m.actions().forEach(a -> manifest.addActions(Action.newBuilder()
        .setAction(Cut.name(a.action()))
        .setDigitalSourceType(a.sourceType().map(t -> Cut.name(t.term())).orElse(""))
        .setSoftwareAgent(Cut.name((a.softwareAgent() + " " + a.agentVersion()).strip()))
        .setDescription(Cut.text(a.description(), 1_000))
        .setCreatedBySigner(a.bySigner())));
    m.ingredients().forEach(i -> manifest.addIngredients(Ingredient.newBuilder().setTitle(Cut.name(i.title())).setRelationship(Cut.name(i.relationship())).setManifest(Cut.name(i.manifest()))));
    m.assertions().forEach(a -> manifest.addAssertions(Cut.name(a)));
    return manifest.build();
  }

  private static Finding finding(ReadFinding f) {
    Finding.Builder finding = Finding.newBuilder().setCode(f.code()).setText(Cut.text(f.text(), 500));
    if (f.offset() >= 0) finding.setOffset(f.offset());
    return finding.build();
  }
}
