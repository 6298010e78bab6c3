package verimesh.chassis.inference.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// One file from one address. What was received lies in `NAME.part` until its digest was checked: a cut-off download goes
/// on where it stopped, and a wrong file never gets the name.
///
/// @param size in bytes, as the hub says; -1 if nobody says
/// @param digest null only where nobody can tell one
public record Download(URI address, Path file, long size, Digest digest) {
  private static final int TRIES = 5;

  /// Told how far it is: bytes so far, and in all (-1 if unknown).
  public interface Progress {
    void at(long bytes, long total);
  }

  /// @throws IOException if it cannot be had, or is another file than the pinned one
  public void run(Web web, Progress progress) throws IOException, InterruptedException {
    if (Files.isRegularFile(file) && (digest == null || digest.of(file).equals(digest.hex()))) return;
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path part = file.resolveSibling(file.getFileName() + ".part");
    IOException last = null;
    for (int i = 0; i < TRIES; i++) {
      long before = Files.exists(part) ? Files.size(part) : 0;
      try {
        receive(web, part, progress);
        verify(part);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return;
      } catch (WrongFile e) {
        Files.deleteIfExists(part);
        throw e;
      } catch (Refused e) {
        throw e; // asking again changes nothing
      } catch (IOException e) {
        last = e;
        // A try that brought something does not count: a large file may be cut off many times.
        if (Files.exists(part) && Files.size(part) > before) i--;
      }
    }
    throw new IOException(address + " could not be fetched: " + last.getMessage() + ". What was received is kept in " + part + "; the next try goes on from there.", last);
  }

  /// It is another file than the one that was asked for.
  static final class WrongFile extends IOException {
    private static final long serialVersionUID = 1;

    WrongFile(String message) {
      super(message);
    }
  }

  private static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  private void receive(Web web, Path part, Progress progress) throws IOException, InterruptedException {
    long have = Files.exists(part) ? Files.size(part) : 0;
    if (size >= 0 && have > size) {
      Files.delete(part);
      have = 0;
    }
    if (size >= 0 && have == size && size > 0) return;
    HttpResponse<InputStream> response = web.get(address, have);
    try (InputStream in = response.body()) {
      int status = response.statusCode();
      if (status == 416) { // nothing lies behind what we have: start again if that is not the whole file
        if (size < 0 || have != size) Files.deleteIfExists(part);
        if (have == size) return;
        throw new IOException("the server has less than what was received");
      }
      if (status == 401 || status == 403) throw new Refused(address + " answers " + status + ": it needs a token that may read it (VERIMESH_MODELS_TOKEN)");
      if (status == 404) throw new Refused(address + " answers 404: there is no such file in that revision");
      if (status != 200 && status != 206) throw new IOException("the server answers " + status);
      if (status == 206 && !response.headers().firstValue("Content-Range").orElse("").startsWith("bytes " + have + "-")) throw new IOException("the server sends another part than the one asked for");
      boolean append = status == 206;
      if (!append) have = 0;
      long total = size >= 0 ? size : response.headers().firstValueAsLong("Content-Length").orElse(-1) < 0 ? -1 : have + response.headers().firstValueAsLong("Content-Length").getAsLong();
      try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.CREATE, append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING)) {
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          out.write(buffer, 0, n);
          have += n;
          if (size >= 0 && have > size) throw new WrongFile(address + " sends more than the " + size + " bytes that the hub lists; it is not kept");
          progress.at(have, total);
        }
      }
      if (total >= 0 && have < total) throw new IOException("it broke off after " + have + " of " + total + " bytes");
    }
  }

  private void verify(Path part) throws IOException {
    if (size >= 0 && Files.size(part) != size) throw new IOException("it has " + Files.size(part) + " bytes instead of " + size);
    if (digest == null) return;
    String actual = digest.of(part);
    if (!actual.equals(digest.hex())) {
      throw new WrongFile(address + " has the digest " + actual + " and not the pinned " + digest.hex() + "; it is another file and is not kept");
    }
  }
}
