package verimesh.chassis.inference.serve;

/// Thrown by a lane's work when its device has no memory for a batch of that size: a smaller one may do.
public final class OutOfMemory extends RuntimeException {
  private static final long serialVersionUID = 1;

  public OutOfMemory(Throwable cause) {
    super("no memory for a batch of that size", cause);
  }
}
