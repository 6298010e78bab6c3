package verimesh.cli.clues;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import verimesh.chassis.problem.ProblemException;
import verimesh.cli.Context;
import verimesh.cli.UsageProblem;
import verimesh.cli.analyze.FileFinder;
import verimesh.cli.analyze.FoundFile;
import verimesh.cli.term.Plain;
import verimesh.verifier.picture.PictureMaker;
import verimesh.verifier.picture.ShownPicture;

/// A folder of pictures whose truth is known: `fake/` and `real/` in it.
final class KnownFolder {
  private final List<FoundFile> fakes;
  private final List<FoundFile> reals;

  private KnownFolder(List<FoundFile> fakes, List<FoundFile> reals) {
    this.fakes = fakes;
    this.reals = reals;
  }

  /// @throws UsageProblem if one of the two is missing or empty
  static KnownFolder of(Path folder) {
    return new KnownFolder(pictures(folder.resolve("fake")), pictures(folder.resolve("real")));
  }

  private static List<FoundFile> pictures(Path folder) {
    if (!Files.isDirectory(folder)) throw new UsageProblem("there is no folder " + folder + "; known pictures lie in fake/ and real/");
    List<FoundFile> files = FileFinder.in(List.of(folder)).files();
    if (files.isEmpty()) throw new UsageProblem("no picture lies in " + folder);
    return files;
  }

  List<FoundFile> fakes() {
    return fakes;
  }

  List<FoundFile> reals() {
    return reals;
  }

  /// As many of each, drawn by seed where one has more.
  KnownFolder balanced(long seed) {
    int each = Math.min(fakes.size(), reals.size());
    return new KnownFolder(drawn(fakes, each, seed), drawn(reals, each, seed));
  }

  private static List<FoundFile> drawn(List<FoundFile> files, int count, long seed) {
    List<FoundFile> shuffled = new ArrayList<>(files);
    java.util.Collections.shuffle(shuffled, new Random(seed));
    return List.copyOf(shuffled.subList(0, count));
  }

  /// Null, and said so, where a file is no picture that can be shown to a model.
  static ShownPicture shown(FoundFile file, PictureMaker pictures, Instant until, Context context) {
    try {
      return pictures.make(Files.readAllBytes(file.path()), until);
    } catch (IOException e) {
      context.console().note(Plain.line(file.shown()) + ": cannot be read: " + e.getMessage());
    } catch (ProblemException e) {
      context.console().note(Plain.line(file.shown()) + ": " + e.problem().message());
    }
    return null;
  }
}
