package verimesh.chassis.inference.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What a file's bytes must come to.
public sealed interface Digest {
  /// Lower-case hex.
  String hex();

  /// @return lower-case hex of the file's digest of this kind
  String of(Path file) throws IOException;

  record Sha256(String hex) implements Digest {
    public Sha256 {
      if (!hex.matches("[0-9a-f]{64}")) throw new IllegalArgumentException("\"" + hex + "\" is no SHA-256; expected 64 lower-case hex digits");
    }

    @Override
    public String of(Path file) throws IOException {
      return hash("SHA-256", new byte[0], file);
    }
  }

  /// git's name of a file: SHA-1 over `blob LENGTH NUL CONTENT`. Hubs tell it of small files.
  record GitBlob(String hex) implements Digest {
    public GitBlob {
      if (!hex.matches("[0-9a-f]{40}")) throw new IllegalArgumentException("\"" + hex + "\" is no git blob id; expected 40 lower-case hex digits");
    }

    @Override
    public String of(Path file) throws IOException {
      return hash("SHA-1", ("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII), file);
    }
  }

  private static String hash(String algorithm, byte[] head, Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(head);
      try (InputStream in = Files.newInputStream(file)) {
        byte[] buffer = new byte[1 << 20];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has " + algorithm, e);
    }
  }
}
