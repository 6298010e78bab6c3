package verimesh.cli.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.cli.examples.Examples;

class FileFinderTest {
  @TempDir private Path folder;

  @Test
  void everyExampleIsFoundAndItsReadmeIsNot() {
    FileFinder.Found found = FileFinder.in(List.of(Path.of(System.getProperty("verimesh.root"), "examples")));
    assertThat(found.files()).hasSize(Examples.all().size());
    assertThat(found.notImages()).isEqualTo(1);
  }

  @Test
  void aCircleOfLinksEnds() throws IOException {
    Files.createDirectories(folder.resolve("a/b"));
    Files.createSymbolicLink(folder.resolve("a/b/up"), folder.resolve("a"));
    Files.createSymbolicLink(folder.resolve("nowhere.png"), folder.resolve("missing.png"));
    FileFinder.Found found = FileFinder.in(List.of(folder));
    assertThat(found.files()).isEmpty();
  }

  @Test
  void anEmptyFileNamedLikeAPictureIsMeant() throws IOException {
    Files.createFile(folder.resolve("empty.png"));
    Files.createFile(folder.resolve("empty.txt"));
    FileFinder.Found found = FileFinder.in(List.of(folder));
    assertThat(found.files()).extracting(FoundFile::shown).containsExactly(folder.resolve("empty.png").toString());
    assertThat(found.notImages()).isEqualTo(1);
  }

  @Test
  void theWrongEndingDoesNotHideAPicture() throws IOException {
    Files.write(folder.resolve("data.bin"), new byte[] {'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, 0, 0, 0, 0x3B});
    assertThat(FileFinder.in(List.of(folder)).files()).hasSize(1);
  }

  @Test
  void aNamedFileIsMeantWhateverItIs() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "hello");
    assertThat(FileFinder.in(List.of(text)).files()).extracting(FoundFile::path).containsExactly(text);
  }
}
