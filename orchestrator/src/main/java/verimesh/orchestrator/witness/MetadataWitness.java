package verimesh.orchestrator.witness;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import verimesh.common.v1.Language;
import verimesh.metadata.v1.FormulaPart;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.LabelClass;
import verimesh.metadata.v1.MetadataServiceGrpc;
import verimesh.metadata.v1.Signature;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.fusion.Level;
import verimesh.orchestrator.fusion.MetadataAnswer;
import verimesh.orchestrator.fusion.MetadataAnswer.Part;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.witness.MetadataFacts.Claim;

/// metadata-svc: what the file says of itself.
public final class MetadataWitness {
  private final Channel channel;
  private volatile String rules = "";

  public MetadataWitness(Channel channel) {
    this.channel = channel;
  }

  public CompletableFuture<LayerOutcome<MetadataReading>> inspect(ByteString file, Language language, Due due) {
    InspectRequest request = InspectRequest.newBuilder().setFile(file).setLanguage(language).build();
    return Rpc.ask(channel, MetadataServiceGrpc.getInspectMethod(), request, due).thenApply(outcome -> Rpc.read(outcome, this::reading));
  }

  /// The rules and trust lists by which it last read a file: other rules, other answers.
  public String rules() {
    return rules;
  }

  private MetadataReading reading(InspectResponse response) {
    rules = response.getRulesVersion();
    List<MetadataAnswer.Sign> folded = new ArrayList<>();
    List<MetadataFacts.Sign> signs = new ArrayList<>();
    for (Signature signature : response.getSignaturesList()) {
      Part part = part(signature.getPart());
      Level level = level(signature.getLevel());
      folded.add(new MetadataAnswer.Sign(part, level));
      signs.add(
          new MetadataFacts.Sign(
              signature.getTool(),
              signature.getKind(),
              signature.getCarrier(),
              level,
              part,
              claim(signature.getLabelClass()),
              signature.getVersion(),
              signature.getModel(),
              signature.getSigner(),
              signature.getVerified()));
    }
    var exif = response.getExif();
    var answer = MetadataAnswer.of(folded, exif.getPublishedScore(), response.getInconsistenciesCount());
    var facts =
        new MetadataFacts(
            signs,
            generator(response),
            exif.getPublishedScore(),
            exif.getConsistency(),
            response.getCaptureDevice(),
            response.getInconsistenciesList().stream().map(i -> new MetadataFacts.Inconsistency(i.getCode(), i.getText())).toList(),
            response.getProvenance().getState(),
            response.getEditing().getSoftwareList(),
            response.getEditing().getReencoded());
    return new MetadataReading(answer, facts, response);
  }

  private static Optional<MetadataFacts.Generator> generator(InspectResponse response) {
    if (!response.hasGenerator()) return Optional.empty();
    var generator = response.getGenerator();
    return Optional.of(
        new MetadataFacts.Generator(generator.getName(), generator.getVersion(), generator.getModel(), generator.getEvidence()));
  }

  private static Part part(FormulaPart part) {
    return switch (part) {
      case FORMULA_PART_SIGNATURE -> Part.SIGNATURE;
      case FORMULA_PART_C2PA_AI -> Part.C2PA_AI;
      case FORMULA_PART_C2PA_WITHOUT_AI -> Part.C2PA_WITHOUT_AI;
      case FORMULA_PART_NONE, FORMULA_PART_UNSPECIFIED, UNRECOGNIZED -> Part.NONE;
    };
  }

  private static Level level(verimesh.common.v1.Level level) {
    return switch (level) {
      case LEVEL_PROOF -> Level.PROOF;
      case LEVEL_DECLARED -> Level.DECLARED;
      case LEVEL_NONE, LEVEL_UNSPECIFIED, UNRECOGNIZED -> Level.NONE;
    };
  }

  private static Claim claim(LabelClass label) {
    return switch (label) {
      case LABEL_CLASS_FULLY_GENERATED -> Claim.FULLY_GENERATED;
      case LABEL_CLASS_AI_EDITED -> Claim.AI_EDITED;
      case LABEL_CLASS_CAPTURED -> Claim.CAPTURED;
      case LABEL_CLASS_OTHER -> Claim.OTHER;
      case LABEL_CLASS_SUSPECTED -> Claim.SUSPECTED;
      case LABEL_CLASS_NONE, LABEL_CLASS_UNSPECIFIED, UNRECOGNIZED -> Claim.NOTHING;
    };
  }
}
