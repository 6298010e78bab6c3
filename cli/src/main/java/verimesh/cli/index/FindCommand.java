package verimesh.cli.index;

import com.google.protobuf.util.JsonFormat;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.Resources;
import verimesh.chassis.images.pdq.PdqConvention;
import verimesh.chassis.problem.Problems;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.analyze.FileFinder;
import verimesh.cli.analyze.FoundFile;
import verimesh.cli.term.Plain;
import verimesh.common.v1.Priority;
import verimesh.hash.v1.GetStatisticsRequest;
import verimesh.hash.v1.GetStatisticsResponse;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.MatchRequest;
import verimesh.hash.v1.MatchResponse;

/// `./mesh index match`: which known pictures a file matches.
@Command(name = "match", description = "Looks files up, tier by tier.")
final class FindCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files; folders are searched as in analyze.")
  private List<Path> files;

  @Option(names = "--json", description = "One JSON object a line: the answer as protobuf JSON, and file.")
  private boolean json;

  @Option(names = "--limit", paramLabel = "N", description = "Best matches a tier, 1 to 100 (default: 5).")
  private int limit = 5;

  @Option(names = "--bank", paramLabel = "BANK", description = "Only these banks; may be given several times.")
  private List<String> banks = List.of();

  @Option(names = "--embedding", paramLabel = "HOST:PORT", description = "embedding-svc that makes vectors (default: the configured model, or none).")
  private String embedding;

  @Mixin private HashAccess access;

  private final Context context;

  FindCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    boolean all = true;
    try (var resources = new Resources()) {
      Channel channel = access.open(context, resources, false);
      var hash = HashServiceGrpc.newBlockingStub(channel);
      GetStatisticsResponse statistics = hash.getStatistics(GetStatisticsRequest.getDefaultInstance());
      Optional<Embedder> embedder = Embedder.open(context, resources, embedding);
      var fingerprinter = new Fingerprinter(statistics.getPdqConvention() == verimesh.hash.v1.PdqConvention.PDQ_CONVENTION_FULL_SIZE
          ? PdqConvention.FULL_SIZE : PdqConvention.SHRUNK_512);
      for (FoundFile file : FileFinder.in(files).files()) {
        Fingerprint print = fingerprinter.of(file.path(), file.shown());
        if (print.sha256().isEmpty()) {
          all = false;
          context.console().note(Plain.line(file.shown()) + ": " + print.problem());
          continue;
        }
        MatchRequest.Builder request = MatchRequest.newBuilder()
            .setSha256(print.sha256Bytes()).setLimit(limit).addAllBanks(banks).setPriority(Priority.PRIORITY_BATCH);
        print.pdqMessage(statistics.getPdqConvention()).ifPresent(request::setPdq);
        request.addAllTurnedPdqs(print.turnedMessages());
        if (embedder.isPresent() && print.pdq().isPresent()) request.setVector(embedder.get().embed(Files.readAllBytes(file.path())));
        MatchResponse response = hash.match(request.build());
        if (json) {
          String text = JsonFormat.printer().omittingInsignificantWhitespace().print(response);
          String name = JsonFormat.printer().print(com.google.protobuf.Value.newBuilder().setStringValue(file.shown()));
          context.console().line("{\"file\":" + name + (text.equals("{}") ? "}" : "," + text.substring(1)));
        } else {
          context.console().line(Plain.line(file.shown()) + (print.problem().isEmpty() ? "" : "  (" + Plain.line(print.problem()) + ")"));
          MatchLines.of(response).forEach(context.console()::line);
        }
      }
    } catch (StatusRuntimeException e) {
      throw new CannotStart(Problems.of(e).message());
    }
    return all ? Exit.OK : Exit.SOME_FAILED;
  }
}
