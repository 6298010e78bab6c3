package verimesh.cli.index;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.images.pdq.PdqConvention;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.analyze.FileFinder;
import verimesh.cli.analyze.FoundFile;
import verimesh.cli.term.Plain;

/// `./mesh index hash`: what files are known by. Needs no index.
@Command(name = "hash", description = "Prints SHA-256, PDQ and PDQ quality of files.")
final class HashCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files; folders are searched as in analyze.")
  private List<Path> files;

  @Option(names = "--json", description = "One JSON object a line: file, sha256, pdq, pdqQuality; and problem, if something is missing.")
  private boolean json;

  @Option(names = "--full-size", description = "The convention without shrinking to 512 first.")
  private boolean fullSize;

  private final Context context;

  HashCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    var fingerprinter = new Fingerprinter(fullSize ? PdqConvention.FULL_SIZE : PdqConvention.SHRUNK_512);
    boolean all = true;
    for (FoundFile file : FileFinder.in(files).files()) {
      Fingerprint print = fingerprinter.of(file.path(), file.shown());
      all &= print.problem().isEmpty();
      context.console().line(json ? json(print) : text(print));
    }
    return all ? Exit.OK : Exit.SOME_FAILED;
  }

  private static String json(Fingerprint print) {
    ObjectNode node = JSON.createObjectNode().put("file", print.file());
    if (!print.sha256().isEmpty()) node.put("sha256", print.sha256());
    print.pdq().ifPresent(pdq -> node.put("pdq", pdq.hash().hex()).put("pdqQuality", pdq.quality()));
    if (!print.problem().isEmpty()) node.put("problem", print.problem());
    return node.toString();
  }

  private static String text(Fingerprint print) {
    String pdq = print.pdq().map(result -> result.hash().hex() + "  " + "%3d".formatted(result.quality())).orElse("-".repeat(64) + "    -");
    return (print.sha256().isEmpty() ? "-".repeat(64) : print.sha256()) + "  " + pdq + "  " + Plain.line(print.file())
        + (print.problem().isEmpty() ? "" : "  (" + Plain.line(print.problem()) + ")");
  }
}
