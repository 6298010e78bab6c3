package verimesh.metadata.sign;

import java.nio.file.*;
import java.util.*;
import verimesh.metadata.c2pa.*;
import verimesh.metadata.read.*;
import verimesh.metadata.stealth.*;

public class Probe {
  public static void main(String[] a) throws Exception {
    Path dir = Path.of(a[0]);
    int bad = 0, n = 0;
    for (var row : FixtureRows.parse(Files.readString(dir.resolve("index.csv")))) {
      byte[] b = Files.readAllBytes(dir.resolve(row.get("file")));
      var r = new ContainerReader().read(b);
      if (!(r instanceof FileReader.Reading.Read(FileRecord f))) { System.out.println("REFUSED " + row.get("file") + " " + r); continue; }
      var c = new ClaimReader().read(f);
      long t0 = System.nanoTime();
      var px = StoredPixels.of(f, b);
      Stealth st = px.map(new StealthReader()::read).orElse(null);
      long t1 = System.nanoTime();
      var w = Words.of(f);
      var h = st == null ? Optional.<Words>empty() : st.payload().map(p -> Words.hidden(f, p.text(), new Place(f.format() + " " + p.mode().signature(), "")));
      var s = Attribution.of(c, w, h);
      String got = s.isEmpty() ? "" : s.getFirst().tool();
      String want = row.getOrDefault("expected_generator", "");
      n++;
      boolean ok = got.equals(want);
      String ex = row.getOrDefault("prompt_excerpt", "");
      String pr = s.isEmpty() ? "" : s.getFirst().recipe().prompt();
      boolean okp = pr.replaceAll("\\s+", " ").contains(ex.strip().replaceAll("\\s+", " "));
      if (!ok) bad++;
      System.out.println((ok ? "ok   " : "BAD  ") + (okp ? "" : "PROMPT ") + row.get("file") + " -> " + got + (ok ? "" : "  WANT " + want) + "  " + (t1 - t0) / 1000 + "us");
      for (var x : s) System.out.println("       " + x.tool() + " | " + x.kind() + " | " + x.place().carrier() + " | " + x.weight().level() + " " + x.weight().part() + " " + x.weight().label() + " | v=" + x.recipe().version() + " m=" + x.recipe().model() + " seed=" + x.recipe().seed() + " p=" + cut(x.recipe().prompt()) + " n=" + cut(x.recipe().negativePrompt()) + " " + cut(x.recipe().settings().toString())+ " signer="+x.signer());
      if (px.isPresent()) for (var cm : NovelAi.signedComment(w).stream().toList()) System.out.println("       SEAL " + NovelAiSeal.holds(px.get(), cm));
      if (!f.findings().isEmpty() || !c.findings().isEmpty()) System.out.println("       " + f.findings() + c.findings());
    }
    System.out.println(bad + " bad of " + n);
  }
  static String cut(String s) { s = s.replace('\n', '/'); return s.length() > 60 ? s.substring(0, 60) + "~" : s; }
}
