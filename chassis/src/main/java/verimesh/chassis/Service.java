package verimesh.chassis;

import io.grpc.BindableService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// What `wire` returns: the endpoints that a service serves, and what it depends on.
///
/// @param endpoints gRPC implementations, served by one server
/// @param dependencies name to "does it work right now"; each becomes a health name of its own, and the service is
///     ready when all in `required` work. Called often and from any thread: must not block.
/// @param required names among `dependencies` without which the service answers nothing
public record Service(
    List<BindableService> endpoints, Map<String, BooleanSupplier> dependencies, List<String> required) {
  public Service {
    endpoints = List.copyOf(endpoints);
    dependencies = Map.copyOf(new LinkedHashMap<>(dependencies));
    required = List.copyOf(required);
    for (String name : required) {
      if (!dependencies.containsKey(name)) throw new IllegalArgumentException("required but not a dependency: " + name);
    }
  }

  /// A service that is ready as soon as it is up.
  public static Service of(BindableService... endpoints) {
    return new Service(List.of(endpoints), Map.of(), List.of());
  }
}
