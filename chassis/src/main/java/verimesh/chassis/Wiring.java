package verimesh.chassis;

import verimesh.chassis.telemetry.Telemetry;

/// A service's whole construction, top to bottom, as STYLE shows it. `Main::wire` of every service is one.
@FunctionalInterface
public interface Wiring<C> {
  /// @param config the service's typed settings
  /// @param resources takes what must be closed; closed in reverse order after the server has drained
  Service wire(C config, Resources resources, Telemetry telemetry) throws Exception;
}
