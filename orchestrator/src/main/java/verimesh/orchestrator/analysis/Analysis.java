package verimesh.orchestrator.analysis;

import com.google.protobuf.Timestamp;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.common.v1.Language;
import verimesh.common.v1.Priority;
import verimesh.orchestrator.admission.Admission;
import verimesh.orchestrator.admission.Turnstile;
import verimesh.orchestrator.admission.Upload;
import verimesh.orchestrator.answer.Answers;
import verimesh.orchestrator.explain.Explainer;
import verimesh.orchestrator.explain.Explanation;
import verimesh.orchestrator.explain.Tongue;
import verimesh.orchestrator.fusion.Decision;
import verimesh.orchestrator.fusion.Layer;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.fusion.LayerOutcome.Answered;
import verimesh.orchestrator.fusion.LmmAnswer;
import verimesh.orchestrator.fusion.Witnesses;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.Time;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.verdict.VerdictIds;
import verimesh.orchestrator.verdict.VerdictStore;
import verimesh.orchestrator.witness.EmbeddingWitness;
import verimesh.orchestrator.witness.HashReading;
import verimesh.orchestrator.witness.LmmReading;
import verimesh.orchestrator.witness.MetadataWitness;
import verimesh.orchestrator.witness.Models;
import verimesh.orchestrator.witness.Testimony;
import verimesh.orchestrator.witness.VerifierWitness;

/// The way of one image (DESIGN.md §2). Thread-safe.
public final class Analysis {
  private static final Logger LOG = LoggerFactory.getLogger(Analysis.class);

  private final Admission admission;
  private final Turnstile turnstile;
  private final Panel panel;
  private final PixelReader pixelReader;
  private final AnalysisConfig config;
  private final VerdictCache cache;
  private final VerdictStore store;
  private final VerdictIds ids;
  private final VerdictMeters meters;
  private final Time time;
  private final Flights flights;

  public Analysis(
      Admission admission,
      Turnstile turnstile,
      Panel panel,
      PixelReader pixelReader,
      AnalysisConfig config,
      VerdictStore store,
      VerdictIds ids,
      VerdictMeters meters,
      Time time) {
    this.admission = admission;
    this.turnstile = turnstile;
    this.panel = panel;
    this.pixelReader = pixelReader;
    this.config = config;
    this.cache = new VerdictCache(config.cacheBytesMax(), config.cacheTime(), time);
    this.store = store;
    this.ids = ids;
    this.meters = meters;
    this.flights = new Flights(meters);
    this.time = time;
  }

  /// Judges one picture, on a virtual thread. Only admission refuses: whatever the layers do, there is an answer.
  ///
  /// @param whole until when the answer is due
  /// @throws ProblemException what the contract lists for `Analyze`
  public AnalyzeResponse answer(Order order, Due whole) {
    long begun = time.nanos();
    Upload upload = admission.admit(order.file());
    try (Turnstile.Place _ = turnstile.enter(order.file().size(), order.interactive(), whole)) {
      byte[] sha256 = sha256(upload.bytes());
      if (whole.isOver()) throw tooShort();
      String sha256Hex = HexFormat.of().formatHex(sha256);
      Flights.Key key = Flights.Key.of(sha256Hex, order.question());

      Optional<AnalyzeResponse> kept = order.useCache() ? kept(key, order, sha256, whole) : Optional.empty();
      AnalyzeResponse answer = kept.isPresent() ? kept.get() : judge(key, upload, sha256, order, whole);
      return given(answer, order, kept.isPresent(), begun);
    }
  }

  /// The time for a whole answer where the caller does not say: more, where an LMM takes part. Asks nobody: a verifier that
  /// nothing was heard of yet may have one, and one without says so soon enough.
  public Duration usualDeadline(Set<Layer> layers) {
    boolean lmm =
        layers.contains(Layer.CONTENT)
            && panel.verifier().isPresent()
            && !panel.verifier().get().lastBackends().map(VerifierWitness.Backends::isEmpty).orElse(false);
    return lmm ? config.deadlineWithLmm() : config.deadline();
  }

  private AnalyzeResponse judge(Flights.Key key, Upload upload, byte[] sha256, Order order, Due whole) {
    Question question = order.question();
    VerdictCache.Versions before = versions();
    Flights.Flight flight = flights.fly(key, whole, () -> gathering(upload, sha256, order, whole));
    Testimony testimony = flight.testimony();

    Decision decision = question.policy().decide(testimony.witnesses());
    Explanation explanation = Explainer.explain(testimony, decision, tongue(question.language()));
    AnalyzeResponse answer =
        Answers.of(facts(upload, sha256, flight.pixels()), testimony, decision, explanation, question.policy().name());

    meters.outcomes(decision);
    countSecondPass(question, testimony, decision);
    // Versions that changed meanwhile: nobody knows which of them spoke.
    VerdictCache.Versions after = versions();
    if (testimony.isWhole() && indexWasHeard(testimony) && before.becameKnownAs(after)) {
      cache.keep(key, new VerdictCache.Entry(answer, after, generation(testimony)));
    }
    return answer;
  }

  private Gathering gathering(Upload upload, byte[] sha256, Order order, Due whole) {
    return new Gathering(panel, pixelReader, config.secondPassMin(), upload, sha256, order.question(), order.interactive(), whole);
  }

  // The cache

  /// An earlier answer, if the index has not changed since: that is asked, since a picture may have been registered a moment
  /// ago.
  private Optional<AnalyzeResponse> kept(Flights.Key key, Order order, byte[] sha256, Due whole) {
    Optional<VerdictCache.Entry> entry = cache.find(key, versions());
    if (entry.isEmpty()) {
      meters.cacheMiss();
      return Optional.empty();
    }
    if (entry.get().generation().isPresent()) {
      Priority priority = order.interactive() ? Priority.PRIORITY_INTERACTIVE : Priority.PRIORITY_BATCH;
      LayerOutcome<HashReading> now = panel.hash().orElseThrow().bytes(sha256, priority, whole).join();
      boolean unchanged = now instanceof Answered<HashReading>(var reading, _) && reading.generation() == entry.get().generation().get();
      if (!unchanged) {
        meters.cacheStale();
        return Optional.empty();
      }
    }
    meters.cacheHit();
    return Optional.of(entry.get().answer());
  }

  private VerdictCache.Versions versions() {
    return new VerdictCache.Versions(
        panel.embedding().flatMap(EmbeddingWitness::lastModels).map(Models::archives).orElse(Set.of()),
        panel.verifier().flatMap(VerifierWitness::lastBackends).map(VerifierWitness.Backends::versions).orElse(Set.of()),
        panel.metadata().map(MetadataWitness::rules).orElse(""));
  }

  /// An answer that does not know the index's generation would outlive the registration of its picture.
  private static boolean indexWasHeard(Testimony testimony) {
    return testimony.hash().answered() || testimony.hash() instanceof LayerOutcome.NotConfigured<HashReading>;
  }

  private static Optional<Long> generation(Testimony testimony) {
    return testimony.hash() instanceof Answered<HashReading>(var reading, _) ? Optional.of(reading.generation()) : Optional.empty();
  }

  // The answer

  private AnalyzeResponse given(AnalyzeResponse answer, Order order, boolean fromCache, long begunNanos) {
    Duration took = Duration.ofNanos(time.nanos() - begunNanos);
    AnalyzeResponse given =
        answer.toBuilder()
            .setVerdictId(ids.next())
            .setExternalId(order.externalId())
            .setTook(Answers.duration(took))
            .setDecidedAt(timestamp(time.now()))
            .setFromCache(fromCache)
            .build();
    store.keep(given);
    meters.verdict(given.getVerdict(), given.getPolicy(), given.getDecidedBy(), took);
    LOG.atInfo().setMessage("verdict")
        .addKeyValue("id", given.getVerdictId())
        .addKeyValue("verdict", given.getVerdict())
        .addKeyValue("confidence", given.getConfidence())
        .addKeyValue("decided_by", given.getDecidedBy())
        .addKeyValue("from_cache", fromCache)
        .addKeyValue("took_ms", took.toMillis())
        .log();
    return given;
  }

  private Answers.Facts facts(Upload upload, byte[] sha256, Optional<Pixels> pixels) {
    List<String> remarks = new ArrayList<>();
    pixels.ifPresent(seen -> remarks.addAll(seen.remarks()));
    Optional<Answers.Facts.Hashed> pdq =
        pixels.orElse(null) instanceof Pixels.Seen(var hashed, _, _)
            ? Optional.of(new Answers.Facts.Hashed(hashed.original().hash(), hashed.quality()))
            : Optional.empty();
    if (pixels.isEmpty() && pixelReader.decodes(upload.header())) remarks.add("not decoded: no layer needed the pixels");
    return new Answers.Facts(sha256, upload.header(), upload.bytes().length, pdq, remarks);
  }

  private void countSecondPass(Question question, Testimony testimony, Decision decision) {
    if (!(testimony.lmm() instanceof Answered<LmmReading>(var reading, var took))) return;
    if (reading.answer().secondPassOut()) meters.secondPassOut();
    if (reading.second().isEmpty()) return;
    Witnesses all = testimony.witnesses();
    var once = new LmmAnswer(reading.answer().firstPass(), OptionalDouble.empty(), false);
    var withFirst = new Witnesses(all.hash(), all.index(), all.metadata(), all.detector(), new Answered<>(once, took));
    meters.secondPass(question.policy().decide(withFirst).verdict(), decision.verdict());
  }

  private static Tongue tongue(Language language) {
    return language == Language.LANGUAGE_KO ? Tongue.KOREAN : Tongue.ENGLISH;
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static ProblemException tooShort() {
    return new ProblemException(
        new Problem.TooLate(
            "DEADLINE_TOO_SHORT", "The deadline was over before the picture was read and checked. Give it more time; 10 s is usual."));
  }
}
