package verimesh.chassis.inference;

import java.io.IOException;

/// A checkpoint that cannot be used as it is. The message names the tensor or key and says what was expected; it is
/// written for the operator who ran the import.
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
