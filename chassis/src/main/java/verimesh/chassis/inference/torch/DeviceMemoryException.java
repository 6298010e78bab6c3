package verimesh.chassis.inference.torch;

/// A device had no memory left for a forward pass. A smaller batch may do.
public final class DeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DeviceMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
