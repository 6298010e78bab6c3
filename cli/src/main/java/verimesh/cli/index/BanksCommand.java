package verimesh.cli.index;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
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
import verimesh.cli.UsageProblem;
import verimesh.cli.term.Plain;
import verimesh.hash.v1.Bank;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.CreateBankRequest;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.ListBanksRequest;
import verimesh.hash.v1.RemoveRequest;
import verimesh.hash.v1.SetEnabledRequest;

/// `./mesh index banks`: lists banks; with an option, changes one first.
@Command(name = "banks", description = "Lists banks; makes, switches and removes them.")
final class BanksCommand implements Callable<Integer> {
  @Option(names = "--create", paramLabel = "BANK", description = "Make one; needs --kind.")
  private String create;

  @Option(names = "--kind", paramLabel = "positive|negative|quarantine", description = "Known AI, known real, or not looked at yet.")
  private String kind;

  @Option(names = "--note", paramLabel = "TEXT", description = "With --create.")
  private String note = "";

  @Option(names = "--enable", paramLabel = "BANK", description = "Switch it on.")
  private String enable;

  @Option(names = "--disable", paramLabel = "BANK", description = "Switch it off.")
  private String disable;

  @Option(names = "--until", paramLabel = "DATE", description = "With --disable: on again then; 2027-01-31 or 2027-01-31T08:00:00Z.")
  private String until;

  @Option(names = "--remove", paramLabel = "BANK", description = "Take it away with everything in it; ./mesh index undo brings it back.")
  private String remove;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Mixin private HashAccess access;

  private final Context context;

  BanksCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    boolean changes = create != null || enable != null || disable != null || remove != null;
    if (until != null && disable == null) throw new UsageProblem("--until goes with --disable");
    try (var resources = new Resources()) {
      var hash = HashServiceGrpc.newBlockingStub(access.open(context, resources, changes));
      if (create != null) {
        hash.createBank(CreateBankRequest.newBuilder().setBank(Bank.newBuilder().setName(create).setKind(kindOf(kind)).setNote(note)).build());
      }
      if (enable != null) hash.setEnabled(SetEnabledRequest.newBuilder().setBank(enable).setEnabled(true).build());
      if (disable != null) {
        SetEnabledRequest.Builder request = SetEnabledRequest.newBuilder().setBank(disable);
        if (until != null) request.setUntil(time(until));
        hash.setEnabled(request.build());
      }
      if (remove != null) hash.remove(RemoveRequest.newBuilder().setBank(remove).setWholeBank(true).build());
      for (Bank bank : hash.listBanks(ListBanksRequest.getDefaultInstance()).getBanksList()) {
        context.console().line(json ? JsonFormat.printer().omittingInsignificantWhitespace().alwaysPrintFieldsWithNoPresence().print(bank) : text(bank));
      }
      return Exit.OK;
    } catch (StatusRuntimeException e) {
      throw new CannotStart(Problems.of(e).message());
    }
  }

  private static BankKind kindOf(String kind) {
    return switch (kind == null ? "" : kind.toLowerCase(Locale.ROOT)) {
      case "positive" -> BankKind.BANK_KIND_POSITIVE;
      case "negative" -> BankKind.BANK_KIND_NEGATIVE;
      case "quarantine" -> BankKind.BANK_KIND_QUARANTINE;
      default -> throw new UsageProblem("--create needs --kind: positive (known AI), negative (known real) or quarantine");
    };
  }

  static Timestamp time(String text) {
    Instant instant;
    try {
      instant = text.contains("T") ? Instant.parse(text) : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException e) {
      throw new UsageProblem("--until is \"" + text + "\"; expected 2027-01-31 or 2027-01-31T08:00:00Z");
    }
    return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
  }

  private static String text(Bank bank) {
    String off = bank.getEnabled() ? "" : bank.hasDisabledUntil() ? "  off until " + Instant.ofEpochSecond(bank.getDisabledUntil().getSeconds()) : "  off";
    return String.format(Locale.ROOT, "%-24s %-10s %9d items, %d on%s%s", bank.getName(),
        bank.getKind().name().substring("BANK_KIND_".length()).toLowerCase(Locale.ROOT), bank.getItems(), bank.getEnabledItems(), off,
        bank.getNote().isEmpty() ? "" : "  " + Plain.line(bank.getNote()));
  }
}
