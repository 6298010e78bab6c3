package verimesh.verifier.label;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.clue.ClueBase;

/// Proposals merged into candidates, for a person to look through. Nothing goes live by itself: every entry is written as
/// `pending`, and only what a person makes `approved` is ever read as a clue ([verimesh.verifier.clue.ClueFile]). Not
/// thread-safe.
public final class Review {
  /// Two texts of one category with so many words in common (Jaccard) say the same.
  private static final double SAME = 0.6;

  private static final int EXAMPLES_MAX = 5;

  private final ClueBase known;
  private final List<Candidate> candidates = new ArrayList<>();
  private int fakes;
  private int reals;

  public Review(ClueBase known) {
    this.known = known;
  }

  private static final class Candidate {
    private final Proposal first;
    private final Set<String> words;
    private final Set<String> examples = new TreeSet<>();
    private int inFakes;
    private int inReals;

    Candidate(Proposal first) {
      this.first = first;
      this.words = words(first.english().text());
    }
  }

  /// What a model named in one picture.
  public void add(String file, boolean fake, List<Proposal> proposals) {
    if (fake) fakes++;
    else reals++;
    Set<Candidate> counted = new HashSet<>(); // a picture speaks once for a clue, however often it is named
    for (Proposal proposal : proposals) {
      Candidate candidate = like(proposal);
      if (!counted.add(candidate)) continue;
      if (fake) candidate.inFakes++;
      else candidate.inReals++;
      if (candidate.examples.size() < EXAMPLES_MAX) candidate.examples.add(file);
    }
  }

  private Candidate like(Proposal proposal) {
    Set<String> words = words(proposal.english().text());
    for (Candidate candidate : candidates) {
      if (candidate.first.category().equals(proposal.category()) && jaccard(candidate.words, words) >= SAME) return candidate;
    }
    var fresh = new Candidate(proposal);
    candidates.add(fresh);
    return fresh;
  }

  public int candidates() {
    return candidates.size();
  }

  /// Writes the file that a person edits, those first that are named in more fakes than reals.
  /// @throws IOException also if there is such a file already: somebody may have reviewed it
  public void write(Path file, String model, String promptVersion) throws IOException {
    var json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = json.createObjectNode();
    root.put("made_by", model).put("prompt", promptVersion).put("fakes", fakes).put("reals", reals);
    root.put("how", "Read each clue; make its review \"approved\" or \"rejected\"; then name this file in VERIMESH_VERIFIER_CLUE_FILES.");
    var list = root.putArray("clues");
    Set<String> ids = new HashSet<>();
    known.clues().forEach(clue -> ids.add(clue.id()));
    candidates.sort(Comparator.comparingInt((Candidate c) -> c.inReals - c.inFakes));
    for (Candidate candidate : candidates) {
      ObjectNode node = list.addObject();
      node.put("id", id(candidate.first, ids)).put("review", "pending").put("named_in_fakes", candidate.inFakes).put("named_in_reals", candidate.inReals);
      candidate.examples.forEach(node.withArray("/examples")::add);
      known.clues().stream().filter(clue -> clue.category().equals(candidate.first.category()))
          .max(Comparator.comparingDouble(clue -> jaccard(words(clue.english().text()), candidate.words)))
          .ifPresent(nearest -> node.putObject("like").put("id", nearest.id())
              .put("similarity", Math.round(100 * jaccard(words(nearest.english().text()), candidate.words)) / 100.0));
      words(node.putObject("en"), candidate.first.english());
      words(node.putObject("ko"), candidate.first.korean());
    }
    Files.write(file, json.writeValueAsBytes(root), StandardOpenOption.CREATE_NEW);
  }

  private static void words(ObjectNode node, Clue.Words words) {
    node.put("text", words.text()).put("look_at", words.lookAt()).put("natural", words.naturalExplanation());
  }

  private static String id(Proposal proposal, Set<String> taken) {
    String slug = proposal.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    String base = proposal.category() + "." + (slug.isEmpty() ? "clue" : slug.substring(0, Math.min(slug.length(), 40)).replaceAll("-$", ""));
    String id = base;
    for (int n = 2; !taken.add(id); n++) id = base + "-" + n;
    return id;
  }

  private static Set<String> words(String text) {
    Set<String> words = new TreeSet<>(List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")));
    words.removeAll(List.of("", "a", "an", "the", "is", "are", "of", "or", "and", "in", "on", "to", "it"));
    return words;
  }

  private static double jaccard(Set<String> a, Set<String> b) {
    Set<String> both = new HashSet<>(a);
    both.retainAll(b);
    int all = a.size() + b.size() - both.size();
    return all == 0 ? 1 : (double) both.size() / all;
  }
}
