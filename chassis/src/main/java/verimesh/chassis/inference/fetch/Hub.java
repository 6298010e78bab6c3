package verimesh.chassis.inference.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import verimesh.chassis.inference.CheckpointException;

/// A model hub with Hugging Face's interface, or a mirror of it.
///
/// @param base for example `https://huggingface.co`
public record Hub(URI base) {
  private static final String ID = "[A-Za-z0-9_][A-Za-z0-9._-]{0,95}/[A-Za-z0-9_][A-Za-z0-9._-]{0,95}";
  private static final Set<String> SMALL = Set.of(
      "config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "model.safetensors.index.json");
  private static final int LIST_BYTES_MAX = 8 << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// What the hub says a revision holds.
  ///
  /// @param commit 40 hex digits: the revision as it stands, so that the next fetch gets the same files
  public record Listing(String id, String commit, List<File> files) {
    public Listing {
      files = List.copyOf(files);
    }

    public long bytes() {
      return files.stream().mapToLong(File::size).sum();
    }
  }

  public record File(String name, long size, Digest digest) {}

  /// Asks what a revision holds and picks what an import needs.
  /// @param revision a commit, a tag or a branch; a commit is the only one that stays what it is
  public Listing list(Web web, String id, String revision) throws IOException, InterruptedException {
    if (!id.matches(ID)) throw new CheckpointException("\"" + id + "\" is no model id; expected owner/name");
    if (!revision.matches("[A-Za-z0-9._/-]{1,100}") || revision.contains("..")) throw new CheckpointException("\"" + revision + "\" is no revision");
    URI address = resolve("api/models/" + id + "/revision/" + revision + "?blobs=true");
    HttpResponse<InputStream> response = web.get(address, 0);
    JsonNode json;
    try (InputStream in = response.body()) {
      if (response.statusCode() == 401 || response.statusCode() == 403 || response.statusCode() == 404) {
        throw new CheckpointException(base + " answers " + response.statusCode() + " for " + id + " at " + revision + ": it does not exist, or needs a token (VERIMESH_MODELS_TOKEN)");
      }
      if (response.statusCode() != 200) throw new IOException(address + " answers " + response.statusCode());
      json = JSON.readTree(in.readNBytes(LIST_BYTES_MAX));
    }
    String commit = json.path("sha").asText("");
    if (!commit.matches("[0-9a-f]{40}")) throw new IOException(address + " tells no commit");
    if (revision.matches("[0-9a-f]{40}") && !revision.equals(commit)) throw new IOException(address + " answers with commit " + commit + " instead of the pinned " + revision);
    return new Listing(id, commit, files(json.path("siblings"), id));
  }

  /// Fetches what was listed; every file is verified before it gets its name.
  /// @param pins file name to SHA-256 that the operator pinned; wins over what the hub says
  public void fetch(Web web, Listing listing, Path folder, Map<String, String> pins, Download.Progress progress) throws IOException, InterruptedException {
    for (String pinned : pins.keySet()) {
      if (listing.files.stream().noneMatch(f -> f.name.equals(pinned))) throw new CheckpointException("\"" + pinned + "\" is pinned, and " + listing.id + " has no such file");
    }
    long done = 0;
    for (File file : listing.files) {
      Digest digest = pins.containsKey(file.name) ? new Digest.Sha256(pins.get(file.name)) : file.digest;
      long before = done;
      new Download(resolve(listing.id + "/resolve/" + listing.commit + "/" + file.name), folder.resolve(file.name), file.size, digest)
          .run(web, (bytes, _) -> progress.at(before + bytes, listing.bytes()));
      done += file.size;
    }
  }

  private static List<File> files(JsonNode siblings, String id) throws CheckpointException {
    List<File> files = new ArrayList<>();
    boolean single = false;
    boolean pickled = false;
    for (JsonNode sibling : siblings) {
      String name = sibling.path("rfilename").asText();
      single |= name.equals("model.safetensors");
      pickled |= name.equals("pytorch_model.bin");
    }
    for (JsonNode sibling : siblings) {
      String name = sibling.path("rfilename").asText();
      // Only names that we know or that cannot lead out of the folder.
      boolean shard = !single && name.matches("model-[0-9]{5}-of-[0-9]{5}\\.safetensors");
      if (!SMALL.contains(name) && !shard && !name.equals("model.safetensors")) continue;
      if (single && name.equals("model.safetensors.index.json")) continue;
      String sha256 = sibling.path("lfs").path("sha256").asText(sibling.path("lfs").path("oid").asText(""));
      String blob = sibling.path("blobId").asText("");
      Digest digest = sha256.matches("[0-9a-f]{64}") ? new Digest.Sha256(sha256) : blob.matches("[0-9a-f]{40}") ? new Digest.GitBlob(blob) : null;
      if (digest == null) throw new CheckpointException("The hub tells no digest of " + name + " in " + id + "; nothing is fetched unverified");
      files.add(new File(name, sibling.path("size").asLong(-1), digest));
    }
    if (files.stream().noneMatch(f -> f.name.endsWith(".safetensors"))) {
      throw new CheckpointException(id + " has no model.safetensors in that revision"
          + (pickled ? ", only pickled weights, and reading a pickle runs the code in it. Look for a revision with safetensors." : "."));
    }
    if (files.stream().noneMatch(f -> f.name.equals("config.json"))) throw new CheckpointException(id + " has no config.json in that revision");
    return files;
  }

  private URI resolve(String path) {
    String root = base.toString();
    return URI.create(root.endsWith("/") ? root + path : root + "/" + path);
  }
}
