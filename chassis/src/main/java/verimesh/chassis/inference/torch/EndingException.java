package verimesh.chassis.inference.torch;

/// A call came after the model was closed, or while the process ends. Another replica may be asked instead.
public final class EndingException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  EndingException() {
    super("The model is closed, or the process is ending; nothing is computed any more");
  }
}
