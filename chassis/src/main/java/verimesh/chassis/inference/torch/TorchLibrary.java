package verimesh.chassis.inference.torch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// libtorch's native code, kept in a folder where DJL finds it. It is no dependency of the build: 112 MB that only a
/// process with a model needs.
///
/// @param cache DJL's cache folder; the library lies in `pytorch/2.7.1-cpu-linux-x86_64` below it. Or the folder of an unpacked
///     libtorch 2.7.1, for a GPU
public record TorchLibrary(Path cache) {
  /// The newest version for which native code, bridge and engine can all be had.
  public static final String VERSION = "2.7.1";

  /// Maven coordinates of the native code for a CPU.
  public static final String ARTIFACT = "ai.djl.pytorch:pytorch-native-cpu:2.7.1:jar:linux-x86_64";

  /// Its path in a Maven repository.
  public static final String REPOSITORY_PATH = "ai/djl/pytorch/pytorch-native-cpu/2.7.1/pytorch-native-cpu-2.7.1-linux-x86_64.jar";

  /// SHA-256 of that file, lower-case hex.
  public static final String SHA256 = "1769928feaaa2389b4aa68390e7787ce1707290258b167d016a200fced4b8c39";

  private static final String INSIDE = "pytorch/cpu/linux-x86_64/";
  private static final List<String> FILES = List.of("libtorch.so", "libtorch_cpu.so", "libc10.so", "libgomp-98b21ff3.so.1");

  /// `~/.cache/verimesh/native`, unless a setting says otherwise.
  public static TorchLibrary standard() {
    return new TorchLibrary(Path.of(System.getProperty("user.home"), ".cache", "verimesh", "native"));
  }

  public Path folder() {
    return cache.resolve("pytorch").resolve(VERSION + "-cpu-linux-x86_64");
  }

  /// The folder of a libtorch that an operator installed, for example one for CUDA: `cache` itself, or `lib` in it.
  java.util.Optional<Path> operators() {
    return Stream.of(cache, cache.resolve("lib")).filter(folder -> Files.isRegularFile(folder.resolve("libtorch.so"))).findFirst();
  }

  public boolean isInstalled() {
    return operators().isPresent() || FILES.stream().allMatch(name -> Files.isRegularFile(folder().resolve(name)));
  }

  /// Unpacks the Maven artifact, once its digest was checked. Two processes may do so at once; the first to finish wins.
  /// @throws IOException if it is another file than the pinned one
  public void install(Path jar) throws IOException {
    String digest = sha256(jar);
    if (!digest.equals(SHA256)) {
      throw new IOException(jar + " has SHA-256 " + digest + "; expected " + SHA256 + " (" + ARTIFACT + "). It is not unpacked.");
    }
    Files.createDirectories(folder().getParent());
    Path temporary = Files.createTempDirectory(folder().getParent(), "tmp-");
    try {
      unpack(jar, temporary);
      Files.move(temporary, folder(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(temporary);
      if (!isInstalled()) throw e; // another process was faster
    }
  }

  private static void unpack(Path jar, Path into) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(jar))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        // Only names that are known beforehand, so no entry can name a place outside.
        for (String file : FILES) if (entry.getName().equals(INSIDE + file)) Files.copy(zip, into.resolve(file));
      }
    }
    for (String file : FILES) if (!Files.exists(into.resolve(file))) throw new IOException(jar + " has no " + INSIDE + file);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
    }
  }

  private static String sha256(Path path) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
