package verimesh.hash.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BulkFilesTest {
  @TempDir Path directory;

  private Path npy(String header, byte[] numbers) throws Exception {
    var out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), (byte) (header.length() >> 8)});
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    out.write(numbers);
    return Files.write(directory.resolve("vectors.npy"), out.toByteArray());
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) bytes.putFloat(value);
    return bytes.array();
  }

  @Test
  void rowsComeInOrder() throws Exception {
    try (NpyFile file = NpyFile.open(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }          \n", floats(1, 2, 3, 4, 5, 6)))) {
      assertThat(file.rows()).isEqualTo(2);
      assertThat(file.dimension()).isEqualTo(3);
      assertThat(file.next()).containsExactly(1, 2, 3);
      assertThat(file.next()).containsExactly(4, 5, 6);
      assertThat(file.next()).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), } | holds 24 bytes",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), } | holds 24 bytes",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999999, 60000), } | holds 24 bytes",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999999, 999999999999999), } | vectors of",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), } | holds 24 bytes",
    "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), } | float16, float32 or float64",
    "{'descr': 'O8', 'fortran_order': False, 'shape': (2, 3), } | float16, float32 or float64",
    "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), } | row by row",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), } | expected (rows, dimension)",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, -3), } | expected (rows, dimension)",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 0), } | vectors of",
    "{} | float16, float32 or float64",
  })
  void aFileThatLiesAboutItsShapeIsRefused(String header, String message) throws Exception {
    Path path = npy(header, floats(1, 2, 3, 4, 5, 6));
    assertThatThrownBy(() -> NpyFile.open(path)).isInstanceOf(FormatProblem.class).hasMessageContaining(message);
  }

  @Test
  void aFileCutAnywhereInItsHeaderIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", floats(1, 2, 3, 4, 5, 6)));
    for (int length = 0; length < whole.length; length++) {
      Path path = Files.write(directory.resolve("cut.npy"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> NpyFile.open(path)).isInstanceOf(FormatProblem.class);
    }
  }

  @Test
  void csvFieldsMayHoldCommasQuotesAndLineBreaks() throws Exception {
    Path path = Files.writeString(directory.resolve("a.csv"), "\uFEFFFile,Label\r\n\"a,\"\"b\"\"\nc\",ai\r\n\r\nd,real");
    try (CsvRows rows = CsvRows.open(path)) {
      assertThat(rows.header()).containsExactly("file", "label");
      assertThat(rows.next()).isEqualTo(Map.of("file", "a,\"b\"\nc", "label", "ai"));
      assertThat(rows.next()).isEqualTo(Map.of("file", "d", "label", "real"));
      assertThat(rows.next()).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({"'a,b\n1', fields", "'a,b\n1,2,3', fields", "'a\n\"open', quotes", "'', empty"})
  void aCsvThatDoesNotFitItsHeaderIsRefused(String text, String message) throws Exception {
    Path path = Files.writeString(directory.resolve("a.csv"), text);
    assertThatThrownBy(() -> {
      try (CsvRows rows = CsvRows.open(path)) {
        rows.next();
      }
    }).isInstanceOf(FormatProblem.class).hasMessageContaining(message);
  }
}
