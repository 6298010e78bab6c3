package verimesh.verifier.examine;

import java.util.ArrayList;
import java.util.List;

/// From what a model said to what it is worth: consistency checks and reliability. Pure.
final class Weighing {
  private Weighing() {}

  /// A verdict that contradicts its own findings, and a "real" for a picture whose text gives orders, are halfway drawn back
  /// to .5 and flagged.
  static Examination weigh(Answer answer, Model model, boolean secondPass) {
    List<String> flags = new ArrayList<>();
    double confidence = answer.confidence();
    if (model.kind() == Model.Kind.CLIP_CONTRAST) {
      flags.add(ClipContrast.FLAG); // its verdict follows from its findings, so there is nothing to check
    } else {
      if (Reliability.contradicts(answer.fake(), answer.findings())) {
        flags.add("CONTRADICTS_FINDINGS");
        confidence = halved(confidence);
      }
      if (answer.textInstructs()) {
        flags.add("TEXT_IN_IMAGE_INSTRUCTS");
        if (!answer.fake()) confidence = halved(confidence);
      }
      if (answer.confidence() < 0.5) flags.add("UNSURE_OF_ITSELF");
    }
    return new Examination(
        answer.fake(), confidence, answer.observations(), answer.findings(), Reliability.of(answer.fake(), confidence, answer.findings()),
        flags, model.model(), model.promptVersion(secondPass), false);
  }

  private static double halved(double confidence) {
    return 0.5 + (confidence - 0.5) / 2;
  }
}
