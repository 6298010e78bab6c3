package verimesh.cli.report;

import verimesh.cli.term.Language;
import verimesh.common.v1.Layer;
import verimesh.common.v1.LayerOutcome;
import verimesh.common.v1.Level;
import verimesh.common.v1.Side;
import verimesh.metadata.v1.LabelClass;
import verimesh.orchestrator.v1.DecidedBy;
import verimesh.orchestrator.v1.Verdict;

/// The contract's words as the page says them.
final class Labels {
  private Labels() {}

  static String verdict(Verdict verdict, Language language) {
    return switch (verdict) {
      case VERDICT_AI_GENERATED -> language.pick("AI generated", "AI 생성");
      case VERDICT_LIKELY_REAL -> language.pick("Likely real", "실제일 가능성 높음");
      case VERDICT_UNCERTAIN, VERDICT_UNSPECIFIED, UNRECOGNIZED -> language.pick("Uncertain", "불확실");
    };
  }

  static String decidedBy(DecidedBy by, Language language) {
    return switch (by) {
      case DECIDED_BY_FORMULA -> language.pick("the formula", "공식");
      case DECIDED_BY_PROOF -> language.pick("proof", "증명");
      case DECIDED_BY_DECLARED -> language.pick("a declaration", "명시된 기록");
      case DECIDED_BY_CONFLICT -> language.pick("conflicting evidence", "상충하는 증거");
      case DECIDED_BY_ABSENCE -> language.pick("absences alone", "부재만으로는 판정 불가");
      case DECIDED_BY_LOW_COVERAGE -> language.pick("too few witnesses", "증인 부족");
      case DECIDED_BY_OUTAGE -> language.pick("a layer that is out", "중단된 계층");
      case DECIDED_BY_NO_EVIDENCE -> language.pick("no evidence", "증거 없음");
      case DECIDED_BY_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  static String layer(Layer layer, Language language) {
    return switch (layer) {
      case LAYER_HASH -> language.pick("Hash", "해시");
      case LAYER_METADATA -> language.pick("Metadata", "메타데이터");
      case LAYER_CONTENT -> language.pick("Content", "내용");
      case LAYER_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  static String outcome(LayerOutcome outcome, Language language) {
    return switch (outcome) {
      case LAYER_OUTCOME_ANSWERED -> language.pick("Answered", "응답함");
      case LAYER_OUTCOME_FAILED -> language.pick("Failed", "실패");
      case LAYER_OUTCOME_TIMED_OUT -> language.pick("Timed out", "시간 초과");
      case LAYER_OUTCOME_NOT_CONFIGURED -> language.pick("Not configured", "설정되지 않음");
      case LAYER_OUTCOME_NOT_APPLICABLE -> language.pick("Not applicable", "해당 없음");
      case LAYER_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  static String side(Side side, Language language) {
    return switch (side) {
      case SIDE_AI -> language.pick("for AI", "AI 쪽");
      case SIDE_REAL -> language.pick("for real", "실제 쪽");
      case SIDE_NEUTRAL, SIDE_UNSPECIFIED, UNRECOGNIZED -> language.pick("fact", "사실");
    };
  }

  static String level(Level level, Language language) {
    return switch (level) {
      case LEVEL_PROOF -> language.pick("proof", "증명");
      case LEVEL_DECLARED -> language.pick("declared", "명시");
      case LEVEL_NONE, LEVEL_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  static String labelClass(LabelClass label, Language language) {
    return switch (label) {
      case LABEL_CLASS_FULLY_GENERATED -> language.pick("fully generated", "전체 생성");
      case LABEL_CLASS_AI_EDITED -> language.pick("edited with AI", "AI로 편집");
      case LABEL_CLASS_CAPTURED -> language.pick("captured", "촬영");
      case LABEL_CLASS_OTHER -> language.pick("made without AI", "AI 없이 제작");
      case LABEL_CLASS_SUSPECTED -> language.pick("suspected", "의심됨");
      case LABEL_CLASS_NONE, LABEL_CLASS_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }
}
