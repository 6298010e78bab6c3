package verimesh.cli.index;

import com.google.protobuf.util.JsonFormat;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Instant;
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
import verimesh.hash.v1.Change;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.ListChangesRequest;

/// `./mesh index changes`: the audit log.
@Command(name = "changes", description = "The audit log, newest first: what was changed, when and by whom.")
final class ChangesCommand implements Callable<Integer> {
  @Option(names = "--bank", paramLabel = "BANK", description = "Only this bank's.")
  private String bank = "";

  @Option(names = "--before", paramLabel = "ID", description = "Only changes before this one.")
  private String before = "";

  @Option(names = "--limit", paramLabel = "N", description = "1 to 1000 (default: 20).")
  private int limit = 20;

  @Option(names = "--json", description = "One JSON object a line, with the ids of items.")
  private boolean json;

  @Mixin private HashAccess access;

  private final Context context;

  ChangesCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    try (var resources = new Resources()) {
      var hash = HashServiceGrpc.newBlockingStub(access.open(context, resources, false));
      for (Change change : hash.listChanges(ListChangesRequest.newBuilder().setBank(bank).setBefore(before).setLimit(limit).build()).getChangesList()) {
        context.console().line(json ? JsonFormat.printer().omittingInsignificantWhitespace().print(change) : text(change));
      }
      return Exit.OK;
    } catch (StatusRuntimeException e) {
      throw new CannotStart(Problems.of(e).message());
    }
  }

  static String text(Change change) {
    return change.getChangeId() + "  " + Instant.ofEpochSecond(change.getAt().getSeconds()) + "  " + Plain.line(change.getBy()) + "  "
        + change.getKind().name().substring("CHANGE_KIND_".length()).toLowerCase(Locale.ROOT).replace('_', ' ') + "  " + change.getBank()
        + (change.getItemIdsCount() > 0 ? "  " + change.getItemIdsCount() + " items" : "")
        + (change.getUndoes().isEmpty() ? "" : "  takes back " + change.getUndoes());
  }
}
