package verimesh.cli.bench;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.Resources;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.images.pdq.Pdq;
import verimesh.chassis.images.pdq.PdqConvention;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.analyze.FileFinder;
import verimesh.cli.analyze.FoundFile;
import verimesh.cli.bench.KnownBank.Found;
import verimesh.cli.bench.KnownBank.Print;
import verimesh.cli.index.Embedder;
import verimesh.cli.term.Progress;
import verimesh.hash.v1.Vector;

/// `./mesh bench robustness`: which edits known pictures survive, tier by tier.
@Command(
    name = "robustness",
    description = {
      "Registers the pictures of a folder in an index, edits copies of them, and looks those up: found means that the original was.",
      "A picture whose own PDQ quality is below 50 is not compared by the published rule. So PDQ has three columns: the share of",
      "those that may be compared, the share of all, and the share of all without a least quality (VERIMESH_HASH_PDQ_QUALITY_MIN).",
      "Then the thresholds at which the odds give one false match in a thousand queries over this folder, and all tiers together."
    },
    footer = {"", "  ./mesh bench robustness photos/", "  ./mesh bench robustness known/ --unrelated others/"})
public final class BenchRobustnessCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "Known pictures.")
  private Path known;

  @Option(names = "--unrelated", paramLabel = "DIR", description = "Pictures that are not among them (default: each of DIR against the others).")
  private Path unrelated;

  @Option(names = "--limit", paramLabel = "N", description = "Take so many pictures of DIR, evenly spread (default: all).")
  private int limit = Integer.MAX_VALUE;

  @Option(names = "--embedding", paramLabel = "HOST:PORT", description = "embedding-svc that makes vectors (default: the configured model, or none).")
  private String embedding;

  private final Context context;
  private final Decoder decoder = Decoder.fastest(DecodeLimits.DEFAULT);

  public BenchRobustnessCommand(Context context) {
    this.context = context;
  }

  private record Original(FoundFile file, Print print) {}

  /// How one edit's copies were found.
  private static final class Shares {
    int copies;
    int comparable;
    int bytes;
    int pdq;
    int pdqAnyQuality;
    int pdqByOdds;
    int cosine;
    int cosineByOdds;
    int any;

    synchronized void add(Found found, boolean isComparable) {
      copies++;
      if (isComparable) comparable++;
      if (found.bytes()) bytes++;
      if (found.pdq()) pdq++;
      if (found.pdqAnyQuality()) pdqAnyQuality++;
      if (found.pdqByOdds()) pdqByOdds++;
      if (found.cosine()) cosine++;
      if (found.cosineByOdds()) cosineByOdds++;
      if (found.byAny()) any++;
    }
  }

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory("bench-robustness");
    ExecutorService working = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try (var resources = new Resources()) {
      Optional<Embedder> embedder = Embedder.open(context, resources, embedding);
      List<Original> originals = read(spread(FileFinder.in(List.of(known)).files(), limit), embedder, working);
      if (originals.isEmpty()) throw new CannotStart("There is no picture in " + known + " that can be decoded.");
      try (var bank = new KnownBank(directory, originals.stream().map(Original::print).toList(), embedder.map(Embedder::space).orElse(""))) {
        head(originals, bank, embedder.isPresent());
        Map<String, Shares> table = edited(originals, bank, embedder, working);
        table.forEach((edit, shares) -> show(edit, shares, embedder.isPresent()));
        strangers(originals, bank, embedder, working);
        if (embedder.isEmpty()) context.console().line("no DINOv2 model is configured: its tier was left out");
      }
      return Exit.OK;
    } finally {
      working.shutdownNow();
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
      }
    }
  }

  private static List<FoundFile> spread(List<FoundFile> files, int most) {
    if (files.size() <= most) return files;
    List<FoundFile> some = new ArrayList<>();
    for (int i = 0; i < most; i++) some.add(files.get((int) ((long) i * files.size() / most)));
    return some;
  }

  private List<Original> read(List<FoundFile> files, Optional<Embedder> embedder, ExecutorService working) throws Exception {
    List<Future<Optional<Original>>> reading = new ArrayList<>();
    for (FoundFile file : files) {
      reading.add(working.submit(() -> {
        byte[] bytes = Files.readAllBytes(file.path());
        return decoder.decode(bytes) instanceof Decoded.Picture picture
            ? Optional.of(new Original(file, print(bytes, picture, embedder)))
            : Optional.empty();
      }));
    }
    List<Original> originals = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Optional<Original> original = reading.get(i).get();
      if (original.isEmpty()) context.console().note(files.get(i).shown() + ": left out, cannot be decoded");
      original.ifPresent(originals::add);
    }
    return originals;
  }

  private static Print print(byte[] bytes, Decoded.Picture picture, Optional<Embedder> embedder) throws Exception {
    return Print.of(MessageDigest.getInstance("SHA-256").digest(bytes), Pdq.dihedralHashes(picture.stored(), PdqConvention.SHRUNK_512), embedder.map(e -> floats(e.embed(bytes))).orElse(null));
  }

  private void head(List<Original> originals, KnownBank bank, boolean vectors) {
    context.console().line("machine    " + Machine.here(context.root()));
    context.console().line(originals.size() + " known pictures from " + known + ", "
        + originals.stream().filter(one -> KnownBank.isComparable(one.print())).count() + " of a PDQ quality that is compared");
    context.console().line(String.format(Locale.ROOT, "%-18s %8s %9s %9s %11s %9s %s%9s", "edit", "bytes", "pdq <=31", "..of all", "any quality",
        "pdq <=" + bank.bitsByOdds(), vectors ? String.format(Locale.ROOT, "%9s %9s ", "cos .85", "cos " + Math.round(bank.cosineByOdds() * 100) / 100.0) : "",
        "together"));
  }

  /// One picture at a time a thread: it is decoded once and edited every way.
  private Map<String, Shares> edited(List<Original> originals, KnownBank bank, Optional<Embedder> embedder, ExecutorService working) throws Exception {
    Map<String, Shares> table = new LinkedHashMap<>();
    table.put("none", new Shares());
    for (Edits.Edit edit : Edits.all()) table.put(edit.name(), new Shares());
    var progress = new Progress(context.console(), InstantSource.system(), originals.size());
    List<Future<?>> all = new ArrayList<>();
    for (Original original : originals) {
      all.add(working.submit(() -> {
        byte[] bytes = Files.readAllBytes(original.file().path());
        boolean isComparable = KnownBank.isComparable(original.print());
        table.get("none").add(bank.find(original.print(), Optional.of(original.print()), Optional.empty()), isComparable);
        BufferedImage pixels = Edits.image(((Decoded.Picture) decoder.decode(bytes)).stored());
        for (Edits.Edit edit : Edits.all()) {
          byte[] copy = edit.bytes().of(pixels);
          if (!(decoder.decode(copy) instanceof Decoded.Picture picture)) throw new IllegalStateException("an edit made no picture: " + edit.name());
          table.get(edit.name()).add(bank.find(print(copy, picture, embedder), Optional.of(original.print()), Optional.empty()), isComparable);
        }
        progress.done(original.file().shown());
        return null;
      }));
    }
    for (Future<?> one : all) one.get();
    progress.end();
    return table;
  }

  private void show(String name, Shares shares, boolean vectors) {
    context.console().line(String.format(Locale.ROOT, "%-18s %8s %9s %9s %11s %9s %s%9s", name, percent(shares.bytes, shares.copies),
        percent(shares.pdq, shares.comparable), percent(shares.pdq, shares.copies), percent(shares.pdqAnyQuality, shares.copies),
        percent(shares.pdqByOdds, shares.comparable),
        vectors ? String.format(Locale.ROOT, "%9s %9s ", percent(shares.cosine, shares.copies), percent(shares.cosineByOdds, shares.copies)) : "",
        percent(shares.any, shares.copies)));
  }

  private static String percent(int found, int of) {
    return of == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * found / of);
  }

  private void strangers(List<Original> originals, KnownBank bank, Optional<Embedder> embedder, ExecutorService working) throws Exception {
    boolean among = unrelated == null;
    List<Original> strangers = among ? originals : read(FileFinder.in(List.of(unrelated)).files(), embedder, working);
    Shares shares = new Shares();
    int nearest = Integer.MAX_VALUE;
    for (Original stranger : strangers) {
      Optional<Print> self = Optional.of(stranger.print());
      shares.add(bank.find(stranger.print(), Optional.empty(), among ? self : Optional.empty()), KnownBank.isComparable(stranger.print()));
      nearest = Math.min(nearest, bank.nearestBits(stranger.print()));
    }
    context.console().line(String.format(Locale.ROOT,
        "%d unrelated pictures%s: found by bytes %d, by PDQ at 31 %d, of any quality %d, at %d %d%s; the nearest PDQ lies %d bits away",
        strangers.size(), among ? " (each against the others)" : "", shares.bytes, shares.pdq, shares.pdqAnyQuality, bank.bitsByOdds(), shares.pdqByOdds,
        embedder.isEmpty() ? "" : String.format(Locale.ROOT, ", by cosine .85 %d, at %.2f %d", shares.cosine, bank.cosineByOdds(), shares.cosineByOdds), nearest));
  }

  private static float[] floats(Vector vector) {
    float[] values = new float[vector.getValuesCount()];
    for (int i = 0; i < values.length; i++) values[i] = vector.getValues(i);
    return values;
  }
}
