package verimesh.cli.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.InputSpec.Filter;
import verimesh.chassis.images.InputSpec.Fit;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.store.ForeignArchive;
import verimesh.chassis.inference.store.StoredModel;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;

/// `./mesh models trust`.
@Command(
    name = "trust",
    description = {
      "Registers a TorchScript archive that was made elsewhere. Such a file is a program that runs with this service's rights:",
      "do so only for files whose maker you trust. The digest pins which file you mean.",
      "Its forward must take normalised float32 [n, 3, size, size] and return [n, k], or with --objects boxes as YOLO gives them:",
      "[n, 4 + labels, boxes] (version 8 and later) or [n, boxes, 5 + labels] (version 5), in pixels of the square."
    },
    footer = {
      "",
      "  ./mesh models trust yolov8n.torchscript --sha256 HEX --name ours/objects --objects --size 640 --mean 0,0,0 --std 1,1,1 --labels person,bicycle,...",
      "  ./mesh models trust detector.pt --sha256 $(sha256sum < detector.pt | cut -c1-64) --name ours/detector --size 224 --labels real,ai"
    })
final class TrustCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "FILE", description = "The archive, *.pt.")
  private Path file;

  @Option(names = "--sha256", required = true, paramLabel = "HEX", description = "SHA-256 of the file.")
  private String sha256;

  @Option(names = "--name", required = true, paramLabel = "NAME", description = "What to call it.")
  private String name;

  @Option(names = "--size", required = true, paramLabel = "PX", description = "Side of the square that it takes.")
  private int size;

  @Option(names = "--resize", paramLabel = "PX", description = "Resize the short side to this, then crop the centre. Default: squash to the square.")
  private Integer resize;

  @Option(names = "--filter", paramLabel = "NAME", defaultValue = "bicubic", description = "bicubic or bilinear. Default: ${DEFAULT-VALUE}.")
  private String filter;

  @Option(names = "--mean", paramLabel = "R,G,B", defaultValue = "0.485,0.456,0.406", description = "Default: ${DEFAULT-VALUE}.")
  private String mean;

  @Option(names = "--std", paramLabel = "R,G,B", defaultValue = "0.229,0.224,0.225", description = "Default: ${DEFAULT-VALUE}.")
  private String std;

  @Option(names = "--labels", split = ",", paramLabel = "NAME", description = "Labels of its outputs, in order; without them its output is a vector.")
  private List<String> labels = List.of();

  @Option(names = "--objects", description = "It is an object detector: for VERIMESH_EMBEDDING_OBJECTS.")
  private boolean objects;

  TrustCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(file)) throw new UsageProblem("there is no file " + file);
    if (!sha256.matches("[0-9a-f]{64}")) throw new UsageProblem("--sha256 is \"" + sha256 + "\"; expected 64 lower-case hex digits");
    if (!filter.equals("bicubic") && !filter.equals("bilinear")) throw new UsageProblem("--filter is \"" + filter + "\"; expected bicubic or bilinear");
    if (objects && labels.isEmpty()) throw new UsageProblem("--objects needs --labels: what its boxes hold");
    if (objects && resize != null) throw new UsageProblem("--objects goes with the whole picture, squashed to the square; --resize would crop it");
    InputSpec spec;
    try {
      spec = new InputSpec(
          size, resize == null ? new Fit.Squash() : new Fit.ShortestEdgeCrop(resize), filter.equals("bicubic") ? Filter.BICUBIC : Filter.BILINEAR,
          numbers("--mean", mean), numbers("--std", std));
    } catch (IllegalArgumentException e) {
      throw new UsageProblem("these options make no input spec: " + e.getMessage());
    }
    Places places = Places.of(context);
    try {
      ForeignArchive archive = new ForeignArchive(file, sha256, spec, labels, objects ? ForeignArchive.Kind.OBJECTS : ForeignArchive.Kind.VALUES);
      StoredModel model = archive.register(places.store(), places.torch(1), name);
      context.console().line("trusted " + model.name() + "  " + sha256);
      return Exit.OK;
    } catch (CheckpointException e) {
      context.console().note("mesh models trust: " + e.getMessage());
      return Exit.SOME_FAILED;
    }
  }

  private static List<Double> numbers(String option, String text) {
    List<Double> values = new ArrayList<>();
    try {
      for (String part : text.split(",")) values.add(Double.parseDouble(part.strip()));
    } catch (NumberFormatException e) {
      throw new UsageProblem(option + " is \"" + text + "\"; expected three numbers");
    }
    if (values.size() != 3) throw new UsageProblem(option + " is \"" + text + "\"; expected three numbers, got " + Arrays.toString(text.split(",")));
    return values;
  }
}
