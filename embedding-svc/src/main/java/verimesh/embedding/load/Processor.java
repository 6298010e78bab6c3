package verimesh.embedding.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// What the processor is good at.
final class Processor {
  private Processor() {}

  /// Whether bfloat16 products have instructions of their own (AVX512-BF16 or AMX); without them they are slower than
  /// float32.
  static boolean multipliesBFloat16() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1).lines()
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> Arrays.asList(line.split("\\s+")))
          .map(flags -> flags.contains("avx512_bf16") || flags.contains("amx_bf16"))
          .orElse(false);
    } catch (IOException e) {
      return false; // not a Linux: float32 is right everywhere
    }
  }
}
