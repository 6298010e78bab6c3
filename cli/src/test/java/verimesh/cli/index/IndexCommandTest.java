package verimesh.cli.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.cli.local.Meshes;
import verimesh.cli.local.OpenMesh;
import verimesh.cli.term.Console;
import verimesh.cli.term.Language;

/// The commands as people type them, over an index in a folder of its own.
class IndexCommandTest {
  @TempDir Path directory;

  /// These commands start hash-svc alone, by themselves.
  private static final Meshes NO_MESHES = new Meshes() {
    @Override
    public OpenMesh whole(Map<String, String> environment) {
      throw new AssertionError("the whole mesh is not needed");
    }

    @Override
    public OpenMesh metadataOnly(Map<String, String> environment) {
      throw new AssertionError("metadata-svc is not needed");
    }
  };

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path pictures;

  @BeforeEach
  void makePictures() throws Exception {
    pictures = Files.createDirectory(directory.resolve("pictures"));
    for (int i = 0; i < 3; i++) {
      BufferedImage image = picture(i);
      ImageIO.write(image, "png", pictures.resolve("p" + i + ".png").toFile());
      ImageIO.write(image, "jpg", directory.resolve("p" + i + ".jpg").toFile());
    }
    Files.writeString(pictures.resolve("readme.txt"), "no picture");
  }

  private static BufferedImage picture(int seed) {
    var image = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 60; i++) {
      g.setColor(new Color(random.nextInt(1 << 24)));
      g.fillOval(random.nextInt(320) - 40, random.nextInt(240) - 40, random.nextInt(160), random.nextInt(160));
    }
    g.dispose();
    return image;
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    Map<String, String> environment = new HashMap<>();
    environment.put("VERIMESH_HASH_DIRECTORY", directory.resolve("index").toString());
    var context = new Context(new Console(out, err, false, false, 0, false), directory, environment, Language.EN, NO_MESHES);
    CommandLine mesh = new CommandLine(CommandLine.Model.CommandSpec.create());
    mesh.addSubcommand("index", IndexCommand.commandLine(context));
    mesh.addSubcommand("match", new CompareCommand(context));
    mesh.setExecutionExceptionHandler((thrown, command, parsed) -> {
      err.write(String.valueOf(thrown.getMessage()).getBytes(StandardCharsets.UTF_8));
      if (thrown instanceof UsageProblem) return Exit.USAGE;
      if (thrown instanceof CannotStart) return Exit.CANNOT_START;
      throw thrown;
    });
    return mesh.execute(arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFolderIsAddedOnceAndItsCopiesAreFound() {
    assertThat(run("index", "add", "known-ai", pictures.toString())).isEqualTo(Exit.CANNOT_START);
    assertThat(err()).contains("There is no bank");
    assertThat(run("index", "banks", "--create", "known-ai", "--kind", "positive")).isEqualTo(Exit.OK);
    assertThat(run("index", "add", "known-ai", pictures.toString(), "--generator", "a model")).as(this::err).isEqualTo(Exit.OK);
    assertThat(out()).contains("3 registered, 0 known already, 0 refused, 1 files that are no pictures");
    assertThat(run("index", "add", "known-ai", pictures.toString())).isEqualTo(Exit.OK);
    assertThat(out()).contains("0 registered, 3 known already");
    assertThat(run("index", "match", pictures.resolve("p1.png").toString())).isEqualTo(Exit.OK);
    assertThat(out()).contains("same bytes").contains("known AI").contains("PDQ 0 bits");
    assertThat(run("index", "match", "--json", directory.resolve("p2.jpg").toString())).isEqualTo(Exit.OK);
    assertThat(out()).startsWith("{\"file\":\"").contains("MATCH_TIER_PDQ").doesNotContain("\"tier\":\"MATCH_TIER_SHA256\",\"bankKind\"");
    assertThat(run("index", "stats")).isEqualTo(Exit.OK);
    assertThat(out()).contains("3 items in 1 banks, 3 of them on").contains("engine lucene");
  }

  @Test
  void whatWasDoneIsListedAndTakenBack() {
    run("index", "banks", "--create", "known-ai", "--kind", "positive");
    run("index", "add", "known-ai", pictures.toString());
    run("index", "changes");
    // One stream's items come in groups, as many as arrive together.
    List<String> registered = out().lines().filter(line -> line.contains("items registered")).toList();
    assertThat(registered).isNotEmpty().allMatch(line -> line.contains("local") && line.contains("known-ai"));
    for (String line : registered) assertThat(run("index", "undo", line.substring(0, line.indexOf(' ')))).isEqualTo(Exit.OK);
    run("index", "stats");
    assertThat(out()).contains("0 items");
  }

  @Test
  void aBankGoesOutAndComesInAgain() {
    run("index", "banks", "--create", "known-ai", "--kind", "positive");
    run("index", "banks", "--create", "copy", "--kind", "quarantine");
    run("index", "add", "known-ai", pictures.toString());
    Path file = directory.resolve("bank.jsonl");
    assertThat(run("index", "export", "known-ai", "--out", file.toString(), "--vectors")).isEqualTo(Exit.OK);
    assertThat(run("index", "import", "copy", file.toString())).as(this::err).isEqualTo(Exit.OK);
    assertThat(out()).contains("3 registered");
    assertThat(run("index", "import", "copy", file.toString())).isEqualTo(Exit.OK);
    assertThat(out()).contains("0 registered, 3 known already");
  }

  @Test
  void vectorsAndTheirCsvComeInAndLiesDoNot() throws Exception {
    run("index", "banks", "--create", "known-ai", "--kind", "positive");
    Path npy = directory.resolve("v.npy");
    Path csv = directory.resolve("v.csv");
    Files.write(npy, npy(3, 4, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2));
    Files.writeString(csv, "filename,label\na.png,ai\nb.png,fake\nc.png,real\n");
    assertThat(run("index", "import", "known-ai", npy.toString(), "--csv", csv.toString(), "--space", "dinov2")).as(this::err).isEqualTo(Exit.OK);
    assertThat(out()).contains("3 registered");
    assertThat(run("index", "import", "known-ai", npy.toString(), "--csv", csv.toString(), "--space", "dinov2")).isEqualTo(Exit.OK);
    assertThat(out()).contains("0 registered, 3 known already");
    run("index", "stats");
    assertThat(out()).contains("3 vectors in dinov2");

    Files.writeString(csv, "filename,label\na.png,ai\n");
    assertThat(run("index", "import", "known-ai", npy.toString(), "--csv", csv.toString(), "--space", "dinov2")).isEqualTo(Exit.USAGE);
    assertThat(err()).contains("3 rows").contains("describes 1");
    Files.write(npy, npy(300, 4, 1, 0, 0, 0));
    assertThat(run("index", "import", "known-ai", npy.toString(), "--csv", csv.toString(), "--space", "dinov2")).isEqualTo(Exit.USAGE);
    assertThat(err()).contains("says that it has 300 rows");
  }

  private static byte[] npy(int rows, int dimension, float... values) {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + dimension + "), }\n";
    ByteBuffer bytes = ByteBuffer.allocate(10 + header.length() + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    for (float value : values) bytes.putFloat(value);
    return bytes.array();
  }

  @Test
  void filesAreHashedAsTheIndexKnowsThem() {
    assertThat(run("index", "hash", "--json", pictures.resolve("p0.png").toString())).isEqualTo(Exit.OK);
    assertThat(out()).matches("\\{\"file\":\".*p0.png\",\"sha256\":\"[0-9a-f]{64}\",\"pdq\":\"[0-9a-f]{64}\",\"pdqQuality\":\\d+}\\n");
    assertThat(run("index", "hash", pictures.resolve("readme.txt").toString())).isEqualTo(Exit.SOME_FAILED);
  }

  @Test
  void twoPicturesAreComparedTierByTier() {
    assertThat(run("match", pictures.resolve("p0.png").toString(), directory.resolve("p0.jpg").toString())).isEqualTo(Exit.OK);
    assertThat(List.of(out().split("\n")).getFirst()).contains("different bytes");
    assertThat(out()).contains("the same picture").contains("shrunk-512").contains("full-size").contains("no DINOv2 model");
    assertThat(run("match", pictures.resolve("p0.png").toString(), pictures.resolve("p1.png").toString())).isEqualTo(Exit.OK);
    assertThat(out()).contains("not the same");
  }
}
