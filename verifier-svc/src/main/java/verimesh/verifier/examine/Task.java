package verimesh.verifier.examine;

import java.time.Instant;
import java.util.List;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.picture.ShownPicture;

/// A picture to be examined.
///
/// @param checklist clues to check; empty: the first pass
/// @param korean the language of what is observed; English otherwise
/// @param urgent somebody waits for the answer
/// @param until when the answer is worth nothing any more
public record Task(ShownPicture picture, List<Clue> checklist, boolean korean, boolean urgent, Instant until) {
  public Task {
    checklist = List.copyOf(checklist);
  }

  boolean secondPass() {
    return !checklist.isEmpty();
  }

  Task until(Instant other) {
    return new Task(picture, checklist, korean, urgent, other);
  }
}
