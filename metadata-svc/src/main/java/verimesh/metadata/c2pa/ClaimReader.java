package verimesh.metadata.c2pa;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.brotli.dec.BrotliInputStream;
import verimesh.metadata.c2pa.Manifest.Action;
import verimesh.metadata.c2pa.Manifest.Declared;
import verimesh.metadata.c2pa.Manifest.Ingredient;
import verimesh.metadata.c2pa.Manifest.Signer;
import verimesh.metadata.read.FileRecord;
import verimesh.metadata.read.FileRecord.ManifestStore;
import verimesh.metadata.read.FileRecord.ReadFinding;
import verimesh.metadata.read.XmpRecord;

/// Reads claims out of a file's manifest store. Thread-safe; never throws for what a store holds.
public final class ClaimReader {
  /// Limits of one store (METADATA-C2PA.md §14).
  static final int STORE_BYTES_MAX = 16 << 20;
  static final int MANIFESTS_MAX = 500;
  static final int ASSERTIONS_MAX = 5_000;
  static final int FINDINGS_MAX = 100;

  /// Decompressed bytes of all compressed manifests of a store together; the reference stops at 32 MiB.
  static final int INFLATED_BYTES_MAX = 16 << 20;

  /// A leaf certificate is one or two KiB; what is far above is no certificate.
  private static final int CERTIFICATE_BYTES_MAX = 64 << 10;

  private static final String PROVENANCE_NAMESPACE = "http://purl.org/dc/terms/";
  private static final long X5CHAIN = 33;

  /// @return what the file's credentials say, with findings for what could not be read
  public Credentials read(FileRecord file) {
    String remote = remoteUrl(file.xmp());
    if (file.c2pa().isEmpty()) {
      return remote.isEmpty() ? Credentials.NONE : new Credentials(Credentials.State.REMOTE, "", List.of(), Story.SILENT, remote, List.of());
    }
    ManifestStore store = file.c2pa().getFirst();
    if (file.c2pa().size() > 1) {
      ReadFinding several = new ReadFinding("MANIFEST_STORES", file.c2pa().size() + " manifest stores in one file make all of them void", store.offset());
      return new Credentials(Credentials.State.INVALID, store.carrier(), List.of(), Story.SILENT, remote, List.of(several));
    }
    Reading reading = new Reading();
    List<Manifest> manifests = reading.manifests(store.jumbf());
    Credentials.State state = manifests.isEmpty() ? Credentials.State.INVALID : Credentials.State.UNVALIDATED;
    return new Credentials(state, store.carrier(), manifests, Story.of(manifests), remote, reading.findings);
  }

  private static String remoteUrl(XmpRecord xmp) {
    return xmp.first(PROVENANCE_NAMESPACE, "provenance").map(String::strip)
        .filter(url -> url.startsWith("https://") || url.startsWith("http://")).orElse("");
  }

  /// The state of reading one store: what was spent, what was found.
  private static final class Reading {
    final List<ReadFinding> findings = new ArrayList<>();
    private int assertions;
    private int inflated;

    List<Manifest> manifests(byte[] jumbf) {
      if (jumbf.length > STORE_BYTES_MAX) {
        report("STORE_LIMIT", "the manifest store has " + jumbf.length + " bytes; up to " + STORE_BYTES_MAX + " are read");
        return List.of();
      }
      Optional<SuperBox> store = JumbfReader.read(jumbf, findings);
      if (store.isEmpty()) return List.of();
      List<SuperBox> boxes = new ArrayList<>();
      for (SuperBox child : store.get().children()) {
        switch (child.type()) {
          case "c2ma", "c2md", "c2um" -> boxes.add(child);
          case "c2cm" -> inflate(child).ifPresent(boxes::add);
          default -> { } // time-stamp manifests and boxes of others: allowed, skipped (§3)
        }
        if (boxes.size() > MANIFESTS_MAX) {
          report("ENTRY_LIMIT", "more than " + MANIFESTS_MAX + " manifests");
          return List.of(); // the active one is the last: a part of the store would name a wrong one
        }
      }
      if (boxes.isEmpty()) report("MANIFEST_MISSING", "the manifest store holds no manifest");
      List<Manifest> manifests = new ArrayList<>();
      for (SuperBox box : boxes) manifests.add(manifest(box, box == boxes.getLast()));
      return manifests;
    }

    /// A compressed manifest: Brotli of the whole inner superbox (§3).
    private Optional<SuperBox> inflate(SuperBox compressed) {
      Optional<SuperBox.ContentBox> brob = compressed.content("brob");
      if (brob.isEmpty()) {
        report("MANIFEST_COMPRESSED", "a compressed manifest without content");
        return Optional.empty();
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 14];
      try (BrotliInputStream in = new BrotliInputStream(new ByteArrayInputStream(compressed.data(), brob.get().from(), brob.get().to() - brob.get().from()))) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          inflated += n;
          if (inflated > INFLATED_BYTES_MAX) {
            report("INFLATE_LIMIT", "compressed manifests hold more than " + INFLATED_BYTES_MAX + " bytes");
            return Optional.empty();
          }
          out.write(buffer, 0, n);
        }
      } catch (IOException e) {
        report("MANIFEST_COMPRESSED", "a compressed manifest that is no Brotli stream");
        return Optional.empty();
      }
      return JumbfReader.read(out.toByteArray(), findings);
    }

    private Manifest manifest(SuperBox box, boolean active) {
      List<SuperBox> claims = box.children().stream().filter(c -> c.type().equals("c2cl")).toList();
      if (claims.size() != 1) report(claims.isEmpty() ? "CLAIM_MISSING" : "CLAIM_MULTIPLE", "manifest " + cut(box.label()) + " has " + claims.size() + " claims");
      Optional<CborValue> claim = claims.size() == 1 ? claims.getFirst().cbor().findFirst() : Optional.empty();
      if (claims.size() == 1 && claim.isEmpty()) report("CLAIM_MALFORMED", "the claim of manifest " + cut(box.label()) + " is no CBOR");
      Optional<Signer> signer = box.child("c2cs").flatMap(s -> s.cbor().findFirst()).flatMap(this::signer);
      if (claim.isEmpty()) {
        return new Manifest(box.label(), active, 0, "", "", List.of(), List.of(), List.of(), Optional.empty(), signer, box);
      }
      int version = claims.getFirst().label().equals("c2pa.claim.v2") ? 2 : 1;
      Collected collected = assertions(box, claim.get(), version);
      return new Manifest(box.label(), active, version, generator(claim.get()), claim.get().text("dc:title").orElse(""), collected.actions,
          collected.ingredients, collected.labels, Optional.ofNullable(collected.declared), signer, box);
    }

    /// v1: a user agent, better said by `claim_generator_info`; v2: one map of name and version.
    private static String generator(CborValue claim) {
      Optional<CborValue> info = claim.get("claim_generator_info");
      Optional<CborValue> first = info.flatMap(i -> i.untagged() instanceof CborValue.Items items ? items.values().stream().findFirst() : Optional.of(i));
      Optional<String> named = first.flatMap(i -> i.text("name").map(name -> i.text("version").map(v -> name + " " + v).orElse(name)));
      return named.or(() -> claim.text("claim_generator")).orElse("");
    }

    private static final class Collected {
      final List<Action> actions = new ArrayList<>();
      final List<Ingredient> ingredients = new ArrayList<>();
      final List<String> labels = new ArrayList<>();
      Declared declared;
    }

    /// Only what the claim lists is claimed. What lies in the store beside it is nobody's word.
    private Collected assertions(SuperBox box, CborValue claim, int version) {
      Collected collected = new Collected();
      Map<String, SuperBox> byLabel = new HashMap<>();
      Set<String> twice = new HashSet<>();
      for (SuperBox child : box.child("c2as").map(SuperBox::children).orElse(List.of())) {
        if (byLabel.put(child.label(), child) != null) twice.add(child.label());
      }
      byLabel.keySet().removeAll(twice);
      collect(claim.get("assertions"), version == 1, box.label(), byLabel, collected);
      collect(claim.get("created_assertions"), true, box.label(), byLabel, collected);
      collect(claim.get("gathered_assertions"), false, box.label(), byLabel, collected);
      return collected;
    }

    private void collect(Optional<CborValue> uris, boolean bySigner, String manifest, Map<String, SuperBox> byLabel, Collected into) {
      for (CborValue uri : uris.map(CborValue::items).orElse(List.of())) {
        if (++assertions > ASSERTIONS_MAX) {
          if (assertions == ASSERTIONS_MAX + 1) report("ENTRY_LIMIT", "more than " + ASSERTIONS_MAX + " assertions");
          return;
        }
        String label = assertionLabel(uri.text("url").orElse(""), manifest);
        if (label.isEmpty()) continue;
        into.labels.add(label);
        SuperBox assertion = byLabel.get(label);
        if (assertion != null) read(baseLabel(label), assertion, bySigner, into);
      }
    }

    private static void read(String label, SuperBox assertion, boolean bySigner, Collected into) {
      switch (label) {
        case "c2pa.actions", "c2pa.actions.v2" -> assertion.cbor().forEach(a -> into.actions.addAll(ActionsReader.read(a, bySigner)));
        case "c2pa.ingredient", "c2pa.ingredient.v2", "c2pa.ingredient.v3" -> assertion.cbor().forEach(i -> into.ingredients.add(ingredient(i)));
        default -> {
          if (into.declared == null) into.declared = DeclaredReader.read(label, assertion, bySigner).orElse(null);
        }
      }
    }

    private static Ingredient ingredient(CborValue value) {
      String url = value.get("activeManifest").or(() -> value.get("c2pa_manifest")).flatMap(m -> m.text("url")).orElse("");
      return new Ingredient(value.text("dc:title").orElse(""), value.text("relationship").orElse(""), manifestLabel(url));
    }

    private Optional<Signer> signer(CborValue cose) {
      List<CborValue> parts = cose.items();
      if (parts.size() < 2) return Optional.empty();
      Optional<CborValue> protectedChain = parts.get(0) instanceof CborValue.Bytes bytes
          && Cbor.read(bytes.data(), bytes.from(), bytes.to()) instanceof Cbor.Document.Read(CborValue header, int _) ? chain(header) : Optional.empty();
      Optional<CborValue> leaf = protectedChain.or(() -> chain(parts.get(1)))
          .flatMap(chain -> chain instanceof CborValue.Items items ? items.values().stream().findFirst() : Optional.of(chain));
      return leaf.flatMap(certificate -> certificate instanceof CborValue.Bytes der ? subject(der) : Optional.empty());
    }

    private static Optional<CborValue> chain(CborValue header) {
      return header.get(X5CHAIN).or(() -> header.get("x5chain"));
    }

    private Optional<Signer> subject(CborValue.Bytes der) {
      if (der.length() > CERTIFICATE_BYTES_MAX) return Optional.empty();
      try {
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der.data(), der.from(), der.length()));
        String organisation = "";
        String commonName = "";
        for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253)).getRdns()) {
          if (rdn.getType().equalsIgnoreCase("O")) organisation = String.valueOf(rdn.getValue());
          if (rdn.getType().equalsIgnoreCase("CN")) commonName = String.valueOf(rdn.getValue());
        }
        return Optional.of(new Signer(cut(organisation), cut(commonName)));
      } catch (CertificateException | InvalidNameException e) {
        report("CERTIFICATE_MALFORMED", "the signer's certificate could not be read");
        return Optional.empty();
      }
    }

    private void report(String code, String text) {
      if (findings.size() < FINDINGS_MAX) findings.add(new ReadFinding(code, text, -1));
    }
  }

  /// `self#jumbf=c2pa.assertions/x`, or absolute with or without the leading slash; other manifests' assertions are none.
  static String assertionLabel(String url, String manifest) {
    String path = localPath(url);
    String absolute = "c2pa/" + manifest + "/";
    if (path.startsWith(absolute)) path = path.substring(absolute.length());
    return path.startsWith("c2pa.assertions/") ? path.substring("c2pa.assertions/".length()) : "";
  }

  static String manifestLabel(String url) {
    String path = localPath(url);
    if (!path.startsWith("c2pa/")) return "";
    int slash = path.indexOf('/', "c2pa/".length());
    return path.substring("c2pa/".length(), slash < 0 ? path.length() : slash);
  }

  private static String localPath(String url) {
    if (!url.startsWith("self#jumbf=")) return "";
    String path = url.substring("self#jumbf=".length());
    return path.startsWith("/") ? path.substring(1) : path;
  }

  /// The label without its instance number: `c2pa.actions__2` is one more `c2pa.actions`.
  static String baseLabel(String label) {
    int at = label.lastIndexOf("__");
    if (at <= 0 || at + 2 == label.length()) return label;
    return label.chars().skip(at + 2L).allMatch(c -> c >= '0' && c <= '9') ? label.substring(0, at) : label;
  }

  private static String cut(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200);
  }
}
