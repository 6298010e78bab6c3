package verimesh.cli.index;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
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
import verimesh.cli.term.Progress;
import verimesh.hash.v1.ExportItemsRequest;
import verimesh.hash.v1.ExportItemsResponse;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.Item;
import verimesh.hash.v1.RegisterRequest;

/// `./mesh index reindex`: gives a bank's items vectors of the model that is configured now. The pictures themselves are
/// not kept in the index, so they are read from where they lie, and known by their bytes. Vectors of earlier models stay;
/// a search never compares the two.
@Command(name = "reindex", description = "Embeds a bank's pictures again with the configured model, from folders that hold them.")
final class ReindexCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "BANK")
  private String bank;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "PATH", description = "Where the pictures lie.")
  private List<Path> paths;

  @Option(names = "--embedding", paramLabel = "HOST:PORT", description = "embedding-svc that makes vectors (default: the configured model).")
  private String embedding;

  @Mixin private HashAccess access;

  private final Context context;

  ReindexCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    try (var resources = new Resources()) {
      Embedder embedder = Embedder.open(context, resources, embedding).orElseThrow(() -> new CannotStart(
          "No DINOv2 model is configured, so there are no vectors to make. Set VERIMESH_EMBEDDING_DINOV2, or name a service with --embedding."));
      Channel channel = access.open(context, resources, true);
      Map<ByteString, Item> missing = new HashMap<>();
      int there = 0;
      Iterator<ExportItemsResponse> items = HashServiceGrpc.newBlockingStub(channel)
          .exportItems(ExportItemsRequest.newBuilder().setBank(bank).build());
      while (items.hasNext()) {
        Item item = items.next().getItem();
        if (item.getEmbeddingSpacesList().contains(embedder.space())) there++;
        else if (!item.getSha256().isEmpty()) missing.put(item.getSha256(), item);
      }
      return embed(channel, embedder, missing, there);
    } catch (StatusRuntimeException e) {
      throw new CannotStart(Problems.of(e).message());
    }
  }

  private Integer embed(Channel channel, Embedder embedder, Map<ByteString, Item> missing, int there) throws Exception {
    List<FoundFile> files = FileFinder.in(paths).files();
    var progress = new Progress(context.console(), InstantSource.system(), files.size());
    var fingerprinter = new Fingerprinter(PdqConvention.SHRUNK_512);
    var embedded = new AtomicInteger();
    var refused = new AtomicInteger();
    Set<ByteString> met = new HashSet<>();
    var registrar = new Registrar<FoundFile>(channel, (file, answer) -> {
      if (answer.getErrorReason().isEmpty()) embedded.incrementAndGet();
      else {
        refused.incrementAndGet();
        context.console().note(Plain.line(file.shown()) + ": " + answer.getErrorMessage());
      }
    });
    try (registrar) {
      for (FoundFile file : files) {
        progress.done(file.shown());
        Fingerprint print = fingerprinter.of(file.path(), file.shown());
        if (print.sha256().isEmpty()) continue;
        Item item = missing.get(print.sha256Bytes());
        if (item == null || !met.add(item.getSha256())) continue;
        try {
          RegisterRequest request = RegisterRequest.newBuilder().setBank(bank).setItem(item)
              .addVectors(embedder.embed(Files.readAllBytes(file.path()))).build();
          if (!registrar.send(file, request)) break;
        } catch (IOException | StatusRuntimeException e) {
          refused.incrementAndGet();
          context.console().note(Plain.line(file.shown()) + ": " + Plain.line(String.valueOf(e.getMessage())));
        }
      }
      Throwable broken = registrar.finish();
      if (broken != null) throw new CannotStart(Problems.of(broken).message() + "\nThe same command goes on from here.");
    } finally {
      progress.end();
    }
    context.console().line(embedded + " embedded, " + there + " had their vector already, " + refused + " refused, "
        + (missing.size() - met.size()) + " whose pictures were not found");
    return refused.get() == 0 && missing.size() == met.size() ? Exit.OK : Exit.SOME_FAILED;
  }
}
