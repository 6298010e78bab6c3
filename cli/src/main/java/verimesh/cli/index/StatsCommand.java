package verimesh.cli.index;

import com.google.protobuf.util.JsonFormat;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import verimesh.chassis.Resources;
import verimesh.chassis.problem.Problems;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.term.Plain;
import verimesh.hash.v1.GetStatisticsRequest;
import verimesh.hash.v1.GetStatisticsResponse;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.PdqConvention;

/// `./mesh index stats`.
@Command(name = "stats", description = "What the index holds.")
final class StatsCommand implements Callable<Integer> {
  @Option(names = "--json", description = "As protobuf JSON.")
  private boolean json;

  @Mixin private HashAccess access;

  private final Context context;

  StatsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    try (var resources = new Resources()) {
      GetStatisticsResponse s = HashServiceGrpc.newBlockingStub(access.open(context, resources, false))
          .getStatistics(GetStatisticsRequest.getDefaultInstance());
      if (json) {
        context.console().line(JsonFormat.printer().omittingInsignificantWhitespace().alwaysPrintFieldsWithNoPresence().print(s));
        return Exit.OK;
      }
      context.console().line(s.getItems() + " items in " + s.getBanks() + " banks, " + s.getEnabledItems() + " of them on");
      context.console().line("engine " + s.getEngine() + String.format(Locale.ROOT, ", %.1f MiB", s.getDiskBytes() / 1048576.0)
          + ", PDQ " + (s.getPdqConvention() == PdqConvention.PDQ_CONVENTION_FULL_SIZE ? "full-size" : "shrunk-512"));
      s.getVectorsMap().forEach((space, count) -> context.console().line(count + " vectors in " + Plain.line(space)));
      return Exit.OK;
    } catch (StatusRuntimeException e) {
      throw new CannotStart(Problems.of(e).message());
    }
  }
}
