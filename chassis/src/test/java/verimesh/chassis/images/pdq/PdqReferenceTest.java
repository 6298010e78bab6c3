package verimesh.chassis.images.pdq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.testing.Shared;

/// Both tables of fixtures/pdq, made by the C++ reference: PNG to the bit, JPEG within 2 bits, quality equal.
class PdqReferenceTest {
  /// What one row of a table says.
  record Row(String transform, String hex, int quality) {}

  @ParameterizedTest(name = "{0}, {1}, by {2}")
  @MethodSource("everyPictureInBothConventions")
  void everyDihedralHashIsTheReferences(String file, PdqConvention convention, String how, Decoder decoder, List<Row> rows)
      throws IOException {
    StoredPixels stored = decoded(decoder, Shared.path("fixtures/pdq").resolve(file));
    Pdq.DihedralResult result = Pdq.dihedralHashes(stored, convention);
    int allowed = file.endsWith(".png") ? 0 : 2;
    assertThat(rows).hasSize(Dihedral.values().length);
    for (Row row : rows) {
      Dihedral way = Stream.of(Dihedral.values()).filter(d -> d.id().equals(row.transform())).findFirst().orElseThrow();
      PdqHash hash = result.hashes().get(way);
      assertThat(hash.distanceBits(PdqHash.ofHex(row.hex()))).as(row.transform()).isLessThanOrEqualTo(allowed);
      assertThat(result.quality()).isEqualTo(row.quality());
    }
    assertThat(Pdq.hash(stored, convention)).isEqualTo(new Pdq.Result(result.hashes().get(Dihedral.ORIGINAL), result.quality()));
  }

  static Stream<Arguments> everyPictureInBothConventions() throws IOException {
    Path folder = Shared.path("fixtures/pdq");
    var decoders = Map.of("plain Java", Decoder.plain(DecodeLimits.DEFAULT), "the fastest", Decoder.fastest(DecodeLimits.DEFAULT));
    var arguments = Stream.<Arguments>builder();
    for (PdqConvention convention : PdqConvention.values()) {
      String table = convention == PdqConvention.SHRUNK_512 ? "expected.csv" : "expected_no_preshrink.csv";
      var rows = new TreeMap<String, ArrayList<Row>>();
      for (String line : Files.readAllLines(folder.resolve(table)).subList(1, 97)) {
        String[] cell = line.split(",");
        rows.computeIfAbsent(cell[0], _ -> new ArrayList<>()).add(new Row(cell[1], cell[2], Integer.parseInt(cell[3])));
      }
      assertThat(rows).hasSize(12);
      decoders.forEach((how, decoder) -> rows.forEach((file, of) -> arguments.add(Arguments.of(file, convention, how, decoder, of))));
    }
    return arguments.build();
  }

  private static StoredPixels decoded(Decoder decoder, Path file) throws IOException {
    return switch (decoder.decode(Files.readAllBytes(file))) {
      case Decoded.Picture(_, StoredPixels stored, _) -> stored;
      case Decoded other -> throw new AssertionError(file + ": " + other);
    };
  }
}
