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
import verimesh.hash.v1.UndoChangeRequest;

/// `./mesh index undo`.
@Command(name = "undo", description = "Takes changes back, in the order given.")
final class UndoCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "CHANGE", description = "Ids, as ./mesh index changes shows them.")
  private List<String> ids;

  @Mixin private HashAccess access;

  private final Context context;

  UndoCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (var resources = new Resources()) {
      var hash = HashServiceGrpc.newBlockingStub(access.open(context, resources, true));
      for (String id : ids) {
        context.console().line(ChangesCommand.text(hash.undoChange(UndoChangeRequest.newBuilder().setChangeId(id).build()).getChange()));
      }
      return Exit.OK;
    } catch (StatusRuntimeException e) {
      throw new CannotStart(Problems.of(e).message());
    }
  }
}
