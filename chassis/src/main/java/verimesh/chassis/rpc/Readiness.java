package verimesh.chassis.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import verimesh.chassis.Service;

/// Whether a service should be sent work right now, and if not, why. Asked by the health service and by `/readyz`.
///
/// Thread-safe.
public final class Readiness {
  private final Service service;
  private volatile boolean draining;

  Readiness(Service service) {
    this.service = service;
  }

  /// True when every required dependency works and nobody asked the service to stop.
  public boolean ready() {
    return !draining && service.required().stream().allMatch(this::works);
  }

  /// Dependencies that do not work right now, by name; required ones are among [Service#required].
  public List<String> broken() {
    List<String> names = new ArrayList<>();
    service.dependencies().keySet().stream().sorted().filter(name -> !works(name)).forEach(names::add);
    return names;
  }

  public boolean required(String dependency) {
    return service.required().contains(dependency);
  }

  public boolean draining() {
    return draining;
  }

  void drain() {
    draining = true;
  }

  /// A check that throws is a check that failed: health must be answered whatever a dependency does.
  boolean works(String dependency) {
    BooleanSupplier check = service.dependencies().get(dependency);
    try {
      return check.getAsBoolean();
    } catch (RuntimeException broken) {
      return false;
    }
  }
}
