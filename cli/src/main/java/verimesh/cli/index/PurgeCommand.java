package verimesh.cli.index;

import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import verimesh.chassis.Resources;
import verimesh.chassis.problem.Problems;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.PurgeRequest;

/// `./mesh index purge`.
@Command(name = "purge", description = {
    "Forgets for good what was removed from banks, and all that removed banks held.",
    "Until then it is kept, out of every search, so that a removal can be undone. This cannot."})
final class PurgeCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "BANK")
  private List<String> banks;

  @Mixin private HashAccess access;

  private final Context context;

  PurgeCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (var resources = new Resources()) {
      var hash = HashServiceGrpc.newBlockingStub(access.open(context, resources, true));
      long purged = 0;
      for (String bank : banks) purged += hash.purge(PurgeRequest.newBuilder().setBank(bank).build()).getPurged();
      context.console().line(purged + " items are gone for good");
      return Exit.OK;
    } catch (StatusRuntimeException e) {
      throw new CannotStart(Problems.of(e).message());
    }
  }
}
