package verimesh.embedding;

import java.util.Locale;
import verimesh.common.v1.ModelId;
import verimesh.common.v1.Score;
import verimesh.embedding.detect.Opinion;
import verimesh.embedding.model.ModelCard;
import verimesh.embedding.v1.Detection;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.ModelInfo;
import verimesh.embedding.v1.ModelRole;

/// Our values in the contract's words.
final class Answers {
  private Answers() {}

  static Embedding embedding(ModelCard card, float[] unit) {
    var embedding = Embedding.newBuilder().setModel(id(card));
    for (float value : unit) embedding.addValues(value);
    return embedding.build();
  }

  static Detection detection(ModelCard card, Opinion opinion, boolean withViews) {
    var detection = Detection.newBuilder()
        .setProbabilityAi(Score.newBuilder().setValue(opinion.probabilityAi()).setCalibrated(card.calibrated()))
        .setLabel(opinion.label()).putAllProbabilities(opinion.probabilities()).setGenerator(opinion.generator()).setModel(id(card)).setFlips(opinion.flips());
    if (withViews && opinion.spread().isPresent()) detection.setSpread(opinion.spread().getAsDouble());
    return detection.build();
  }

  static Score uncalibrated(double value) {
    return Score.newBuilder().setValue(value).setCalibrated(false).build();
  }

  static ModelInfo info(ModelCard card) {
    return ModelInfo.newBuilder().setId(id(card)).setRole(Roles.toProto(card.role()))
        .setInputSpec(card.input().toProto()).setInputSpecDigest(card.input().digest())
        .setDimension(card.dimension()).addAllDevices(card.devices()).setDtype(card.dtype()).addAllLabels(card.labels()).setCalibrated(card.calibrated()).build();
  }

  static ModelId id(ModelCard card) {
    return ModelId.newBuilder().setEmbeddingSpace(card.embeddingSpace()).setArchiveId(card.archiveId()).setName(card.name()).build();
  }

  /// A role as people write it: `clip`.
  static String name(ModelRole role) {
    return role == ModelRole.UNRECOGNIZED ? "unknown" : role.name().replace("MODEL_ROLE_", "").toLowerCase(Locale.ROOT);
  }
}
