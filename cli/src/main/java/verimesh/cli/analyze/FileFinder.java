package verimesh.cli.analyze;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import verimesh.chassis.images.ImageHeader;

/// Which files are meant. A file that somebody names is always meant; in a folder, what is no picture by its first bytes
/// and by its name is skipped and counted. A text file called `holiday.jpg` is not skipped: somebody takes it for a picture.
public final class FileFinder {
  /// Enough for every magic number, and for the comments that may stand before an SVG's first element.
  private static final int SNIFFED_BYTES = 4096;
  private static final int DEPTH_MAX = 64;
  private static final Set<String> PICTURE_ENDINGS = Set.of(
      "jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "gif", "bmp", "dib", "tif", "tiff", "dng", "heic", "heif", "hif", "avif",
      "jxl", "svg");

  private FileFinder() {}

  /// @param files sorted within each folder, folders in the order they were named
  /// @param notImages how many files of folders were left out
  public record Found(List<FoundFile> files, int notImages) {
    public Found {
      files = List.copyOf(files);
    }
  }

  /// Never throws: what cannot be read is among the files, with its problem.
  public static Found in(List<Path> named) {
    var files = new ArrayList<FoundFile>();
    int notImages = 0;
    for (Path path : named) {
      if (Files.isDirectory(path)) {
        notImages += walk(path, files);
      } else if (!Files.exists(path)) {
        files.add(unreadable(path, new NoSuchFileException(path.toString())));
      } else {
        files.add(new FoundFile(path, path.toString()));
      }
    }
    return new Found(files, notImages);
  }

  private static int walk(Path folder, List<FoundFile> files) {
    var within = new ArrayList<FoundFile>();
    int[] notImages = {0};
    var visitor = new SimpleFileVisitor<Path>() {
      @Override
      public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
        // Hidden folders hold versions, thumbnails and caches, not what somebody asked about.
        return !directory.equals(folder) && hidden(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (!attributes.isRegularFile()) return FileVisitResult.CONTINUE;
        Optional<Refusal> refusal = Optional.empty();
        boolean image = false;
        try {
          image = beginsLikeAnImage(file);
        } catch (IOException e) {
          refusal = Optional.of(Refusal.of(e));
        }
        if (!image && (hidden(file) || !namedLikeAnImage(file))) notImages[0]++;
        else within.add(new FoundFile(file, file.toString(), refusal));
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException e) {
        // A link back to a folder above shows nothing new; a link to nowhere is no picture.
        if (e instanceof FileSystemLoopException || e instanceof NoSuchFileException) notImages[0]++;
        else within.add(unreadable(file, e));
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path directory, IOException e) {
        if (e != null) within.add(unreadable(directory, e));
        return FileVisitResult.CONTINUE;
      }
    };
    try {
      Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEPTH_MAX, visitor);
    } catch (IOException e) {
      within.add(unreadable(folder, e));
    }
    within.sort(Comparator.comparing(FoundFile::path));
    files.addAll(within);
    return notImages[0];
  }

  private static boolean hidden(Path path) {
    return path.getFileName() != null && path.getFileName().toString().startsWith(".");
  }

  private static boolean beginsLikeAnImage(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return switch (ImageHeader.read(in.readNBytes(SNIFFED_BYTES))) {
        case ImageHeader.Known _, ImageHeader.UnreadableHeader _ -> true; // cut off after the first bytes, of course
        case ImageHeader.NotAnImage _, ImageHeader.Empty _ -> false;
      };
    }
  }

  private static boolean namedLikeAnImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return PICTURE_ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private static FoundFile unreadable(Path path, IOException e) {
    return new FoundFile(path, path.toString(), Optional.of(Refusal.of(e)));
  }
}
