package verimesh.orchestrator;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problem.Violation;
import verimesh.chassis.problem.ProblemException;
import verimesh.common.v1.Language;
import verimesh.orchestrator.analysis.AnalysisConfig;
import verimesh.orchestrator.analysis.Order;
import verimesh.orchestrator.analysis.Question;
import verimesh.orchestrator.analysis.SecondPass;
import verimesh.orchestrator.fusion.Layer;
import verimesh.orchestrator.fusion.Policy;
import verimesh.orchestrator.v1.AnalyzeRequest;

/// Reads requests. Everything that is wrong with one is told at once.
final class Orders {
  private static final int EXTERNAL_ID_CHARACTERS_MAX = 256;

  private final AnalysisConfig config;

  Orders(AnalysisConfig config) {
    this.config = config;
  }

  /// @param batch whether a request that names no priority comes from a stream
  /// @throws ProblemException `FIELD_INVALID`, with every field that is wrong
  Order read(AnalyzeRequest request, boolean batch) {
    List<Violation> wrong = new ArrayList<>();
    if (request.getExternalId().codePointCount(0, request.getExternalId().length()) > EXTERNAL_ID_CHARACTERS_MAX) {
      wrong.add(new Violation("external_id", "is longer than " + EXTERNAL_ID_CHARACTERS_MAX + " characters"));
    }
    Optional<Policy> policy = config.policies().find(request.getPolicy());
    if (policy.isEmpty()) {
      wrong.add(new Violation("policy", "is \"" + shortened(request.getPolicy()) + "\"; there are " + config.policies().names()));
    }
    if (request.hasDeadline() && !duration(request).isPositive()) wrong.add(new Violation("deadline", "must be longer than 0"));
    Set<Layer> layers = layers(request, wrong);
    SecondPass secondPass = secondPass(request, wrong);
    Language language = language(request, wrong);
    boolean interactive = interactive(request, batch, wrong);
    if (!wrong.isEmpty()) throw invalid(wrong);
    var question = new Question(policy.orElseThrow(), layers, secondPass, language);
    return new Order(request.getImage(), request.getExternalId(), question, interactive, !request.hasUseCache() || request.getUseCache());
  }

  /// Until the whole answer is due: what the request says, within what the gRPC deadline and we allow.
  ///
  /// @param usual for a request that says nothing
  Duration deadline(AnalyzeRequest request, Duration usual) {
    Duration asked = request.hasDeadline() ? duration(request) : usual;
    Deadline transport = Context.current().getDeadline();
    Duration left = transport == null ? asked : Duration.ofNanos(transport.timeRemaining(TimeUnit.NANOSECONDS));
    return shorter(shorter(asked, left), config.deadlineMax());
  }

  private static Duration duration(AnalyzeRequest request) {
    return Duration.ofSeconds(request.getDeadline().getSeconds(), request.getDeadline().getNanos());
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static Set<Layer> layers(AnalyzeRequest request, List<Violation> wrong) {
    if (request.getLayersCount() == 0) return EnumSet.allOf(Layer.class);
    Set<Layer> layers = EnumSet.noneOf(Layer.class);
    for (verimesh.common.v1.Layer layer : request.getLayersList()) {
      switch (layer) {
        case LAYER_HASH -> layers.add(Layer.HASH);
        case LAYER_METADATA -> layers.add(Layer.METADATA);
        case LAYER_CONTENT -> layers.add(Layer.CONTENT);
        case LAYER_UNSPECIFIED, UNRECOGNIZED -> wrong.add(new Violation("layers", "holds an unknown layer"));
      }
    }
    return layers;
  }

  private SecondPass secondPass(AnalyzeRequest request, List<Violation> wrong) {
    return switch (request.getSecondPass()) {
      case SECOND_PASS_UNSPECIFIED -> config.secondPass();
      case SECOND_PASS_OFF -> SecondPass.OFF;
      case SECOND_PASS_ON_UNCERTAIN -> SecondPass.ON_UNCERTAIN;
      case SECOND_PASS_ON_NOT_AI -> SecondPass.ON_NOT_AI;
      case SECOND_PASS_ALWAYS -> SecondPass.ALWAYS;
      case UNRECOGNIZED -> {
        wrong.add(new Violation("second_pass", "is " + request.getSecondPassValue() + ", which is no policy"));
        yield config.secondPass();
      }
    };
  }

  private static Language language(AnalyzeRequest request, List<Violation> wrong) {
    return switch (request.getLanguage()) {
      case LANGUAGE_UNSPECIFIED, LANGUAGE_EN -> Language.LANGUAGE_EN;
      case LANGUAGE_KO -> Language.LANGUAGE_KO;
      case UNRECOGNIZED -> {
        wrong.add(new Violation("language", "is " + request.getLanguageValue() + "; there are English and Korean"));
        yield Language.LANGUAGE_EN;
      }
    };
  }

  private static boolean interactive(AnalyzeRequest request, boolean batch, List<Violation> wrong) {
    return switch (request.getPriority()) {
      case PRIORITY_UNSPECIFIED -> !batch;
      case PRIORITY_INTERACTIVE -> true;
      case PRIORITY_BATCH -> false;
      case UNRECOGNIZED -> {
        wrong.add(new Violation("priority", "is " + request.getPriorityValue() + "; there are interactive and batch"));
        yield false;
      }
    };
  }

  private static ProblemException invalid(List<Violation> wrong) {
    String all = wrong.stream().map(violation -> violation.field() + " " + violation.description()).reduce((a, b) -> a + "; " + b).orElseThrow();
    return new ProblemException(new Problem.Invalid("FIELD_INVALID", "The request is wrong: " + all + ".", wrong));
  }

  private static String shortened(String text) {
    return text.length() <= 64 ? text : text.substring(0, 63) + "…";
  }
}
