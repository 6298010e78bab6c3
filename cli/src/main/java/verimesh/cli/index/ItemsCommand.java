package verimesh.cli.index;

import com.google.protobuf.util.JsonFormat;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.Resources;
import verimesh.chassis.problem.Problems;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.hash.v1.GetItemRequest;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.Item;
import verimesh.hash.v1.MoveItemsRequest;
import verimesh.hash.v1.RemoveRequest;
import verimesh.hash.v1.SetEnabledRequest;

/// `./mesh index items`: shows single items, or changes them.
@Command(name = "items", description = "Shows items as JSON; switches, removes and moves them (out of quarantine, for example).")
final class ItemsCommand implements Callable<Integer> {
  private enum Action {
    SHOW,
    ENABLE,
    DISABLE,
    REMOVE,
    MOVE
  }

  @Parameters(arity = "1..*", paramLabel = "ID", description = "Item ids, as index match and index export show them.")
  private List<String> ids;

  @Option(names = "--enable", description = "Switch them on.")
  private boolean enable;

  @Option(names = "--disable", description = "Switch them off.")
  private boolean disable;

  @Option(names = "--until", paramLabel = "DATE", description = "With --disable: on again then.")
  private String until;

  @Option(names = "--remove", description = "Take them away; ./mesh index undo brings them back.")
  private boolean remove;

  @Option(names = "--move-to", paramLabel = "BANK", description = "Move them to another bank.")
  private String moveTo;

  @Mixin private HashAccess access;

  private final Context context;

  ItemsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Action action = action();
    try (var resources = new Resources()) {
      var hash = HashServiceGrpc.newBlockingStub(access.open(context, resources, action != Action.SHOW));
      if (action == Action.MOVE) {
        context.console().line(hash.moveItems(MoveItemsRequest.newBuilder().addAllItemIds(ids).setToBank(moveTo).build()).getMoved() + " moved");
        return Exit.OK;
      }
      for (String id : ids) {
        Item item = hash.getItem(GetItemRequest.newBuilder().setItemId(id).build()).getItem();
        switch (action) {
          case SHOW -> context.console().line(JsonFormat.printer().omittingInsignificantWhitespace().print(item));
          case ENABLE -> hash.setEnabled(SetEnabledRequest.newBuilder().setBank(item.getBank()).addItemIds(id).setEnabled(true).build());
          case DISABLE -> {
            SetEnabledRequest.Builder request = SetEnabledRequest.newBuilder().setBank(item.getBank()).addItemIds(id);
            if (until != null) request.setUntil(BanksCommand.time(until));
            hash.setEnabled(request.build());
          }
          case REMOVE -> hash.remove(RemoveRequest.newBuilder().setBank(item.getBank()).addItemIds(id).build());
          case MOVE -> throw new AssertionError("done above, all at once");
        }
      }
      if (action != Action.SHOW) context.console().line(ids.size() + " changed");
      return Exit.OK;
    } catch (StatusRuntimeException e) {
      throw new CannotStart(Problems.of(e).message());
    }
  }

  private Action action() {
    int named = (enable ? 1 : 0) + (disable ? 1 : 0) + (remove ? 1 : 0) + (moveTo != null ? 1 : 0);
    if (named > 1) throw new UsageProblem("--enable, --disable, --remove and --move-to exclude each other");
    if (until != null && !disable) throw new UsageProblem("--until goes with --disable");
    return enable ? Action.ENABLE : disable ? Action.DISABLE : remove ? Action.REMOVE : moveTo != null ? Action.MOVE : Action.SHOW;
  }
}
