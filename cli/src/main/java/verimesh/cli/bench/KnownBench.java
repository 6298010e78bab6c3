package verimesh.cli.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.ManagedChannel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.images.pdq.Pdq;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.cli.analyze.FileFinder;
import verimesh.cli.analyze.FoundFile;
import verimesh.cli.local.MeshService;
import verimesh.cli.local.OpenMesh;
import verimesh.hash.v1.Bank;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.CreateBankRequest;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.Item;
import verimesh.hash.v1.ItemLabel;
import verimesh.hash.v1.RegisterRequest;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.HashReport;
import verimesh.orchestrator.v1.LayerReport;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc;

/// `./mesh bench known`: known pictures through the whole mesh, from file to verdict.
@Command(
    name = "known",
    description = {
      "Registers AI pictures as known, and one real picture in a negative bank, in an index of their own. Then asks the orchestrator",
      "about copies: re-encoded, made smaller, and with a camera's EXIF forged into them; about the real one; about real pictures that",
      "nobody registered; and about copies that were edited in twenty ways."
    },
    footer = {"", "  ./mesh bench known --ai generated/ --real photos/"})
public final class KnownBench implements Callable<Integer> {
  private static final int EDITED = 20; // the published test had as many, of which the published filter found 13

  @Option(names = "--ai", required = true, paramLabel = "DIR", description = "AI pictures; every one of PDQ quality 50 or more may be taken.")
  private Path ai;

  @Option(names = "--real", required = true, paramLabel = "DIR", description = "Real pictures.")
  private Path real;

  @Option(names = "--known", paramLabel = "N", description = "AI pictures to register (default: 20).")
  private int known = EDITED;

  @Option(names = "--unrelated", paramLabel = "N", description = "Real pictures to ask about (default: 500).")
  private int unrelated = 500;

  private final Context context;
  private final Decoder decoder = Decoder.fastest(DecodeLimits.DEFAULT);

  public KnownBench(Context context) {
    this.context = context;
  }

  @FunctionalInterface
  private interface Copy {
    byte[] of(byte[] file) throws Exception;
  }

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory("bench-known");
    Map<String, String> environment = new TreeMap<>(context.environment());
    environment.put("VERIMESH_HASH_DIRECTORY", directory.toString());
    context.console().line("machine    " + Machine.here(context.root()));
    try (OpenMesh mesh = context.meshes().whole(environment)) {
      var hash = HashServiceGrpc.newBlockingStub(mesh.channel(MeshService.HASH));
      List<byte[]> originals = comparable(ai, known);
      List<byte[]> photographs = read(real, unrelated + 1);
      byte[] press = photographs.removeFirst();
      create(hash, "known-ai", BankKind.BANK_KIND_POSITIVE);
      create(hash, "press", BankKind.BANK_KIND_NEGATIVE);
      for (byte[] one : originals) register(hash, "known-ai", ItemLabel.ITEM_LABEL_AI, one);
      context.console().line(originals.size() + " AI pictures of " + ai + " are known; verdicts on copies of them:");
      byte[] exif = cameraExif();
      Map<String, Copy> copies = new LinkedHashMap<>();
      copies.put("as it is", file -> file);
      copies.put("re-encoded, quality 70", file -> Edits.jpeg(image(file), 70));
      copies.put("half the size", file -> Edits.scaledJpeg(image(file), 0.5));
      copies.put("forged camera EXIF", file -> forged(Edits.jpeg(image(file), 95), exif));
      copies.put("re-encoded and forged", file -> forged(Edits.jpeg(image(file), 70), exif));
      copies.put("half the size and forged", file -> forged(Edits.scaledJpeg(image(file), 0.5), exif));
      for (Map.Entry<String, Copy> copy : copies.entrySet()) {
        var tally = new Tally();
        for (byte[] original : originals) tally.add(ask(mesh.orchestrator(), copy.getValue().of(original)));
        context.console().line(String.format(Locale.ROOT, "  %-26s %s", copy.getKey(), tally));
      }
      press(mesh, hash, press);
      var tally = new Tally();
      for (byte[] photograph : photographs) tally.add(ask(mesh.orchestrator(), photograph));
      context.console().line(photographs.size() + " real pictures that nobody registered: " + tally);
      edited(mesh, originals);
      return Exit.OK;
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
      }
    }
  }

  private void press(OpenMesh mesh, HashServiceGrpc.HashServiceBlockingStub hash, byte[] press) throws Exception {
    var before = new Tally();
    before.add(ask(mesh.orchestrator(), press));
    register(hash, "press", ItemLabel.ITEM_LABEL_REAL, press);
    var after = new Tally();
    after.add(ask(mesh.orchestrator(), press));
    var copy = new Tally();
    copy.add(ask(mesh.orchestrator(), Edits.jpeg(image(press), 70)));
    context.console().line("one real picture, before it was put into a negative bank: " + before);
    context.console().line("  afterwards                 " + after);
    context.console().line("  afterwards, re-encoded     " + copy);
  }

  /// Twenty pictures, each edited another way; found is what the index says, by bytes or by PDQ.
  private void edited(OpenMesh mesh, List<byte[]> originals) throws Exception {
    List<Edits.Edit> edits = Edits.all();
    List<String> missed = new ArrayList<>();
    int found = 0;
    for (int i = 0; i < EDITED; i++) {
      Edits.Edit edit = edits.get(i * edits.size() / EDITED);
      AnalyzeResponse answer = ask(mesh.orchestrator(), edit.bytes().of(image(originals.get(i % originals.size()))));
      if (tier(answer).isEmpty()) missed.add(edit.name());
      else found++;
    }
    context.console().line(String.format(Locale.ROOT, "%d edited copies of known AI pictures, each edited another way: %d found by PDQ alone; missed: %s",
        EDITED, found, String.join(", ", missed)));
  }

  /// How answers were spread.
  private static final class Tally {
    private final Map<String, Integer> verdicts = new TreeMap<>();
    private final Map<String, Integer> tiers = new TreeMap<>();

    void add(AnalyzeResponse answer) {
      String verdict = answer.getVerdict().name().substring("VERDICT_".length()) + " by " + answer.getDecidedBy().name().substring("DECIDED_BY_".length());
      verdicts.merge(verdict.toLowerCase(Locale.ROOT), 1, Integer::sum);
      String tier = tier(answer);
      tiers.merge(tier.isEmpty() ? "none" : tier + (hash(answer).getNegative() ? " (negative bank)" : ""), 1, Integer::sum);
    }

    @Override
    public String toString() {
      return verdicts + ", matched by " + tiers;
    }
  }

  /// `sha256`, `pdq`, or empty: what merely looks alike is no match.
  private static String tier(AnalyzeResponse answer) {
    String tier = hash(answer).getTier();
    return tier.equals("sha256") || tier.equals("pdq") ? tier : "";
  }

  private static HashReport hash(AnalyzeResponse answer) {
    return answer.getLayersList().stream().filter(LayerReport::hasHash).findFirst().map(LayerReport::getHash).orElse(HashReport.getDefaultInstance());
  }

  private static AnalyzeResponse ask(ManagedChannel orchestrator, byte[] file) {
    return OrchestratorServiceGrpc.newBlockingStub(orchestrator).analyze(AnalyzeRequest.newBuilder().setImage(UnsafeByteOperations.unsafeWrap(file)).build());
  }

  private static void create(HashServiceGrpc.HashServiceBlockingStub hash, String name, BankKind kind) {
    hash.createBank(CreateBankRequest.newBuilder().setBank(Bank.newBuilder().setName(name).setKind(kind)).build());
  }

  private void register(HashServiceGrpc.HashServiceBlockingStub hash, String bank, ItemLabel label, byte[] file) throws Exception {
    Pdq.Result pdq = Pdq.hash(decoded(file).stored());
    hash.register(RegisterRequest.newBuilder().setBank(bank).setItem(Item.newBuilder()
        .setSha256(ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(file)))
        .setPdq(verimesh.hash.v1.Pdq.newBuilder().setHash(ByteString.copyFrom(pdq.hash().bytes())).setQuality(pdq.quality()))
        .setLabel(label)).build());
  }

  /// Evenly spread over a folder, and only those whose PDQ may be compared: the rest is told by `bench robustness`.
  private List<byte[]> comparable(Path folder, int count) throws IOException {
    List<byte[]> some = new ArrayList<>();
    List<FoundFile> files = FileFinder.in(List.of(folder)).files();
    int step = Math.max(1, files.size() / Math.max(1, count));
    int left = 0;
    for (int i = 0; i < files.size() && some.size() < count; i += step) {
      byte[] file = Files.readAllBytes(files.get(i).path());
      if (!(decoder.decode(file) instanceof Decoded.Picture picture)) continue;
      if (Pdq.hash(picture.stored()).quality() >= 50) some.add(file);
      else left++;
    }
    if (some.isEmpty()) throw new UsageProblem("there is no picture in " + folder);
    if (left > 0) context.console().line(left + " pictures of a PDQ quality below 50 were passed over");
    return some;
  }

  private List<byte[]> read(Path folder, int most) throws IOException {
    List<byte[]> some = new ArrayList<>();
    for (FoundFile file : FileFinder.in(List.of(folder)).files()) {
      if (some.size() == most) break;
      some.add(Files.readAllBytes(file.path()));
    }
    if (some.size() < 2) throw new UsageProblem("there are no two pictures in " + folder);
    return some;
  }

  private Decoded.Picture decoded(byte[] file) {
    if (decoder.decode(file) instanceof Decoded.Picture picture) return picture;
    throw new IllegalStateException("a picture that was decoded before cannot be decoded");
  }

  private BufferedImage image(byte[] file) {
    return Edits.image(decoded(file).stored());
  }

  // ---- a camera's EXIF in somebody else's picture

  /// The segment of our own example, which reads as a consistent camera.
  private byte[] cameraExif() throws IOException {
    byte[] camera = Files.readAllBytes(context.root().resolve("examples/camera.jpg"));
    for (int at = 2; at + 4 < camera.length && (camera[at] & 255) == 0xFF; ) {
      int length = (camera[at + 2] & 255) << 8 | camera[at + 3] & 255;
      if ((camera[at + 1] & 255) == 0xE1) return Arrays.copyOfRange(camera, at, at + 2 + length);
      at += 2 + length;
    }
    throw new IllegalStateException("examples/camera.jpg holds no EXIF");
  }

  private static byte[] forged(byte[] jpeg, byte[] exif) {
    var out = new ByteArrayOutputStream(jpeg.length + exif.length);
    out.write(jpeg, 0, 2); // start of image
    out.writeBytes(exif);
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }
}
