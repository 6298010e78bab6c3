package verimesh.cli.index;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
import verimesh.hash.v1.Bank;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.GetStatisticsRequest;
import verimesh.hash.v1.GetStatisticsResponse;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.Item;
import verimesh.hash.v1.ItemLabel;
import verimesh.hash.v1.ListBanksRequest;
import verimesh.hash.v1.RegisterRequest;

/// `./mesh index add`: files and folders into a bank. Doing it again is harmless and goes on where it was stopped: what
/// is there already is known by its bytes.
@Command(name = "add", description = "Registers files and folders in a bank. Stopped half-way, the same command goes on.")
final class AddCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "BANK", description = "Where to register them; ./mesh index banks --create makes one.")
  private String bank;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "PATH", description = "Files and folders.")
  private List<Path> paths;

  @Option(names = "--embedding", paramLabel = "HOST:PORT", description = "embedding-svc that makes vectors (default: the configured model, or none).")
  private String embedding;

  @Option(names = "--jobs", paramLabel = "N", description = "Files hashed at once (default: the number of processors).")
  private int jobs = Runtime.getRuntime().availableProcessors();

  @Mixin private AboutOptions about;
  @Mixin private HashAccess access;

  private final Context context;

  AddCommand(Context context) {
    this.context = context;
  }

  /// @param problem why it cannot be registered, or empty
  private record Prepared(FoundFile file, RegisterRequest request, String problem) {}

  @Override
  public Integer call() throws Exception {
    FileFinder.Found found = FileFinder.in(paths);
    var progress = new Progress(context.console(), InstantSource.system(), found.files().size());
    var created = new AtomicInteger();
    var known = new AtomicInteger();
    var refused = new AtomicInteger();
    ExecutorService hashing = Executors.newFixedThreadPool(Math.clamp(jobs, 1, 256));
    try (var resources = new Resources()) {
      Channel channel = access.open(context, resources, true);
      var hash = HashServiceGrpc.newBlockingStub(channel);
      GetStatisticsResponse statistics = hash.getStatistics(GetStatisticsRequest.getDefaultInstance());
      Item.Builder template = about.item(labelOf(hash));
      Optional<Embedder> embedder = Embedder.open(context, resources, embedding);
      if (embedder.isEmpty()) context.console().note("no DINOv2 model is configured: SHA-256 and PDQ only");
      var fingerprinter = new Fingerprinter(statistics.getPdqConvention() == verimesh.hash.v1.PdqConvention.PDQ_CONVENTION_FULL_SIZE
          ? PdqConvention.FULL_SIZE : PdqConvention.SHRUNK_512);
      var registrar = new Registrar<FoundFile>(channel, (file, answer) -> {
        progress.done(file.shown());
        if (!answer.getErrorReason().isEmpty()) {
          refused.incrementAndGet();
          context.console().note(Plain.line(file.shown()) + ": " + answer.getErrorMessage());
        } else if (answer.getCreated()) created.incrementAndGet();
        else known.incrementAndGet();
      });
      try (registrar) {
        var ahead = new ArrayDeque<Future<Prepared>>();
        var files = found.files().iterator();
        while (files.hasNext() || !ahead.isEmpty()) {
          while (files.hasNext() && ahead.size() < 4 * jobs) {
            FoundFile file = files.next();
            ahead.add(hashing.submit(() -> prepare(file, fingerprinter, embedder, statistics, template)));
          }
          Prepared prepared = ahead.remove().get();
          if (!prepared.problem().isEmpty()) {
            refused.incrementAndGet();
            progress.done(prepared.file().shown());
            context.console().note(Plain.line(prepared.file().shown()) + ": " + prepared.problem());
          } else if (!registrar.send(prepared.file(), prepared.request())) break;
        }
        Throwable broken = registrar.finish();
        if (broken != null) {
          throw new CannotStart(Problems.of(broken).message() + "\n" + (created.get() + known.get())
              + " of " + found.files().size() + " are registered; the same command goes on from here.");
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException bug ? bug : new IllegalStateException(e.getCause());
    } catch (StatusRuntimeException e) {
      throw new CannotStart(Problems.of(e).message());
    } finally {
      hashing.shutdownNow();
      progress.end();
    }
    context.console().line(created + " registered, " + known + " known already, " + refused + " refused"
        + (found.notImages() > 0 ? ", " + found.notImages() + " files that are no pictures" : ""));
    return refused.get() == 0 ? Exit.OK : Exit.SOME_FAILED;
  }

  private ItemLabel labelOf(HashServiceGrpc.HashServiceBlockingStub hash) {
    for (Bank known : hash.listBanks(ListBanksRequest.getDefaultInstance()).getBanksList()) {
      if (known.getName().equals(bank)) {
        return known.getKind() == BankKind.BANK_KIND_POSITIVE ? ItemLabel.ITEM_LABEL_AI
            : known.getKind() == BankKind.BANK_KIND_NEGATIVE ? ItemLabel.ITEM_LABEL_REAL : ItemLabel.ITEM_LABEL_OTHER;
      }
    }
    throw new CannotStart("There is no bank \"" + Plain.line(bank) + "\". Make it: ./mesh index banks --create " + bank + " --kind positive");
  }

  private Prepared prepare(FoundFile file, Fingerprinter fingerprinter, Optional<Embedder> embedder, GetStatisticsResponse statistics, Item.Builder template) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file.path());
    } catch (IOException | OutOfMemoryError e) {
      return new Prepared(file, null, "cannot be read: " + e.getMessage());
    }
    Fingerprint print = fingerprinter.of(bytes, file.shown());
    if (print.pdq().isEmpty()) return new Prepared(file, null, print.problem());
    Item.Builder item;
    synchronized (template) { // a builder is one thread's at a time
      item = template.clone();
    }
    item.setSha256(print.sha256Bytes());
    print.pdqMessage(statistics.getPdqConvention()).ifPresent(item::setPdq);
    if (item.getSource().isEmpty()) item.setSource(shortened(file.shown()));
    RegisterRequest.Builder request = RegisterRequest.newBuilder().setBank(bank).setItem(item);
    if (embedder.isPresent()) {
      try {
        request.addVectors(embedder.get().embed(bytes));
      } catch (StatusRuntimeException e) {
        return new Prepared(file, null, Problems.of(e).message());
      }
    }
    return new Prepared(file, request.build(), "");
  }

  /// The end of a path tells more than its beginning.
  private static String shortened(String path) {
    String line = Plain.line(path);
    return line.length() <= 400 ? line : "..." + line.substring(line.length() - 397);
  }
}
