package verimesh.cli.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Who listens on a port, as Linux tells it under /proc. Empty elsewhere, and where the process belongs to somebody else.
///
/// @param command its command line, cut
record PortOwner(long pid, String command) {
  private static final String LISTENING = "0A";
  private static final int COMMAND_SHOWN_MAX = 90;

  static Optional<PortOwner> of(int port) {
    Set<String> inodes = new HashSet<>();
    for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) inodes.addAll(inodes(Path.of(table), port));
    if (inodes.isEmpty()) return Optional.empty();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, inodes)) return Optional.of(new PortOwner(Long.parseLong(process.getFileName().toString()), command(process)));
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  /// Columns: number, local address, remote address, state, ..., and the tenth is the socket's inode.
  private static Set<String> inodes(Path table, int port) {
    Set<String> inodes = new HashSet<>();
    try {
      for (String line : Files.readAllLines(table)) {
        String[] columns = line.strip().split("\\s+");
        if (columns.length > 9 && columns[3].equals(LISTENING) && columns[1].endsWith(":" + "%04X".formatted(port))) inodes.add(columns[9]);
      }
    } catch (IOException e) {
      return Set.of();
    }
    return inodes;
  }

  private static boolean holds(Path process, Set<String> inodes) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        String target = Files.readSymbolicLink(file).toString();
        if (target.startsWith("socket:[") && inodes.contains(target.substring(8, target.length() - 1))) return true;
      }
    } catch (IOException e) {
      return false; // not ours to look at, or just ended
    }
    return false;
  }

  private static String command(Path process) {
    try {
      String line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1).replace('\0', ' ').strip();
      // Of a Java program the end says more: the main class stands there.
      return line.length() <= COMMAND_SHOWN_MAX ? line : line.substring(0, 30) + " … " + line.substring(line.length() - COMMAND_SHOWN_MAX + 33);
    } catch (IOException e) {
      return "unknown";
    }
  }
}
