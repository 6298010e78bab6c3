package verimesh.cli.report;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import java.util.Locale;
import java.util.Optional;
import verimesh.cli.analyze.Cameras;
import verimesh.cli.analyze.FileOutcome;
import verimesh.cli.analyze.FoundFile;
import verimesh.cli.analyze.Refusal;
import verimesh.cli.analyze.Words;
import verimesh.cli.term.Language;
import verimesh.common.v1.Evidence;
import verimesh.common.v1.LayerOutcome;
import verimesh.common.v1.Level;
import verimesh.metadata.v1.Generator;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.Signature;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.ImageFacts;
import verimesh.orchestrator.v1.LayerReport;
import verimesh.orchestrator.v1.Verdict;

/// One picture on the page.
final class Card {
  private static final int DIGEST_SHOWN = 16;

  private final Language language;
  private final int order;
  private final Optional<String> thumbnail;
  private final Html html = new Html();

  /// @param order where it stands among all, from 0
  private Card(Language language, int order, Optional<String> thumbnail) {
    this.language = language;
    this.order = order;
    this.thumbnail = thumbnail;
  }

  static String of(FileOutcome outcome, Optional<String> thumbnail, int order, Language language) {
    var card = new Card(language, order, thumbnail);
    switch (outcome) {
      case FileOutcome.Answered(FoundFile file, AnalyzeResponse response) -> card.answered(file.shown(), response);
      case FileOutcome.Refused(FoundFile file, Refusal refusal) -> card.refused(file.shown(), refusal);
    }
    return card.html.line().toString();
  }

  private void refused(String file, Refusal refusal) {
    open(file, "none", "", 0, 0.5, file + " " + refusal.reason() + " " + refusal.message());
    picture(file, "");
    html.open("div", "class", "body");
    name(file);
    html.open("div", "class", "line").element("span", say("No answer", "답 없음"), "class", "badge none")
        .element("span", refusal.reason(), "class", "tag").close("div");
    html.element("p", refusal.message(), "class", "summary").close("div").close("div").close("article");
  }

  private void answered(String file, AnalyzeResponse response) {
    String tone = tone(response.getVerdict());
    String generator = response.getProvenance().getGeneratorName();
    var searched = new StringBuilder(file).append(' ').append(generator).append(' ').append(response.getProvenance().getCaptureDevice())
        .append(' ').append(response.getSummary()).append(' ').append(response.getImage().getFormat())
        .append(' ').append(response.getVerdictId()).append(' ').append(response.getImage().getSha256());
    response.getEvidenceList().forEach(evidence -> searched.append(' ').append(evidence.getKind()).append(' ').append(evidence.getText()));
    open(file, tone, Words.of(response.getDecidedBy()), response.getConfidence(), response.hasRatio() ? response.getRatio() : 0.5,
        searched.toString());
    picture(file, response.getImage().getFormat());
    html.open("div", "class", "body");
    name(file);
    html.open("div", "class", "line")
        .open("span", "class", "badge " + tone, "data-verdict-name", Words.of(response.getVerdict()))
        .text(Labels.verdict(response.getVerdict(), language)).element("b", percent(response.getConfidence())).close("span")
        .open("span", "class", "by").text(say("decided by ", "결정: ")).element("b", Labels.decidedBy(response.getDecidedBy(), language)).close("span");
    if (!generator.isEmpty()) html.element("span", generator, "class", "tag");
    if (!response.getProvenance().getCaptureDevice().isEmpty()) html.element("span", response.getProvenance().getCaptureDevice(), "class", "tag");
    html.close("div");
    if (!response.getSummary().isEmpty()) html.element("p", response.getSummary(), "class", "summary");
    gauge(response);
    html.close("div").close("div");
    detail(response);
    html.close("article");
  }

  private void open(String file, String tone, String decidedBy, double confidence, double ratio, String searched) {
    html.open("article", "data-verdict", tone, "data-by", decidedBy.isEmpty() ? null : decidedBy, "data-order", Integer.toString(order),
        "data-confidence", number(confidence), "data-ratio", number(ratio), "data-text", searched.toLowerCase(Locale.ROOT),
        "aria-label", file);
    html.open("div", "class", "head");
  }

  private void picture(String file, String format) {
    html.open("div", "class", "thumb");
    if (thumbnail.isPresent()) {
      html.open("img", "src", thumbnail.get(), "alt", say("Thumbnail of ", "미리보기: ") + file, "loading", "lazy", "decoding", "async");
    } else {
      html.open("div", "class", "tile").raw("""
          <svg width="42" height="42" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.3" aria-hidden="true">\
          <rect x="3" y="4" width="18" height="16" rx="2.5"/><circle cx="8.5" cy="9.5" r="1.6"/><path d="m3.5 17.5 5-5 3.5 3.5 4-4.5 4.5 5"/></svg>""")
          .text(format.isEmpty() ? say("no preview", "미리보기 없음") : format).close("div");
    }
    html.close("div");
  }

  private void name(String file) {
    int slash = Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1;
    html.open("h2").element("span", file.substring(0, slash), "class", "dir").text(file.substring(slash)).close("h2");
  }

  /// Where the formula's own ratio lies between real and AI.
  private void gauge(AnalyzeResponse response) {
    if (!response.hasRatio()) return;
    String said = say("formula ratio ", "공식 비율 ") + decimal(response.getRatio(), 2);
    html.open("div", "class", "gauge")
        .open("div", "class", "track", "role", "img", "aria-label", said + say(" (0 real, 1 AI)", " (0 실제, 1 AI)"),
            "style", "--at:" + decimal(100 * response.getRatio(), 1))
        .raw("<i></i>").close("div")
        .element("span", said + say(", coverage ", ", 근거 범위 ") + percent(response.getCoverage()))
        .close("div");
  }

  private void detail(AnalyzeResponse response) {
    html.open("details").element("summary", say("Evidence, layers and facts", "증거, 계층, 사실")).open("div", "class", "detail");
    evidence(response);
    layers(response);
    facts(response);
    response.getLayersList().stream().filter(layer -> layer.hasLmm()).findFirst().ifPresent(layer -> new LmmSection(html, language).of(layer.getLmm()));
    if (response.hasMetadata()) records(response.getMetadata());
    html.close("div").close("details");
  }

  private void evidence(AnalyzeResponse response) {
    html.open("section", "class", "wide").element("h3", say("Evidence", "증거"));
    if (response.getEvidenceList().isEmpty()) html.element("p", say("None was found.", "발견된 증거가 없습니다."), "class", "num");
    html.open("ul", "class", "evidence");
    for (Evidence evidence : response.getEvidenceList()) {
      String tone = switch (evidence.getSide()) {
        case SIDE_AI -> "ai";
        case SIDE_REAL -> "real";
        case SIDE_NEUTRAL, SIDE_UNSPECIFIED, UNRECOGNIZED -> "none";
      };
      html.open("li", "class", tone)
          .element("span", Labels.side(evidence.getSide(), language), "class", "side")
          .open("span").text(evidence.getText()).open("span", "class", "kind").text(evidence.getKind());
      if (evidence.getLevel() == Level.LEVEL_PROOF || evidence.getLevel() == Level.LEVEL_DECLARED) {
        html.text(" · " + Labels.level(evidence.getLevel(), language));
      }
      html.close("span").close("span").close("li");
    }
    html.close("ul").close("section");
  }

  private void layers(AnalyzeResponse response) {
    html.open("section").element("h3", say("Layers", "계층"));
    for (LayerReport layer : response.getLayersList()) {
      html.open("div", "class", "layer")
          .open("div", "class", "name").text(Labels.layer(layer.getLayer(), language))
          .element("small", say("weight ", "가중치 ") + decimal(layer.getWeight(), 2)).close("div").open("div");
      if (layer.getOutcome() == LayerOutcome.LAYER_OUTCOME_ANSWERED) {
        double weight = Math.max(1e-9, layer.getWeight());
        html.open("div", "class", "scale", "role", "img", "aria-label", say("real ", "실제 ") + decimal(layer.getReal(), 3) + ", AI " + decimal(layer.getAi(), 3))
            .open("span", "class", "l", "style", "--w:" + decimal(Math.min(1, layer.getReal() / weight), 3)).raw("<i></i>").close("span")
            .open("span", "class", "r", "style", "--w:" + decimal(Math.min(1, layer.getAi() / weight), 3)).raw("<i></i>").close("span").close("div")
            .element("div", say("real ", "실제 ") + decimal(layer.getReal(), 3) + " · AI " + decimal(layer.getAi(), 3) + took(layer), "class", "num");
      } else {
        html.element("div", Labels.outcome(layer.getOutcome(), language));
      }
      if (!layer.getReason().isEmpty()) html.element("div", layer.getReason(), "class", "num");
      sources(layer);
      html.close("div").close("div");
    }
    html.close("section");
  }

  private void sources(LayerReport layer) {
    if (layer.hasHash() && layer.getHash().hasSimilarity()) {
      String tier = layer.getHash().getTier().isEmpty() ? "" : " · " + layer.getHash().getTier() + " · " + layer.getHash().getBank();
      html.element("div", say("similarity ", "유사도 ") + decimal(layer.getHash().getSimilarity(), 3) + tier, "class", "num");
    }
    if (layer.hasDetector()) {
      html.element("div", say("detector: AI ", "탐지기: AI ") + percent(layer.getDetector().getProbabilityAi()) + " · " + layer.getDetector().getArchiveId(),
          "class", "num");
    }
    if (layer.hasLmm() && layer.getLmm().hasFirstPass()) {
      html.element("div", say("LMM: AI ", "LMM: AI ") + percent(layer.getLmm().getFirstPass().getProbabilityAi())
          + (layer.getLmm().hasSecondPass() ? say(", second look ", ", 두 번째 검토 ") + percent(layer.getLmm().getSecondPass().getProbabilityAi()) : ""),
          "class", "num");
    }
  }

  private void facts(AnalyzeResponse response) {
    ImageFacts image = response.getImage();
    html.open("section").element("h3", say("Facts", "사실")).open("dl");
    fact(say("format", "형식"), image.getFormat());
    fact(say("pixels", "픽셀"), image.getWidth() == 0 ? "" : Integer.toUnsignedString(image.getWidth()) + " × " + Integer.toUnsignedString(image.getHeight()));
    fact(say("bytes", "바이트"), String.format(Locale.ROOT, "%,d", image.getBytes()));
    fact(say("generator", "생성 도구"), response.getProvenance().getGeneratorName());
    fact(say("camera named", "기록된 카메라"), response.getProvenance().getCaptureDevice());
    fact(say("label", "표시"), Labels.labelClass(response.getProvenance().getLabelClass(), language));
    fact(say("credentials", "콘텐츠 자격"), response.getProvenance().getSignatureState().equals("none") ? "" : response.getProvenance().getSignatureState());
    code("SHA-256", image.getSha256().length() > DIGEST_SHOWN ? image.getSha256().substring(0, DIGEST_SHOWN) + "…" : image.getSha256());
    if (image.hasPdqQuality()) fact("PDQ", say("quality ", "품질 ") + image.getPdqQuality());
    image.getRemarksList().forEach(remark -> fact(say("remark", "참고"), remark));
    code(say("verdict id", "판정 번호"), response.getVerdictId());
    fact(say("policy", "정책"), response.getPolicy());
    fact(say("took", "걸린 시간"), milliseconds(response.getTook()));
    html.close("dl").close("section");
  }

  private void records(InspectResponse metadata) {
    Generator generator = metadata.getGenerator();
    boolean any = metadata.hasGenerator() || metadata.getSignaturesCount() > 0 || !metadata.getExif().getMake().isEmpty();
    if (!any) return;
    html.open("section", "class", "wide").element("h3", say("What the file says of itself", "파일이 스스로 밝히는 것")).open("dl");
    if (metadata.hasGenerator()) fact(say("tool", "도구"), (generator.getName() + " " + generator.getVersion()).strip());
    fact(say("model", "모델"), generator.getModel());
    fact(say("where", "위치"), generator.getEvidence());
    fact(say("camera", "카메라"), Cameras.name(metadata.getExif().getMake(), metadata.getExif().getModel()));
    fact(say("EXIF", "EXIF"), metadata.getExif().getConsistency().isEmpty() ? "" : metadata.getExif().getConsistency().toLowerCase(Locale.ROOT)
        + ", " + say("published score ", "공개 점수 ") + decimal(metadata.getExif().getPublishedScore(), 2));
    metadata.getExif().getReasonsList().forEach(reason -> fact("", reason));
    fact(say("edited with", "편집 프로그램"), String.join(", ", metadata.getEditing().getSoftwareList()));
    metadata.getInconsistenciesList().forEach(odd -> fact(say("inconsistency", "모순"), odd.getText()));
    metadata.getFindingsList().forEach(finding -> fact(say("finding", "발견"), finding.getText()));
    html.close("dl");
    for (Signature signature : metadata.getSignaturesList()) {
      if (signature.getPrompt().isEmpty()) continue;
      html.element("h3", say("Prompt", "프롬프트")).element("pre", signature.getPrompt());
      break; // the deciding one comes first; the others repeat it
    }
    html.close("section");
  }

  private void fact(String name, String value) {
    if (!value.isBlank()) html.element("dt", name).element("dd", value);
  }

  private void code(String name, String value) {
    if (!value.isBlank()) html.element("dt", name).element("dd", value, "class", "code");
  }

  private String say(String english, String korean) {
    return language.pick(english, korean);
  }

  private static String took(LayerReport layer) {
    return layer.hasTook() ? " · " + milliseconds(layer.getTook()) : "";
  }

  private static String milliseconds(Duration took) {
    return Durations.toMillis(took) + " ms";
  }

  static String tone(Verdict verdict) {
    return switch (verdict) {
      case VERDICT_AI_GENERATED -> "ai";
      case VERDICT_LIKELY_REAL -> "real";
      case VERDICT_UNCERTAIN, VERDICT_UNSPECIFIED, UNRECOGNIZED -> "open";
    };
  }

  private static String percent(double share) {
    return Math.round(share * 100) + " %";
  }

  private static String decimal(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static String number(double value) {
    return decimal(value, 4);
  }
}
