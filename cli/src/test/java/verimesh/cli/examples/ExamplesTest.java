package verimesh.cli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.SrgbPixels;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;

class ExamplesTest {
  private static final Path FOLDER = Path.of(System.getProperty("verimesh.root"), "examples");
  private static Map<String, byte[]> made;

  @BeforeAll
  static void paint() {
    made = Examples.all().parallelStream().collect(Collectors.toMap(Examples.Example::name, e -> e.bytes().get(), (a, _) -> a, TreeMap::new));
  }

  /// PNG's compression is the JDK's own library's and may differ from one to the next; what it unpacks to may not.
  @Test
  void theFilesInTheRepositoryAreWhatTheCodeMakes() throws IOException {
    for (var example : made.entrySet()) {
      byte[] committed = Files.readAllBytes(FOLDER.resolve(example.getKey()));
      if (example.getKey().endsWith(".png")) {
        assertThat(pixels(committed)).as(example.getKey()).isEqualTo(pixels(example.getValue()));
        assertThat(texts(committed)).as(example.getKey()).isEqualTo(texts(example.getValue()));
      } else {
        assertThat(committed).as(example.getKey()).isEqualTo(example.getValue());
      }
    }
  }

  @Test
  void noFileLiesThereThatNoCodeMade() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      var there = files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
      there.remove("README.md");
      assertThat(there).isEqualTo(made.keySet());
    }
  }

  @Test
  void theReadmeTellsOfEachOne() throws IOException {
    String readme = Files.readString(FOLDER.resolve("README.md"));
    assertThat(made.keySet()).allSatisfy(name -> assertThat(readme).contains("| `" + name + "` |"));
  }

  @Test
  void eachIsSmallAndDecodesToItsDeclaredSize() throws IOException {
    for (var example : made.entrySet()) {
      assertThat(example.getValue().length).as(example.getKey()).isBetween(2_000, 60_000);
      var header = (ImageHeader.Known) ImageHeader.read(example.getValue());
      var image = decoded(example.getValue());
      assertThat(image.stored().width()).as(example.getKey()).isEqualTo(header.width());
      assertThat(image.stored().height()).as(example.getKey()).isEqualTo(header.height());
      assertThat(image.damaged()).as(example.getKey()).isFalse();
    }
  }

  /// The encoder here and the decoder that serves share no code, so one checks the other.
  @Test
  void losslessWebpIsLossless() {
    Picture waves = Scenes.waves(64, 64).posterised(26);
    byte[] rgb = SrgbPixels.of(decoded(WebpFile.of(waves, new ExifBlock().imageText(0x010F, "x").bytes())).stored()).rgb();
    for (int i = 0; i < waves.argb().length; i++) {
      int pixel = (rgb[i * 3] & 0xFF) << 16 | (rgb[i * 3 + 1] & 0xFF) << 8 | (rgb[i * 3 + 2] & 0xFF);
      assertThat(pixel).isEqualTo(waves.argb()[i] & 0xFFFFFF);
    }
  }

  private static Decoded.Picture decoded(byte[] file) {
    return (Decoded.Picture) Decoder.plain(DecodeLimits.DEFAULT).decode(file);
  }

  private static int[] pixels(byte[] file) throws IOException {
    var image = ImageIO.read(new ByteArrayInputStream(file));
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  /// What stands between the header and the pixels: the chunks with texts, which are not compressed here.
  private static String texts(byte[] png) {
    String latin = new String(png, StandardCharsets.ISO_8859_1);
    return latin.substring(0, latin.indexOf("IDAT") - 4);
  }
}
