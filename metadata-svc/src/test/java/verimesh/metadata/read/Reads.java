package verimesh.metadata.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Short ways to read in a test.
public final class Reads {
  private static final FileReader READER = new ContainerReader();

  private Reads() {}

  public static FileReader.Reading reading(byte[] file) {
    return READER.read(file);
  }

  public static FileRecord record(byte[] file) {
    FileReader.Reading reading = READER.read(file);
    assertThat(reading).isInstanceOf(FileReader.Reading.Read.class);
    return ((FileReader.Reading.Read) reading).record();
  }

  public static FileRecord record(Path file) {
    try {
      return record(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static List<String> codes(FileRecord record) {
    return record.findings().stream().map(FileRecord.ReadFinding::code).toList();
  }

  public static String refusal(byte[] file) {
    return READER.read(file) instanceof FileReader.Reading.Refused refused ? refused.reason() : "";
  }
}
