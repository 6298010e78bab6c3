package verimesh.metadata.sign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import verimesh.metadata.c2pa.Credentials;

/// Every sign of an AI tool in a file, in the order of METADATA.md §10: the first one names the tool. Thread-safe.
public final class Attribution {
  /// Records that tools of one name write, each with fields of its own. They come before the formats that many share.
  private static final List<Recogniser> NAMED_RECORDS = List.of(
      new InvokeAi(), new TensorArt(), new StabilityMatrix(), new SwarmUi(), new Fooocus(), new EasyDiffusion(), new NovelAi(), new DrawThings(),
      new Mflux(), new Civitai(), new Xai(), new Midjourney());

  /// Formats that front ends and clones write too, so a named record in the same words silences them: SwarmUI's file
  /// holds the graph of the ComfyUI behind it, and that is no second tool.
  private static final List<Recogniser> SHARED_FORMATS = List.of(new ComfyUi(), new A1111());

  private static final List<Recogniser> MARKS = List.of(
      new SmallTools(), new Tc260(), new ByteDanceApps(), new CreditLines(), new IptcAiProperties(), new ProgramNames(), new SamsungEdits());

  /// Labels that name nobody.
  private static final List<Recogniser> BARE_LABELS = List.of(new SourceTypeLabel());

  /// @param hidden words of a payload in the pixels, if one was found
  /// @return all signs, the deciding one first; labels of a suspicion and bare labels last
  public static List<Signature> of(Credentials credentials, Words words, Optional<Words> hidden) {
    List<Signature> found = new ArrayList<>(ClaimedTool.find(credentials));
    found.addAll(records(words));
    found.addAll(all(MARKS, words));
    hidden.ifPresent(h -> {
      records(h).forEach(s -> found.add(s.hidden()));
      all(List.of(new SmallTools(), new Tc260()), h).forEach(s -> found.add(s.hidden()));
    });
    found.addAll(all(BARE_LABELS, words));
    // Stable: within a rank, the order above. A label that names nobody never goes before one that does.
    found.sort(Comparator.comparingInt(s -> s.weight() == Weight.SUSPECTED ? 2 : s.namesATool() ? 0 : 1));
    return withoutRepeats(found);
  }

  private Attribution() {}

  private static List<Signature> records(Words words) {
    List<Signature> named = all(NAMED_RECORDS, words);
    if (!named.isEmpty()) return named;
    for (Recogniser format : SHARED_FORMATS) {
      List<Signature> found = format.find(words);
      if (!found.isEmpty()) return found;
    }
    return List.of();
  }

  private static List<Signature> all(List<Recogniser> recognisers, Words words) {
    return recognisers.stream().flatMap(r -> r.find(words).stream()).toList();
  }

  /// One sign of a tool and kind is enough; NovelAI's Software field is no second witness beside its record.
  private static List<Signature> withoutRepeats(List<Signature> found) {
    record Told(String tool, Kind kind) {}
    Set<Told> told = new HashSet<>();
    Set<String> recorded = new HashSet<>();
    List<Signature> kept = new ArrayList<>();
    for (Signature signature : found) {
      boolean repeats = !told.add(new Told(signature.tool(), signature.kind())) || signature.kind() == Kind.VENDOR_MARK && recorded.contains(signature.tool());
      if (signature.kind() == Kind.GENERATOR_RECORD) recorded.add(signature.tool());
      if (!repeats) kept.add(signature);
    }
    return List.copyOf(kept);
  }
}
