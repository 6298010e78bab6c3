package verimesh.cli.report;

import java.util.Locale;
import java.util.Optional;
import verimesh.cli.term.Language;
import verimesh.orchestrator.v1.LmmReport;
import verimesh.verifier.v1.ClueFinding;
import verimesh.verifier.v1.Examination;
import verimesh.verifier.v1.Presence;
import verimesh.verifier.v1.Region;
import verimesh.verifier.v1.RetrievedClue;

/// What a large multimodal model saw, pass by pass, and what it was asked to check.
final class LmmSection {
  private final Html html;
  private final Language language;

  LmmSection(Html html, Language language) {
    this.html = html;
    this.language = language;
  }

  void of(LmmReport lmm) {
    html.open("section", "class", "wide").element("h3", say("What a multimodal model sees", "멀티모달 모델이 본 것"));
    if (lmm.hasFirstPass()) pass(say("First look", "첫 번째 검토"), lmm.getFirstPass());
    if (lmm.hasSecondPass()) pass(say("Second look, with clues", "단서를 가지고 한 두 번째 검토"), lmm.getSecondPass());
    if (!lmm.getSecondPassSkipped().isEmpty()) {
      html.element("p", say("No second look: ", "두 번째 검토 없음: ") + lmm.getSecondPassSkipped(), "class", "num");
    }
    if (!lmm.getReason().isEmpty()) html.element("p", lmm.getReason(), "class", "num");
    if (lmm.getCluesCount() > 0) checklist(lmm);
    html.close("section");
  }

  private void pass(String name, Examination pass) {
    html.open("ul", "class", "evidence").open("li", "class", pass.getFake() ? "ai" : "real")
        .element("span", pass.getFake() ? say("fake", "가짜") : say("real", "진짜"), "class", "side")
        .open("span").text(name + ": " + percent(pass.getConfidence()) + say(" sure, ", " 확신, ") + say("reliability ", "신뢰도 ") + decimal(pass.getReliability()));
    for (String observation : pass.getObservationsList()) html.raw("<br>").text(observation);
    String flags = String.join(", ", pass.getFlagsList());
    html.element("span", pass.getModel() + " · " + pass.getPromptVersion() + (flags.isEmpty() ? "" : " · " + flags), "class", "kind")
        .close("span").close("li").close("ul");
  }

  private void checklist(LmmReport lmm) {
    html.element("h3", say("Clues that were checked", "확인한 단서")).open("ul", "class", "evidence");
    for (RetrievedClue asked : lmm.getCluesList()) {
      String id = asked.getClue().getClueId();
      Optional<ClueFinding> finding = lmm.getSecondPass().getFindingsList().stream().filter(found -> found.getClueId().equals(id)).findFirst();
      boolean present = finding.map(found -> found.getPresence() == Presence.PRESENCE_PRESENT).orElse(false);
      html.open("li", "class", present ? "ai" : "none").element("span", presence(finding), "class", "side").open("span").text(asked.getClue().getText());
      finding.map(ClueFinding::getNote).filter(note -> !note.isEmpty()).ifPresent(note -> html.raw("<br>").text(note));
      html.element("span", id + " · " + say("similarity ", "유사도 ") + decimal(asked.getCosine()) + finding.map(this::where).orElse(""), "class", "kind")
          .close("span").close("li");
    }
    html.close("ul");
  }

  private String presence(Optional<ClueFinding> finding) {
    return switch (finding.map(ClueFinding::getPresence).orElse(Presence.PRESENCE_UNSPECIFIED)) {
      case PRESENCE_PRESENT -> say("present", "있음");
      case PRESENCE_ABSENT -> say("absent", "없음");
      case PRESENCE_UNCLEAR -> say("unclear", "불분명");
      case PRESENCE_UNSPECIFIED, UNRECOGNIZED -> say("no answer", "답 없음");
    };
  }

  private String where(ClueFinding finding) {
    String agreement = finding.hasClipAgreement() ? say(" · CLIP agrees ", " · CLIP 일치도 ") + decimal(finding.getClipAgreement()) : "";
    if (!finding.hasRegion()) return agreement;
    Region r = finding.getRegion();
    return say(" · region ", " · 영역 ") + percent(r.getLeft()) + ", " + percent(r.getTop()) + say(" to ", " ~ ") + percent(r.getRight()) + ", " + percent(r.getBottom()) + agreement;
  }

  private String say(String english, String korean) {
    return language.pick(english, korean);
  }

  private static String percent(double share) {
    return Math.round(share * 100) + " %";
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
