package verimesh.cli.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import verimesh.cli.analyze.Cameras;
import verimesh.cli.analyze.Refusal;
import verimesh.cli.analyze.Words;
import verimesh.cli.term.Console;
import verimesh.cli.term.Ink;
import verimesh.cli.term.Language;
import verimesh.cli.term.Plain;
import verimesh.cli.term.Width;
import verimesh.common.v1.Level;
import verimesh.metadata.v1.ContentCredentials;
import verimesh.metadata.v1.Exif;
import verimesh.metadata.v1.Generator;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.Manifest;
import verimesh.metadata.v1.Signature;

/// One file's metadata for people: what names a tool first, then the camera's story, then the rest, and nothing that is empty.
final class InspectView {
  private static final int NAME_COLUMNS = 13;
  private static final int TEXT_SHOWN_MAX = 600;

  private final Console console;
  private final Language language;
  private final boolean raw;
  private boolean first = true;

  /// @param raw also the texts of the file as they are
  InspectView(Console console, Language language, boolean raw) {
    this.console = console;
    this.language = language;
    this.raw = raw;
  }

  void refuse(String file, Refusal refusal) {
    title(file, "");
    fact(Ink.BAD, language.pick("no answer", "답 없음"), refusal.message() + " (" + refusal.reason() + ")");
  }

  void show(String file, InspectResponse response) {
    String size = response.getWidth() == 0 ? "" : ", " + Integer.toUnsignedString(response.getWidth()) + " × " + Integer.toUnsignedString(response.getHeight());
    title(file, response.getFormat() + size);
    if (!response.getSummary().isEmpty()) wrapped("  ", response.getSummary(), Ink.STRONG);
    if (response.hasGenerator()) generator(response.getGenerator());
    for (Signature signature : response.getSignaturesList()) signature(signature);
    if (response.hasExif()) camera(response.getExif());
    response.getInconsistenciesList().forEach(odd -> fact(say("inconsistency", "모순"), odd.getText() + " (" + odd.getCode() + ")"));
    editing(response);
    if (response.hasProvenance()) credentials(response.getProvenance());
    response.getFindingsList().forEach(finding -> fact(say("finding", "발견"), finding.getText() + " (" + finding.getCode()
        + (finding.hasOffset() ? say(" at byte ", ", 바이트 ") + Long.toUnsignedString(finding.getOffset()) : "") + ")"));
    for (Map.Entry<String, String> entry : response.getPersonalDataMap().entrySet()) fact(say("personal", "개인 정보"), entry.getKey() + ": " + entry.getValue());
    if (raw) response.getRawTextsMap().forEach((carrier, text) -> {
      fact(say("text", "텍스트"), carrier);
      for (String line : text.split("\n", -1)) console.line("      " + console.ink(Ink.FAINT, Plain.line(line)));
    });
  }

  private void title(String file, String about) {
    if (!first) console.line("");
    first = false;
    console.line(console.ink(Ink.STRONG, Plain.line(file)) + (about.isEmpty() ? "" : "  " + console.ink(Ink.FAINT, about)));
  }

  private void generator(Generator generator) {
    var parts = new ArrayList<String>(List.of((generator.getName() + " " + generator.getVersion()).strip()));
    if (!generator.getModel().isEmpty()) parts.add(say("model ", "모델 ") + generator.getModel());
    fact(Ink.AI, say("tool", "도구"), String.join(", ", parts) + "  ← " + generator.getEvidence());
  }

  private void signature(Signature signature) {
    String level = signature.getLevel() == Level.LEVEL_NONE || signature.getLevel() == Level.LEVEL_UNSPECIFIED ? "" : Words.of(signature.getLevel()) + " ";
    String verified = signature.getVerified() ? say(", signature holds", ", 서명 유효") : "";
    fact(say("sign", "흔적"), level + signature.getKind().toLowerCase(Locale.ROOT) + say(" in ", " 위치: ") + signature.getCarrier() + ": " + signature.getTool() + verified);
    under(say("prompt", "프롬프트"), signature.getPrompt());
    under(say("negative", "네거티브"), signature.getNegativePrompt());
    under(say("seed", "시드"), signature.getSeed());
    under(say("signer", "서명자"), signature.getSigner());
    var settings = new ArrayList<String>();
    signature.getSettingsMap().forEach((name, value) -> settings.add(name + " " + value));
    under(say("settings", "설정"), String.join(", ", settings));
  }

  private void camera(Exif exif) {
    String camera = Cameras.name(exif.getMake(), exif.getModel());
    if (!camera.isEmpty()) fact(say("camera", "카메라"), camera);
    var shot = new ArrayList<String>();
    if (exif.hasExposureTimeS()) shot.add(exposure(exif.getExposureTimeS()));
    if (exif.hasFNumber()) shot.add("f/" + trimmed(exif.getFNumber()));
    if (exif.hasIso()) shot.add("ISO " + Integer.toUnsignedString(exif.getIso()));
    if (exif.hasFocalLengthMm()) shot.add(trimmed(exif.getFocalLengthMm()) + " mm");
    if (!exif.getLens().isEmpty()) shot.add(exif.getLens());
    if (!exif.getDateTimeOriginal().isEmpty()) shot.add(exif.getDateTimeOriginal());
    if (!shot.isEmpty()) fact(say("exposure", "촬영"), String.join(", ", shot));
    if (!exif.getSoftware().isEmpty()) fact(say("software", "소프트웨어"), exif.getSoftware());
    String judged = exif.getConsistency().toLowerCase(Locale.ROOT).replace('_', ' ')
        + (exif.hasConsistencyScore() ? " " + String.format(Locale.ROOT, "%.2f", exif.getConsistencyScore()) : "")
        + say(", published score ", ", 공개 점수 ") + String.format(Locale.ROOT, "%.2f", exif.getPublishedScore());
    fact("EXIF", judged);
    exif.getReasonsList().forEach(reason -> under("", reason));
  }

  private void editing(InspectResponse response) {
    if (response.getEditing().getSoftwareCount() > 0) fact(say("edited with", "편집"), String.join(", ", response.getEditing().getSoftwareList()));
    var traces = new ArrayList<>(response.getEditing().getTracesList());
    if (!response.getEditing().getPassedThrough().isEmpty()) traces.add(say("passed through ", "경유: ") + response.getEditing().getPassedThrough());
    if (!traces.isEmpty()) fact(say("traces", "자취"), String.join(", ", traces));
  }

  private void credentials(ContentCredentials credentials) {
    if (credentials.getState().isEmpty() || credentials.getState().equals("none")) return;
    fact(say("credentials", "콘텐츠 자격"), credentials.getState() + (credentials.getRemoteUrl().isEmpty() ? "" : ", " + credentials.getRemoteUrl()));
    for (Manifest manifest : credentials.getManifestsList()) {
      under(manifest.getActive() ? say("active", "활성") : say("manifest", "매니페스트"),
          manifest.getClaimGenerator() + (manifest.getSigner().isEmpty() ? "" : say(", signed by ", ", 서명: ") + manifest.getSigner()));
      manifest.getActionsList().forEach(action -> under("", (action.getAction() + " " + action.getSoftwareAgent()).strip()
          + (action.getDigitalSourceType().isEmpty() ? "" : ": " + action.getDigitalSourceType())));
    }
    credentials.getFailureList().forEach(code -> under("", code));
  }

  private void fact(String name, String value) {
    fact(Ink.NAME, name, value);
  }

  private void fact(Ink ink, String name, String value) {
    console.line("  " + console.ink(ink, Width.pad(name, NAME_COLUMNS)) + " " + Plain.line(value));
  }

  private void under(String name, String value) {
    if (value.isBlank()) return;
    String one = Plain.line(value.length() > TEXT_SHOWN_MAX ? value.substring(0, TEXT_SHOWN_MAX) + "…" : value);
    console.line("  " + " ".repeat(NAME_COLUMNS + 1) + (name.isEmpty() ? "" : console.ink(Ink.FAINT, Width.pad(name, 9)) + " ") + one);
  }

  private void wrapped(String indent, String text, Ink ink) {
    int columns = Math.max(40, console.columns(100) - indent.length());
    var line = new StringBuilder();
    for (String word : Plain.line(text).split(" ")) {
      if (Width.of(line.toString()) + Width.of(word) + 1 > columns && !line.isEmpty()) {
        console.line(indent + console.ink(ink, line.toString()));
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    if (!line.isEmpty()) console.line(indent + console.ink(ink, line.toString()));
  }

  private String say(String english, String korean) {
    return language.pick(english, korean);
  }

  private static String exposure(double seconds) {
    return seconds > 0 && seconds < 0.4 ? "1/" + Math.round(1 / seconds) + " s" : trimmed(seconds) + " s";
  }

  private static String trimmed(double value) {
    return String.format(Locale.ROOT, "%.1f", value).replaceAll("\\.0$", "");
  }
}
