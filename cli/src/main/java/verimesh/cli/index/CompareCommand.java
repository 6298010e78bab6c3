package verimesh.cli.index;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.Resources;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.images.pdq.Dihedral;
import verimesh.chassis.images.pdq.Pdq;
import verimesh.chassis.images.pdq.PdqConvention;
import verimesh.chassis.images.pdq.PdqHash;
import verimesh.chassis.images.pdq.PdqMatch;
import verimesh.chassis.problem.Problems;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.cli.term.Plain;
import verimesh.hash.v1.Vector;

/// `./mesh match A B`: would these two be found as the same picture, and by which tier? Needs no index.
@Command(
    name = "match",
    description = {"Compares two pictures tier by tier: bytes, PDQ in both conventions and all eight ways to turn it, vectors."},
    footer = {"", "  ./mesh match original.jpg suspect.png"})
public final class CompareCommand implements Callable<Integer> {
  private static final double NEAR = 0.85; // DESIGN.md §3.1
  private static final double FAR = 0.70;

  @Parameters(arity = "2", paramLabel = "FILE")
  private List<Path> files;

  @Option(names = "--embedding", paramLabel = "HOST:PORT", description = "embedding-svc that makes vectors (default: the configured model, or none).")
  private String embedding;

  private final Context context;

  public CompareCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    byte[] a = read(files.get(0));
    byte[] b = read(files.get(1));
    line("SHA-256    " + (Arrays.equals(a, b) ? "the same bytes" : "different bytes"));
    Decoder decoder = Decoder.fastest(DecodeLimits.DEFAULT);
    Decoded pictureA = decoder.decode(a);
    Decoded pictureB = decoder.decode(b);
    boolean both = pictureA instanceof Decoded.Picture && pictureB instanceof Decoded.Picture;
    if (pictureA instanceof Decoded.Picture one && pictureB instanceof Decoded.Picture two) {
      for (PdqConvention convention : PdqConvention.values()) pdq(one, two, convention);
    } else {
      line("PDQ        not compared: " + problem(files.get(0), pictureA) + problem(files.get(1), pictureB));
    }
    vectors(a, b);
    return both ? Exit.OK : Exit.SOME_FAILED;
  }

  private void pdq(Decoded.Picture one, Decoded.Picture two, PdqConvention convention) {
    Pdq.Result a = Pdq.hash(one.stored(), convention);
    Pdq.DihedralResult b = Pdq.dihedralHashes(two.stored(), convention);
    int bits = a.hash().distanceBits(b.hashes().get(Dihedral.ORIGINAL));
    Map.Entry<Dihedral, PdqHash> nearest = b.hashes().entrySet().stream()
        .min(Comparator.comparingInt(entry -> a.hash().distanceBits(entry.getValue()))).orElseThrow();
    int turned = a.hash().distanceBits(nearest.getValue());
    boolean usable = PdqMatch.REFERENCE.usable(a.hash(), a.quality()) && PdqMatch.REFERENCE.usable(b.hashes().get(Dihedral.ORIGINAL), b.quality());
    String verdict = !usable ? "not compared: a quality below " + PdqMatch.REFERENCE.qualityMin()
        : bits <= PdqMatch.REFERENCE.distanceBitsMax() ? "the same picture" : "not the same";
    line(String.format(Locale.ROOT, "PDQ        %3d bits of 256, up to %d match: %s  (%s; qualities %d and %d)",
        bits, PdqMatch.REFERENCE.distanceBitsMax(), verdict, convention.id(), a.quality(), b.quality()));
    if (usable && nearest.getKey() != Dihedral.ORIGINAL && turned < bits) {
      line(String.format(Locale.ROOT, "           %3d bits with the second one turned: %s%s", turned, nearest.getKey().id(),
          turned <= PdqMatch.REFERENCE.distanceBitsMax() ? ", the same picture" : ""));
    }
  }

  private void vectors(byte[] a, byte[] b) {
    try (var resources = new Resources()) {
      Optional<Embedder> embedder = Embedder.open(context, resources, embedding);
      if (embedder.isEmpty()) {
        line("embedding  not compared: no DINOv2 model is configured");
        return;
      }
      Vector one = embedder.get().embed(a);
      Vector two = embedder.get().embed(b);
      double cosine = 0;
      for (int i = 0; i < one.getValuesCount(); i++) cosine += (double) one.getValues(i) * two.getValues(i);
      line(String.format(Locale.ROOT, "embedding  cosine %.4f: %s", cosine,
          cosine >= NEAR ? "near duplicates (from " + NEAR + ")" : cosine >= FAR ? "similar (from " + FAR + ")" : "different"));
    } catch (StatusRuntimeException e) {
      line("embedding  not compared: " + Problems.of(e).message());
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UsageProblem("cannot read " + file);
    }
  }

  private static String problem(Path file, Decoded decoded) {
    return switch (decoded) {
      case Decoded.Picture _ -> "";
      case Decoded.Unsupported(_, String message) -> Plain.line(file + ": " + (message.isEmpty() ? "its format cannot be decoded here" : message)) + " ";
      case Decoded.Broken(String message) -> Plain.line(file + ": " + message) + " ";
      case Decoded.OverLimit(_, String message) -> Plain.line(file + ": " + message) + " ";
    };
  }

  private void line(String line) {
    context.console().line(line);
  }
}
