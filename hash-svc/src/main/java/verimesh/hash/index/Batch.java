package verimesh.hash.index;

import java.util.List;
import verimesh.hash.bank.Change;

/// Edits that are acknowledged together, with the line of the audit log that is written with them.
public record Batch(List<Edit> edits, Change change) {
  public Batch {
    edits = List.copyOf(edits);
  }
}
