package verimesh.cli.bench;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.Resources;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.images.pdq.Pdq;
import verimesh.chassis.images.pdq.PdqMatch;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.analyze.FileFinder;
import verimesh.cli.analyze.FoundFile;
import verimesh.cli.index.Embedder;
import verimesh.cli.term.Progress;
import verimesh.hash.match.Odds;
import verimesh.hash.v1.Vector;

/// `./mesh bench robustness`: which edits known pictures survive, tier by tier.
@Command(
    name = "robustness",
    description = {
      "Takes the pictures of a folder as known, edits copies of them, and looks those up.",
      "PDQ's shares are of the pictures whose own PDQ quality lets them be compared at all; all others are of all pictures.",
      "Two thresholds a tier: the one in use, and the one at which the odds give one false match in a thousand queries over this folder."
    },
    footer = {"", "  ./mesh bench robustness photos/", "  ./mesh bench robustness known/ --unrelated others/"})
public final class BenchRobustnessCommand implements Callable<Integer> {
  private static final double FALSE_MATCHES = 0.001; // expected, a query
  private static final double NEAR_COSINE = 0.85; // DESIGN.md §3.1

  @Parameters(paramLabel = "DIR", description = "Known pictures.")
  private Path known;

  @Option(names = "--unrelated", paramLabel = "DIR", description = "Pictures that are not among them (default: each of DIR against the others).")
  private Path unrelated;

  @Option(names = "--embedding", paramLabel = "HOST:PORT", description = "embedding-svc that makes vectors (default: the configured model, or none).")
  private String embedding;

  private final Context context;
  private final Decoder decoder = Decoder.fastest(DecodeLimits.DEFAULT);

  public BenchRobustnessCommand(Context context) {
    this.context = context;
  }

  /// @param unit null without a model
  private record Known(String name, byte[] sha256, Pdq.Result pdq, float[] unit, BufferedImage picture) {}

  /// How near a picture came to the known ones.
  private record Nearest(boolean sameBytes, int bits, double cosine) {}

  /// Shares of one edit's copies.
  private static final class Shares {
    int copies;
    int comparable;
    int bytes;
    int pdq;
    int pdqByOdds;
    int cosine;
    int cosineByOdds;
    int any;
  }

  @Override
  public Integer call() throws Exception {
    try (var resources = new Resources()) {
      Optional<Embedder> embedder = Embedder.open(context, resources, embedding);
      List<Known> bank = new ArrayList<>();
      for (FoundFile file : FileFinder.in(List.of(known)).files()) {
        Known one = read(file, embedder);
        if (one != null) bank.add(one);
      }
      if (bank.isEmpty()) throw new CannotStart("There is no picture in " + known + " that can be decoded.");
      int bitsByOdds = PdqMatch.REFERENCE.distanceBitsMax();
      while (bitsByOdds < 128 && Odds.pdq(bitsByOdds + 1, bank.size()) <= FALSE_MATCHES) bitsByOdds++;
      Odds.Cosines cosines = embedder.isEmpty() ? null : Odds.Cosines.of(bank.stream().map(Known::unit).limit(128).toList(), bank.getFirst().unit().length);
      double cosineByOdds = cosines == null ? 1 : threshold(cosines, bank.size());

      context.console().line("machine    " + Machine.here(context.root()));
      context.console().line(bank.size() + " known pictures from " + known + ", "
          + bank.stream().filter(one -> PdqMatch.REFERENCE.usable(one.pdq().hash(), one.pdq().quality())).count() + " of a PDQ quality that is compared");
      context.console().line(String.format(Locale.ROOT, "%-18s %7s %9s %9s %s%9s", "edit", "bytes", "pdq <=31", "pdq <=" + bitsByOdds,
          embedder.isEmpty() ? "" : String.format(Locale.ROOT, "%9s %9s ", "cos .85", "cos " + Math.round(cosineByOdds * 100) / 100.0), "together"));
      var progress = new Progress(context.console(), InstantSource.system(), bank.size() * (Edits.all().size() + 1));
      show("none", copies(bank, null, embedder, bitsByOdds, cosineByOdds, progress), embedder);
      for (Edits.Edit edit : Edits.all()) show(edit.name(), copies(bank, edit, embedder, bitsByOdds, cosineByOdds, progress), embedder);
      progress.end();
      strangers(bank, embedder, bitsByOdds, cosineByOdds);
      if (embedder.isEmpty()) context.console().line("no DINOv2 model is configured: its tier was left out");
      return Exit.OK;
    }
  }

  private Known read(FoundFile file, Optional<Embedder> embedder) throws Exception {
    byte[] bytes = Files.readAllBytes(file.path());
    if (!(decoder.decode(bytes) instanceof Decoded.Picture picture)) {
      context.console().note(file.shown() + ": left out, cannot be decoded");
      return null;
    }
    return new Known(file.shown(), sha256(bytes), Pdq.hash(picture.stored()), embedder.map(e -> floats(e.embed(bytes))).orElse(null), image(picture.stored()));
  }

  private Shares copies(List<Known> pictures, Edits.Edit edit, Optional<Embedder> embedder, int bitsByOdds, double cosineByOdds,
      Progress progress) throws Exception {
    Shares shares = new Shares();
    for (Known original : pictures) {
      progress.done((edit == null ? "none" : edit.name()) + " " + original.name());
      byte[] bytes = edit == null ? null : edit.bytes().of(original.picture());
      Pdq.Result pdq = original.pdq();
      if (bytes != null) {
        if (!(decoder.decode(bytes) instanceof Decoded.Picture copy)) throw new IllegalStateException("an edit made no picture: " + edit.name());
        pdq = Pdq.hash(copy.stored());
      }
      float[] unit = bytes == null || embedder.isEmpty() ? original.unit() : floats(embedder.get().embed(bytes));
      // Found means: the nearest one is the original, not just any known picture.
      Nearest nearest = nearest(bytes == null ? original.sha256() : sha256(bytes), pdq, unit, List.of(original));
      shares.copies++;
      if (PdqMatch.REFERENCE.usable(original.pdq().hash(), original.pdq().quality())) shares.comparable++;
      if (nearest.sameBytes()) shares.bytes++;
      if (nearest.bits() <= PdqMatch.REFERENCE.distanceBitsMax()) shares.pdq++;
      if (nearest.bits() <= bitsByOdds) shares.pdqByOdds++;
      if (nearest.cosine() >= NEAR_COSINE) shares.cosine++;
      if (nearest.cosine() >= cosineByOdds) shares.cosineByOdds++;
      if (nearest.sameBytes() || nearest.bits() <= PdqMatch.REFERENCE.distanceBitsMax() || nearest.cosine() >= Math.max(cosineByOdds, NEAR_COSINE)) shares.any++;
    }
    return shares;
  }

  private void show(String name, Shares shares, Optional<Embedder> embedder) {
    context.console().line(String.format(Locale.ROOT, "%-18s %7s %9s %9s %s%9s", name, percent(shares.bytes, shares.copies),
        percent(shares.pdq, shares.comparable), percent(shares.pdqByOdds, shares.comparable),
        embedder.isEmpty() ? "" : String.format(Locale.ROOT, "%9s %9s ", percent(shares.cosine, shares.copies), percent(shares.cosineByOdds, shares.copies)),
        percent(shares.any, shares.copies)));
  }

  private static String percent(int found, int of) {
    return of == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * found / of);
  }

  private void strangers(List<Known> bank, Optional<Embedder> embedder, int bitsByOdds, double cosineByOdds) throws Exception {
    List<Known> strangers = new ArrayList<>();
    if (unrelated == null) strangers.addAll(bank);
    else {
      for (FoundFile file : FileFinder.in(List.of(unrelated)).files()) {
        Known one = read(file, embedder);
        if (one != null) strangers.add(one);
      }
    }
    int bytes = 0;
    int pdq = 0;
    int pdqByOdds = 0;
    int cosine = 0;
    int nearestBits = 256;
    for (Known stranger : strangers) {
      List<Known> others = unrelated == null ? bank.stream().filter(one -> one != stranger).toList() : bank;
      Nearest nearest = nearest(stranger.sha256(), stranger.pdq(), stranger.unit(), others);
      if (nearest.sameBytes()) bytes++;
      if (nearest.bits() <= PdqMatch.REFERENCE.distanceBitsMax()) pdq++;
      if (nearest.bits() <= bitsByOdds) pdqByOdds++;
      if (nearest.cosine() >= NEAR_COSINE) cosine++;
      nearestBits = Math.min(nearestBits, nearest.bits());
    }
    context.console().line(String.format(Locale.ROOT, "%d unrelated pictures%s: %d by bytes, %d by PDQ at 31, %d at %d, %s; the nearest lies %d bits away",
        strangers.size(), unrelated == null ? " (each against the others)" : "", bytes, pdq, pdqByOdds, bitsByOdds,
        embedder.isEmpty() ? "no vectors" : cosine + " by cosine .85", nearestBits));
  }

  private static Nearest nearest(byte[] sha256, Pdq.Result pdq, float[] unit, List<Known> bank) {
    boolean sameBytes = false;
    int bits = 256;
    double cosine = -1;
    for (Known one : bank) {
      sameBytes |= MessageDigest.isEqual(sha256, one.sha256());
      if (PdqMatch.REFERENCE.usable(pdq.hash(), pdq.quality()) && PdqMatch.REFERENCE.usable(one.pdq().hash(), one.pdq().quality())) {
        bits = Math.min(bits, pdq.hash().distanceBits(one.pdq().hash()));
      }
      if (unit != null) cosine = Math.max(cosine, dot(unit, one.unit()));
    }
    return new Nearest(sameBytes, bits, cosine);
  }

  private static double threshold(Odds.Cosines cosines, long items) {
    double low = -1;
    double high = 1;
    for (int i = 0; i < 50; i++) {
      double middle = (low + high) / 2;
      if (cosines.expected(middle, items) > FALSE_MATCHES) low = middle;
      else high = middle;
    }
    return high;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
    return sum;
  }

  private static float[] floats(Vector vector) {
    float[] values = new float[vector.getValuesCount()];
    for (int i = 0; i < values.length; i++) values[i] = vector.getValues(i);
    return values;
  }

  private static byte[] sha256(byte[] bytes) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  private static BufferedImage image(StoredPixels stored) {
    var image = new BufferedImage(stored.width(), stored.height(), BufferedImage.TYPE_INT_RGB);
    int channels = stored.layout().channels();
    byte[] samples = stored.samples();
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    boolean grey = stored.layout().isGrey();
    for (int i = 0, at = 0; i < pixels.length; i++, at += channels) {
      int r = samples[at] & 255;
      pixels[i] = r << 16 | (grey ? r : samples[at + 1] & 255) << 8 | (grey ? r : samples[at + 2] & 255);
    }
    return image;
  }
}
