package verimesh.cli.index;

import com.google.protobuf.util.JsonFormat;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
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
import verimesh.hash.v1.ExportItemsRequest;
import verimesh.hash.v1.ExportItemsResponse;
import verimesh.hash.v1.HashServiceGrpc;

/// `./mesh index export`: a bank as JSON lines, which `./mesh index import` reads.
@Command(name = "export", description = "Writes a bank as JSON lines; ./mesh index import reads them.")
final class ExportCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "BANK")
  private String bank;

  @Option(names = "--out", paramLabel = "FILE", description = "Where to (default: standard output). Written whole or not at all.")
  private Path out;

  @Option(names = "--vectors", description = "Vectors too; they are most of the bytes.")
  private boolean vectors;

  @Mixin private HashAccess access;

  private final Context context;

  ExportCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    try (var resources = new Resources()) {
      Iterator<ExportItemsResponse> items = HashServiceGrpc.newBlockingStub(access.open(context, resources, false))
          .exportItems(ExportItemsRequest.newBuilder().setBank(bank).setWithVectors(vectors).build());
      var printer = JsonFormat.printer().omittingInsignificantWhitespace();
      long count = 0;
      if (out == null) {
        for (; items.hasNext(); count++) context.console().line(printer.print(items.next()));
        return Exit.OK;
      }
      Path part = out.resolveSibling(out.getFileName() + ".part");
      try (Writer writer = Files.newBufferedWriter(part)) {
        for (; items.hasNext(); count++) {
          writer.write(printer.print(items.next()));
          writer.write('\n');
        }
      }
      Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
      context.console().note(count + " items written to " + out);
      return Exit.OK;
    } catch (StatusRuntimeException e) {
      throw new CannotStart(Problems.of(e).message());
    }
  }
}
