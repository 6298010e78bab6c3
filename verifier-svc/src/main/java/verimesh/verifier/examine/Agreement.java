package verimesh.verifier.examine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import verimesh.chassis.problem.Problems;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.clue.ClueIndex;
import verimesh.verifier.clue.ClueVectors;
import verimesh.verifier.examine.Examination.Finding;
import verimesh.verifier.examine.Examination.Presence;
import verimesh.verifier.picture.Part;
import verimesh.verifier.picture.PictureMaker;

/// Asks CLIP whether it sees what a model claims to see, at the place that the model names ([Contrast]); where it names none,
/// on the whole picture. CLIP's silence leaves a claim as it is.
public final class Agreement {
  private static final Logger LOG = LoggerFactory.getLogger(Agreement.class);

  private final Clip clip;
  private final ClueVectors clues;
  private final PictureMaker pictures;

  public Agreement(Clip clip, ClueVectors clues, PictureMaker pictures) {
    this.clip = clip;
    this.clues = clues;
    this.pictures = pictures;
  }

  /// @return the findings in their order, those of present clues with CLIP's agreement
  List<Finding> on(List<Finding> findings, Task task, Instant until) {
    List<Finding> present = findings.stream().filter(finding -> finding.presence() == Presence.PRESENT).toList();
    if (present.isEmpty()) return findings;
    try {
      List<Part> parts = present.stream()
          .map(finding -> finding.region().map(r -> new Part(r.left(), r.top(), r.right(), r.bottom())).orElse(Part.WHOLE)).toList();
      Clip.Embedded seen = clip.embed(pictures.parts(task.picture(), parts), until);
      ClueIndex index = clues.in(seen.embeddingSpace(), until);
      if (!index.embeddingSpace().equals(seen.embeddingSpace())) return findings;
      List<Finding> agreed = new ArrayList<>(findings);
      for (int i = 0; i < present.size(); i++) {
        float[] vector = seen.vectors().get(i);
        Finding finding = present.get(i);
        Optional<Clue> clue = task.checklist().stream().filter(c -> c.id().equals(finding.clueId())).findFirst();
        OptionalDouble agreement = clue.flatMap(index::texts).map(texts -> OptionalDouble.of(Contrast.agreement(vector, texts))).orElse(OptionalDouble.empty());
        agreed.set(findings.indexOf(finding), new Finding(finding.clueId(), finding.presence(), finding.note(), finding.region(), agreement));
      }
      return agreed;
    } catch (RuntimeException e) {
      LOG.atWarn().setMessage("clip agreement").addKeyValue("reason", Problems.of(e).reason()).log();
      return findings;
    }
  }
}
