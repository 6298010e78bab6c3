package verimesh.cli.index;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.config.Settings;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.TargetOptions;
import verimesh.hash.HashConfig;
import verimesh.hash.Main;

/// How a command reaches hash-svc: a running one by `--target`, or one within this process over the configured index.
public final class HashAccess {
  private static final String SETTING = "VERIMESH_HASH_WHEN_LOCKED";

  @Mixin private TargetOptions target;

  @Option(names = "--key-file", paramLabel = "FILE", description = "With --target: the key to show, where no certificate says who calls.")
  private Path keyFile;

  /// @param writes true if the command changes something: then an index that another process has open is no use
  /// @throws CannotStart if a setting is wrong or the index cannot be opened
  Channel open(Context context, Resources resources, boolean writes) {
    Telemetry telemetry = resources.add(Telemetry.unscraped("cli"));
    if (target.given()) {
      ManagedChannel channel = target.connect(telemetry, "", secret());
      resources.add(channel::shutdownNow);
      return channel;
    }
    Map<String, String> environment = new HashMap<>(context.environment());
    if (!writes) environment.putIfAbsent(SETTING, "read-only");
    Settings settings = Settings.of(environment, "HASH");
    HashConfig config = HashConfig.from(settings);
    List<String> problems = settings.problems();
    if (!problems.isEmpty()) throw new CannotStart("hash-svc cannot start: settings are wrong\n  " + String.join("\n  ", problems));
    try {
      Service service = Main.wire(config, resources, telemetry);
      String name = "cli-index-" + System.nanoTime();
      resources.add(RpcServer.inProcess(name, service, telemetry));
      ManagedChannel channel = Channels.inProcess(name);
      resources.add(channel::shutdownNow);
      return channel;
    } catch (ProblemException e) {
      throw new CannotStart(e.problem().message() + (writes ? "\nOr change it through the service that has it open: --target 127.0.0.1:" + Main.PORT : ""));
    } catch (IOException e) {
      throw new CannotStart("cannot open the index: " + e.getMessage());
    }
  }

  private Optional<String> secret() {
    try {
      return keyFile == null ? Optional.empty() : Optional.of(Files.readString(keyFile).strip());
    } catch (IOException e) {
      throw new CannotStart("cannot read " + keyFile + ": " + e.getMessage());
    }
  }
}
