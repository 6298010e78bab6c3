package verimesh.cli.local;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.config.Settings;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.LogConfig;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.CannotStart;

/// Services wired within this process and joined by in-process gRPC.
public final class LocalMesh implements OpenMesh {
  private static final AtomicInteger MESHES = new AtomicInteger();

  private final Resources resources = new Resources();
  private final Map<MeshService, ManagedChannel> channels = new EnumMap<>(MeshService.class);

  private LocalMesh() {}

  /// Starts them as the front door does.
  public static Meshes meshes() {
    return new Meshes() {
      @Override
      public OpenMesh whole(Map<String, String> environment) {
        return start(environment, List.of(MeshService.values()));
      }

      @Override
      public OpenMesh metadataOnly(Map<String, String> environment) {
        return start(environment, List.of(MeshService.METADATA));
      }
    };
  }

  private static LocalMesh start(Map<String, String> environment, List<MeshService> services) {
    int mesh = MESHES.incrementAndGet(); // tests run several within one process
    var variables = new LinkedHashMap<>(environment);
    // Where `./mesh up` has the index open, the mesh in one process reads what it holds.
    variables.putIfAbsent("VERIMESH_HASH_WHEN_LOCKED", "read-only");
    for (MeshService service : services) {
      if (service != MeshService.ORCHESTRATOR) variables.put(service.targetSetting(), "inprocess://" + name(service, mesh));
    }
    var started = new LocalMesh();
    var problems = new ArrayList<String>();
    try {
      for (MeshService service : services) started.add(service, mesh, Settings.of(variables, service.scope()), problems);
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
    if (!problems.isEmpty()) {
      started.close();
      throw new CannotStart((problems.size() == 1 ? "1 setting is wrong" : problems.size() + " settings are wrong") + "\n  "
          + String.join("\n  ", problems.stream().distinct().toList()));
    }
    return started;
  }

  private void add(MeshService service, int mesh, Settings settings, List<String> problems) {
    try {
      Class<?> main = Class.forName(service.mainClass());
      Method wire = Arrays.stream(main.getMethods()).filter(m -> m.getName().equals("wire")).findFirst().orElseThrow();
      ServerConfig.from(settings, service.port(MeshService.BASE_PORT)); // read so that their names are known
      LogConfig.from(settings);
      Object config = wire.getParameterTypes()[0].getMethod("from", Settings.class).invoke(null, settings);
      problems.addAll(settings.problems());
      if (!problems.isEmpty()) return; // go on reading the others' settings, so that one start shows them all
      Telemetry telemetry = resources.add(Telemetry.unscraped(service.id()));
      Service wired = (Service) wire.invoke(null, config, resources, telemetry);
      resources.add(RpcServer.inProcess(name(service, mesh), wired, telemetry));
      ManagedChannel channel = Channels.inProcess(name(service, mesh));
      resources.add(channel::shutdownNow);
      channels.put(service, channel);
    } catch (InvocationTargetException e) {
      throw new CannotStart(service.id() + " cannot start: " + e.getCause().getMessage());
    } catch (ReflectiveOperationException | IOException e) {
      throw new CannotStart(service.id() + " cannot start: " + e);
    }
  }

  private static String name(MeshService service, int mesh) {
    return service.id() + "-" + mesh;
  }

  @Override
  public ManagedChannel channel(MeshService service) {
    return Optional.ofNullable(channels.get(service)).orElseThrow();
  }

  @Override
  public void close() {
    resources.close();
  }
}
