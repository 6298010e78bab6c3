package verimesh.chassis;

import java.util.List;
import java.util.function.BooleanSupplier;

/// Whether a service should be sent work right now, and if not, why. Asked by the health service and by `/readyz`.
///
/// Thread-safe.
public final class Readiness {
  private final Service service;
  private volatile boolean draining;

  public Readiness(Service service) {
    this.service = service;
  }

  /// True when every required dependency works and nobody asked the service to stop.
  public boolean ready() {
    return !draining && service.required().stream().allMatch(this::works);
  }

  /// Dependencies that do not work right now, by name; required ones are among [Service#required].
  public List<String> broken() {
    return service.dependencies().keySet().stream().sorted().filter(name -> !works(name)).toList();
  }

  public boolean required(String dependency) {
    return service.required().contains(dependency);
  }

  public boolean draining() {
    return draining;
  }

  /// Not ready from now on, for good: the service was asked to stop.
  public void drain() {
    draining = true;
  }

  /// A check that throws is a check that failed: health must be answered whatever a dependency does.
  public boolean works(String dependency) {
    BooleanSupplier check = service.dependencies().get(dependency);
    try {
      return check.getAsBoolean();
    } catch (RuntimeException broken) {
      return false;
    }
  }
}
