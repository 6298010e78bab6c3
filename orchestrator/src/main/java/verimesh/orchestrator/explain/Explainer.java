package verimesh.orchestrator.explain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import verimesh.chassis.images.pdq.Dihedral;
import verimesh.orchestrator.explain.Evidence.Side;
import verimesh.orchestrator.fusion.DecidedBy;
import verimesh.orchestrator.fusion.Decision;
import verimesh.orchestrator.fusion.Layer;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.fusion.LayerOutcome.Answered;
import verimesh.orchestrator.fusion.Level;
import verimesh.orchestrator.fusion.MetadataAnswer.Part;
import verimesh.orchestrator.fusion.Nearness;
import verimesh.orchestrator.fusion.Terms;
import verimesh.orchestrator.fusion.Verdict;
import verimesh.orchestrator.witness.EmbeddingReading;
import verimesh.orchestrator.witness.HashReading;
import verimesh.orchestrator.witness.LmmReading;
import verimesh.orchestrator.witness.MetadataFacts;
import verimesh.orchestrator.witness.MetadataFacts.Claim;
import verimesh.orchestrator.witness.MetadataFacts.Sign;
import verimesh.orchestrator.witness.MetadataReading;
import verimesh.orchestrator.witness.Testimony;
import verimesh.verifier.v1.Clue;
import verimesh.verifier.v1.ClueFinding;
import verimesh.verifier.v1.Examination;
import verimesh.verifier.v1.Presence;
import verimesh.verifier.v1.RetrievedClue;

/// Puts evidence into words, the most decisive first. Pure: the same testimony, the same words.
public final class Explainer {
  private static final String NO_CAMERA_EXIF = "NO_CAMERA_EXIF";
  private static final String NOTHING_SIMILAR = "NOTHING_SIMILAR";

  /// Published weights of one part, to put evidence in order (DESIGN.md §3.1).
  private static final double SIGNATURE_AMOUNT = 0.16;

  private static final double C2PA_AI_AMOUNT = 0.08;
  private static final double C2PA_WITHOUT_AI_AMOUNT = 0.06;
  private static final double INCONSISTENCY_AMOUNT = 0.02;
  private static final double STRIPPED_AMOUNT = 0.10;
  private static final double STRIPPED_BELOW = 0.30;

  /// Names that a file gives are a stranger's text: more than this of one is no name.
  private static final int NAME_CHARACTERS_MAX = 100;

  private static final int SENTENCE_CHARACTERS_MAX = 500;

  /// Absences come last among what weighs: they never decide.
  private static final Comparator<Evidence> MOST_DECISIVE_FIRST =
      Comparator.comparing(Evidence::level, Comparator.reverseOrder())
          .thenComparing(evidence -> evidence.side() == Side.NEUTRAL)
          .thenComparing(Explainer::isAbsence)
          .thenComparing(Evidence::amount, Comparator.reverseOrder());

  private final Testimony testimony;
  private final Decision decision;
  private final Tongue tongue;
  private final List<Evidence> evidence = new ArrayList<>();

  private Explainer(Testimony testimony, Decision decision, Tongue tongue) {
    this.testimony = testimony;
    this.decision = decision;
    this.tongue = tongue;
  }

  public static Explanation explain(Testimony testimony, Decision decision, Tongue tongue) {
    var explainer = new Explainer(testimony, decision, tongue);
    if (testimony.metadata() instanceof Answered<MetadataReading>(var reading, _)) explainer.metadata(reading.facts());
    if (testimony.hash() instanceof Answered<HashReading>(var reading, _)) explainer.hash(reading);
    if (testimony.detector() instanceof Answered<EmbeddingReading.Detection>(var detection, _)) explainer.detector(detection);
    if (testimony.lmm() instanceof Answered<LmmReading>(var reading, _)) explainer.lmm(reading);
    explainer.evidence.sort(MOST_DECISIVE_FIRST); // stable: what the file says first stays first among equals
    return new Explanation(explainer.summary(), explainer.evidence);
  }

  private static boolean isAbsence(Evidence evidence) {
    return evidence.kind().equals(NO_CAMERA_EXIF) || evidence.kind().equals(NOTHING_SIMILAR) || evidence.kind().equals("INCONSISTENCY");
  }

  // Metadata

  private void metadata(MetadataFacts facts) {
    boolean firstSignature = true;
    for (Sign sign : facts.signs()) {
      boolean counts = sign.part() != Part.SIGNATURE || firstSignature;
      if (sign.part() == Part.SIGNATURE) firstSignature = false;
      evidence.add(
          new Evidence(sign.kind(), side(sign), level(sign), Layer.METADATA, counts ? amount(sign.part()) : 0, text(sign, facts), OptionalDouble.empty()));
    }
    boolean editedOnly = facts.signs().stream().anyMatch(sign -> sign.claim() == Claim.AI_EDITED)
        && facts.signs().stream().noneMatch(sign -> sign.claim() == Claim.FULLY_GENERATED);
    if (editedOnly) fact("AI_EDITED", Phrase.AI_EDITED.in(tongue));
    if (facts.credentials().equals("invalid")) fact("C2PA_BROKEN", Phrase.CREDENTIALS_BROKEN.in(tongue));
    if (facts.credentials().equals("remote")) fact("C2PA_REMOTE", Phrase.CREDENTIALS_REMOTE.in(tongue));
    exif(facts);
    for (MetadataFacts.Inconsistency inconsistency : facts.inconsistencies()) {
      weigh("INCONSISTENCY", Side.AI, Layer.METADATA, INCONSISTENCY_AMOUNT, clean(inconsistency.text(), SENTENCE_CHARACTERS_MAX), OptionalDouble.empty());
    }
    if (!facts.editors().isEmpty()) {
      fact("EDITING_SOFTWARE", Phrase.EDITED_WITH.in(tongue, facts.editors().stream().map(Explainer::clean).collect(Collectors.joining(", "))));
    }
    if (facts.reencoded()) fact("REENCODED", Phrase.REENCODED.in(tongue));
  }

  private void exif(MetadataFacts facts) {
    double e = facts.exifScore();
    Terms terms = decision.metadata() instanceof Answered<Terms>(var added, _) ? added : new Terms(0, 0, 0, 0);
    if (e < STRIPPED_BELOW) {
      weigh(NO_CAMERA_EXIF, Side.AI, Layer.METADATA, STRIPPED_AMOUNT, Phrase.NO_CAMERA_EXIF.in(tongue), OptionalDouble.of(e));
    } else {
      String device = clean(facts.captureDevice());
      String text =
          device.isEmpty() ? Phrase.CAMERA_EXIF_NAMELESS.in(tongue, twoDigits(e)) : Phrase.CAMERA_EXIF.in(tongue, device, twoDigits(e));
      weigh("CAMERA_EXIF", Side.REAL, Layer.METADATA, terms.realSum(), text, OptionalDouble.of(e));
    }
  }

  private static Side side(Sign sign) {
    return switch (sign.part()) {
      case SIGNATURE, C2PA_AI -> Side.AI;
      case C2PA_WITHOUT_AI -> Side.REAL;
      case NONE -> Side.NEUTRAL;
    };
  }

  /// As fusion hears it: what is no part of the formula decides nothing.
  private static Level level(Sign sign) {
    return sign.part() == Part.NONE ? Level.NONE : sign.level();
  }

  private static double amount(Part part) {
    return switch (part) {
      case SIGNATURE -> SIGNATURE_AMOUNT;
      case C2PA_AI -> C2PA_AI_AMOUNT;
      case C2PA_WITHOUT_AI -> C2PA_WITHOUT_AI_AMOUNT;
      case NONE -> 0;
    };
  }

  private String text(Sign sign, MetadataFacts facts) {
    if (sign.kind().equals("C2PA_CLAIM")) return credentials(sign, facts);
    String carrier = clean(sign.carrier());
    // The reader words the deciding sign's place for people.
    Optional<MetadataFacts.Generator> named = facts.generator().filter(generator -> generator.name().equals(sign.tool()) && !generator.evidence().isEmpty());
    if (named.isPresent() && sign == facts.signs().getFirst()) carrier = clean(named.get().evidence());
    if (sign.verified()) return Phrase.SIGNATURE_VERIFIES.in(tongue, carrier, tool(sign));
    String what = sign.version().isEmpty() ? tool(sign) : tool(sign) + " " + clean(sign.version());
    if (!sign.model().isEmpty()) what = Phrase.MODEL.in(tongue, what, clean(sign.model()));
    return carrier.isEmpty() ? what : Phrase.CARRIED.in(tongue, carrier, what);
  }

  private String credentials(Sign sign, MetadataFacts facts) {
    String claim = claim(sign);
    String signer = signer(sign);
    String text =
        switch (facts.credentials()) {
          case "trusted" -> Phrase.CREDENTIALS_TRUSTED.in(tongue, signer, claim);
          case "valid" -> Phrase.CREDENTIALS_UNVERIFIED.in(tongue, signer, claim);
          case "invalid" -> Phrase.CREDENTIALS_BROKEN.in(tongue); // data of broken credentials is not shown
          default -> Phrase.CREDENTIALS_UNVALIDATED.in(tongue, signer, claim);
        };
    return sign.claim() == Claim.CAPTURED && sign.level() == Level.PROOF ? Phrase.SCREEN_CAVEAT.in(tongue, text) : text;
  }

  private String claim(Sign sign) {
    return switch (sign.claim()) {
      case FULLY_GENERATED -> Phrase.FULLY_GENERATED.in(tongue);
      case AI_EDITED -> Phrase.AI_EDITED.in(tongue);
      case CAPTURED -> Phrase.CAPTURED.in(tongue);
      case SUSPECTED -> Phrase.SUSPECTED.in(tongue);
      case NOTHING, OTHER -> (sign.part() == Part.C2PA_WITHOUT_AI ? Phrase.NO_AI_DECLARED : Phrase.TOOL_USED).in(tongue);
    };
  }

  private String signer(Sign sign) {
    if (!sign.signer().isEmpty()) return clean(sign.signer());
    return sign.tool().isEmpty() ? Phrase.UNKNOWN_SIGNER.in(tongue) : clean(sign.tool());
  }

  private String tool(Sign sign) {
    return sign.tool().isEmpty() ? Phrase.UNKNOWN_TOOL.in(tongue) : clean(sign.tool());
  }

  // Hash

  private void hash(HashReading reading) {
    Terms terms = decision.hash() instanceof Answered<Terms>(var added, _) ? added : new Terms(0, 0, 0, 0);
    reading.shown().ifPresent(found -> match(found, terms));
    // What decides is shown on both sides, also where another item lies nearer.
    for (HashReading.Found found : reading.found()) {
      boolean shown = reading.shown().map(best -> best == found).orElse(false);
      if (!shown && matchLevel(found) != Level.NONE) match(found, terms);
    }
    if (terms.realOfAbsence() > 0 && reading.shown().map(best -> best.match().nearness().similarity() < 0.70).orElse(true)) {
      String text = Phrase.NOTHING_SIMILAR.in(tongue, String.format(Locale.ROOT, "%,d", reading.answer().positiveItems()));
      weigh(NOTHING_SIMILAR, Side.REAL, Layer.HASH, terms.realOfAbsence(), text, OptionalDouble.of(reading.answer().similarity()));
    }
  }

  private void match(HashReading.Found found, Terms terms) {
    boolean positive = found.positive();
    String bank = clean(found.bank());
    Side side = positive ? Side.AI : Side.REAL;
    double amount = positive ? terms.ai() : terms.real();
    switch (found.match().nearness()) {
      case Nearness.SameBytes _ ->
          add("SHA256_MATCH", side, Level.PROOF, amount, (positive ? Phrase.SAME_BYTES_AI : Phrase.SAME_BYTES_REAL).in(tongue, bank), 1);
      case Nearness.Pdq(int bits, _) -> {
        Phrase phrase = !positive ? Phrase.NEAR_DUPLICATE_REAL : found.match().aiEdit() ? Phrase.NEAR_DUPLICATE_AI_EDIT : Phrase.NEAR_DUPLICATE_AI;
        add("PDQ_MATCH", side, matchLevel(found), amount, phrase.in(tongue, bank, bits) + turned(found.way()), 1);
      }
      case Nearness.Cosine(double value) -> {
        if (value < 0.70) return; // nothing similar is said as such
        add("SIMILAR_IMAGE", side, Level.NONE, amount, (positive ? Phrase.SIMILAR_AI : Phrase.SIMILAR_REAL).in(tongue, bank, twoDigits(value)), value);
      }
    }
  }

  private String turned(Dihedral way) {
    return switch (way) {
      case ORIGINAL -> "";
      case ROTATE_90, ROTATE_180, ROTATE_270 -> " " + Phrase.TURNED.in(tongue);
      case FLIP_X, FLIP_Y, FLIP_PLUS_1, FLIP_MINUS_1 -> " " + Phrase.MIRRORED.in(tongue);
    };
  }

  private static Level matchLevel(HashReading.Found found) {
    return found.positive() ? found.match().levelForAi() : found.match().levelForReal();
  }

  // Content

  private void detector(EmbeddingReading.Detection detection) {
    double p = detection.answer().probabilityAi();
    String text =
        detection.generator().isEmpty() || p < 0.5
            ? Phrase.DETECTOR.in(tongue, percent(p))
            : Phrase.DETECTOR_ATTRIBUTES.in(tongue, percent(p), clean(detection.generator()));
    weigh("DETECTOR", p >= 0.5 ? Side.AI : Side.REAL, Layer.CONTENT, contentAmount(p), text, OptionalDouble.of(p));
    if (detection.flips()) {
      evidence.add(
          new Evidence("DETECTOR_UNSTEADY", Side.NEUTRAL, Level.NONE, Layer.CONTENT, 0, Phrase.DETECTOR_UNSTEADY.in(tongue), OptionalDouble.empty()));
    }
  }

  private void lmm(LmmReading reading) {
    examination("LMM", reading.first(), reading.answer().firstPass(), Phrase.LMM_FAKE, Phrase.LMM_REAL);
    reading.second().ifPresent(second -> {
      examination("LMM_SECOND_PASS", second, reading.answer().secondPass().orElseThrow(), Phrase.LMM_SECOND_FAKE, Phrase.LMM_SECOND_REAL);
      // Which clues it found weighs nothing by itself: the answer that they led to does.
      for (ClueFinding finding : second.getFindingsList()) {
        if (finding.getPresence() != Presence.PRESENCE_PRESENT) continue;
        String clue = reading.clues().stream().map(RetrievedClue::getClue).filter(c -> c.getClueId().equals(finding.getClueId()))
            .map(Clue::getText).findFirst().orElse(finding.getClueId());
        String text = Phrase.CLUE_FOUND.in(tongue, clean(clue, SENTENCE_CHARACTERS_MAX), clean(finding.getNote(), SENTENCE_CHARACTERS_MAX)).strip();
        evidence.add(new Evidence("CLUE_FOUND", Side.NEUTRAL, Level.NONE, Layer.CONTENT, 0, text, OptionalDouble.empty()));
      }
    });
  }

  private void examination(String kind, Examination examination, double p, Phrase fake, Phrase real) {
    boolean byClip = examination.getFlagsList().contains("WEAK_CLIP_CONTRAST");
    Phrase phrase = examination.getFake() ? (byClip ? Phrase.CLIP_FAKE : fake) : byClip ? Phrase.CLIP_REAL : real;
    String text = phrase.in(tongue, percent(examination.getConfidence()));
    weigh(kind, p >= 0.5 ? Side.AI : Side.REAL, Layer.CONTENT, contentAmount(p), text, OptionalDouble.of(p));
  }

  private double contentAmount(double p) {
    boolean both = testimony.detector().answered() && testimony.lmm().answered();
    return Layer.CONTENT.weight() * Math.max(p, 1 - p) / (both ? 2 : 1);
  }

  // Summary

  private String summary() {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        switch (decision.decidedBy()) {
          case PROOF, DECLARED -> decisive(decision.verdict() == Verdict.AI_GENERATED ? Side.AI : Side.REAL);
          case CONFLICT -> Phrase.SUM_CONFLICT.in(tongue, decisive(Side.AI), decisive(Side.REAL));
          case FORMULA ->
              switch (decision.verdict()) {
                case AI_GENERATED -> Phrase.SUM_AI.in(tongue, strongest(Side.AI));
                case LIKELY_REAL -> Phrase.SUM_REAL.in(tongue, strongest(Side.REAL));
                case UNCERTAIN -> Phrase.SUM_MIXED.in(tongue);
              };
          case LOW_COVERAGE -> capital(Phrase.SUM_LOW_COVERAGE.in(tongue, layers(layersWith(true))));
          case ABSENCE -> Phrase.SUM_ABSENCE.in(tongue);
          case OUTAGE -> capital(Phrase.SUM_OUTAGE.in(tongue, layers(outLayers())));
          case NO_EVIDENCE -> Phrase.SUM_NO_EVIDENCE.in(tongue);
        });
    boolean open = decision.decidedBy() == DecidedBy.LOW_COVERAGE || decision.decidedBy() == DecidedBy.OUTAGE;
    if (open && !evidence.isEmpty()) sentences.add(Phrase.SUM_STRONGEST.in(tongue, evidence.getFirst().text()));
    if (evidence.stream().anyMatch(fact -> fact.kind().equals("C2PA_BROKEN")) && sentences.size() < 3
        && sentences.stream().noneMatch(sentence -> sentence.contains(Phrase.CREDENTIALS_BROKEN.in(tongue)))) {
      sentences.add(Phrase.CREDENTIALS_BROKEN.in(tongue));
    }
    if (!decision.missingDecisive().isEmpty() && decision.decidedBy() != DecidedBy.OUTAGE && sentences.size() < 3) {
      sentences.add(capital(Phrase.SUM_MISSING.in(tongue, layers(decision.missingDecisive()))));
    }
    return String.join(" ", sentences);
  }

  /// The decisive evidence of one side as a sentence about the file.
  private String decisive(Side side) {
    Evidence deciding = evidence.stream().filter(found -> found.side() == side && found.level() != Level.NONE).findFirst().orElseThrow();
    if (deciding.layer() == Layer.HASH) return deciding.text();
    MetadataFacts facts = testimony.metadata() instanceof Answered<MetadataReading>(var reading, _) ? reading.facts() : null;
    Sign sign = facts.signs().stream()
        .filter(found -> side(found) == side && level(found) == deciding.level() && found.kind().equals(deciding.kind())).findFirst().orElseThrow();
    return switch (sign.kind()) {
      case "GENERATOR_RECORD" -> Phrase.SUM_GENERATOR_RECORD.in(tongue, tool(sign));
      case "STEALTH_RECORD" -> Phrase.SUM_STEALTH_RECORD.in(tongue, tool(sign));
      case "GENERATOR_SIGNATURE" -> Phrase.SUM_GENERATOR_SIGNATURE.in(tongue, tool(sign));
      case "C2PA_CLAIM" -> {
        Phrase phrase = sign.level() == Level.PROOF ? Phrase.SUM_CREDENTIALS_TRUSTED : Phrase.SUM_CREDENTIALS_UNVERIFIED;
        String said = phrase.in(tongue, signer(sign), claim(sign));
        yield sign.claim() == Claim.CAPTURED ? Phrase.SCREEN_CAVEAT.in(tongue, said) : said;
      }
      default -> Phrase.SUM_DECLARED.in(tongue, deciding.text(), Phrase.FULLY_GENERATED.in(tongue));
    };
  }

  private String strongest(Side side) {
    return evidence.stream().filter(found -> found.side() == side && !isAbsence(found)).findFirst().map(Evidence::text).orElse("");
  }

  private List<Layer> layersWith(boolean answered) {
    List<Layer> layers = new ArrayList<>();
    for (Layer layer : Layer.values()) if (decision.outcome(layer).answered() == answered) layers.add(layer);
    return layers;
  }

  private List<Layer> outLayers() {
    List<Layer> layers = new ArrayList<>();
    for (Layer layer : Layer.values()) {
      boolean out = decision.outcome(layer).out();
      if (layer == Layer.CONTENT) out |= testimony.detector().out() || testimony.lmm().out() || secondPassOut(testimony.lmm());
      if (out) layers.add(layer);
    }
    return layers;
  }

  private static boolean secondPassOut(LayerOutcome<LmmReading> lmm) {
    return lmm instanceof Answered<LmmReading>(var reading, _) && reading.answer().secondPassOut();
  }

  private String layers(List<Layer> layers) {
    return layers.stream()
        .map(layer ->
            switch (layer) {
              case HASH -> Phrase.LAYER_HASH.in(tongue);
              case METADATA -> Phrase.LAYER_METADATA.in(tongue);
              case CONTENT -> Phrase.LAYER_CONTENT.in(tongue);
            })
        .collect(Collectors.joining(Phrase.AND.in(tongue)));
  }

  // Small things

  private void add(String kind, Side side, Level level, double amount, String text, double value) {
    evidence.add(new Evidence(kind, side, level, Layer.HASH, amount, text, OptionalDouble.of(value)));
  }

  private void weigh(String kind, Side side, Layer layer, double amount, String text, OptionalDouble value) {
    evidence.add(new Evidence(kind, side, Level.NONE, layer, amount, text, value));
  }

  private void fact(String kind, String text) {
    evidence.add(new Evidence(kind, Side.NEUTRAL, Level.NONE, Layer.METADATA, 0, text, OptionalDouble.empty()));
  }

  private static String clean(String name) {
    return clean(name, NAME_CHARACTERS_MAX);
  }

  /// A stranger's text in our sentence: no control characters, no line breaks, no essays.
  private static String clean(String text, int charactersMax) {
    String visible = text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || c == 0x2028 || c == 0x2029 ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString().strip();
    if (visible.codePointCount(0, visible.length()) <= charactersMax) return visible;
    return visible.substring(0, visible.offsetByCodePoints(0, charactersMax - 1)).stripTrailing() + "…";
  }

  private static String capital(String sentence) {
    return sentence.isEmpty() ? sentence : Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
  }

  private static String percent(double probability) {
    double percent = probability * 100;
    // 99.96 % is not certainty, and is not printed as such.
    if (percent < 100 && percent > 99.9) return "99.9";
    if (percent > 0 && percent < 0.1) return "0.1";
    String text = String.format(Locale.ROOT, "%.1f", percent);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private static String twoDigits(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
