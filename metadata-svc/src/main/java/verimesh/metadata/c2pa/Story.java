package verimesh.metadata.c2pa;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import verimesh.metadata.c2pa.Manifest.Action;
import verimesh.metadata.c2pa.Manifest.Declared;
import verimesh.metadata.c2pa.Manifest.Ingredient;

/// What the manifests of a store together say of the picture (METADATA-C2PA.md §11): the active manifest and those along
/// `parentOf` speak of the same picture, from the oldest to the newest step; a `created` action begins anew. A component
/// makes a composite at most, an input says nothing of the output.
///
/// @param making the sum of all steps
/// @param manifest the one whose words decided `making`; empty if nothing was said
/// @param action the action that decided, empty where an assertion or a component did
/// @param bySigner whether the deciding word stands in a created assertion
/// @param chain the manifests that speak of this very picture, oldest first, from the last `created` to the active one
public record Story(Making making, Optional<Manifest> manifest, Optional<Action> action, boolean bySigner, List<Manifest> chain) {
  /// No manifest says anything of the making.
  public static final Story SILENT = new Story(Making.NOTHING, Optional.empty(), Optional.empty(), false, List.of());

  public Story {
    chain = List.copyOf(chain);
  }

  private static Story step(Making making, Manifest manifest, Optional<Action> action, boolean bySigner) {
    return new Story(making, Optional.of(manifest), action, bySigner, List.of());
  }

  /// Steps along `parentOf`, and levels of components within components (METADATA-C2PA.md §14).
  static final int DEPTH_MAX = 100;

  public enum Making { NOTHING, FULLY_AI, AI_EDITED, CAPTURED, OTHER }

  /// @param manifests of one store, the last one active
  static Story of(List<Manifest> manifests) {
    return manifests.isEmpty() ? SILENT : new Walk(manifests).from(manifests.getLast(), 0);
  }

  /// One reading of one store. Every manifest is told once, so diamonds cost nothing and cycles end.
  private static final class Walk {
    private final Map<String, Manifest> byLabel = new HashMap<>();
    private final Map<String, Story> told = new HashMap<>();
    private final Set<String> beingTold = new HashSet<>();

    Walk(List<Manifest> manifests) {
      // Two manifests of one label leave references to it unresolved (§4).
      Set<String> twice = new HashSet<>();
      for (Manifest manifest : manifests) if (byLabel.put(manifest.label(), manifest) != null) twice.add(manifest.label());
      byLabel.keySet().removeAll(twice);
    }

    Story from(Manifest last, int depth) {
      Story story = SILENT;
      Deque<Manifest> chain = oldestFirst(last);
      for (Manifest manifest : chain) story = tell(story, manifest, depth);
      return new Story(story.making, story.manifest, story.action, story.bySigner, List.copyOf(chain));
    }

    private Deque<Manifest> oldestFirst(Manifest last) {
      Deque<Manifest> chain = new ArrayDeque<>();
      Set<String> seen = new HashSet<>();
      Manifest manifest = last;
      while (manifest != null && seen.add(manifest.label()) && chain.size() < DEPTH_MAX) {
        chain.addFirst(manifest);
        if (manifest.actions().stream().anyMatch(Action::creates)) break; // what came before is replaced
        manifest = manifest.ingredients().stream().filter(Ingredient::isParent).findFirst().map(i -> byLabel.get(i.manifest())).orElse(null);
      }
      return chain;
    }

    private Story tell(Story before, Manifest manifest, int depth) {
      Story story = before;
      for (Action action : manifest.actions()) {
        Optional<Making> said = action.sourceType().flatMap(type -> action.creates() ? created(type) : changed(type));
        if (action.creates() && said.isEmpty()) story = SILENT;
        story = said.map(making -> step(making, manifest, Optional.of(action), action.bySigner())).orElse(SILENT).after(story);
      }
      if (manifest.declared().isPresent()) {
        Declared declared = manifest.declared().get();
        Making making = created(declared.sourceType()).orElse(Making.NOTHING);
        story = step(making, manifest, Optional.empty(), declared.bySigner()).after(story);
      }
      for (Ingredient ingredient : manifest.ingredients()) {
        if (ingredient.isComponent()) story = component(ingredient, manifest, depth).after(story);
      }
      return story;
    }

    /// A component that AI made or touched makes the whole AI-edited; the component's own manifest names the tool.
    private Story component(Ingredient ingredient, Manifest whole, int depth) {
      Manifest part = byLabel.get(ingredient.manifest());
      if (part == null || depth >= DEPTH_MAX) return SILENT;
      Story story = told.get(part.label());
      if (story == null) {
        if (!beingTold.add(part.label())) return SILENT; // a cycle
        story = from(part, depth + 1);
        beingTold.remove(part.label());
        told.put(part.label(), story);
      }
      boolean ai = story.making() == Making.FULLY_AI || story.making() == Making.AI_EDITED;
      return ai ? step(Making.AI_EDITED, story.manifest().orElse(whole), story.action(), story.bySigner()) : SILENT;
    }

    private static Optional<Making> created(SourceType type) {
      return Optional.of(switch (type.meaning()) {
        case FULLY_AI -> Making.FULLY_AI;
        case AI_PART -> Making.AI_EDITED;
        case CAPTURE -> Making.CAPTURED;
        case OTHER -> Making.OTHER;
        case UNDECIDED -> Making.NOTHING;
      });
    }

    /// A step's source type is of that step alone: AI in an edit does not make the whole fully AI.
    private static Optional<Making> changed(SourceType type) {
      return switch (type.meaning()) {
        case FULLY_AI, AI_PART -> Optional.of(Making.AI_EDITED);
        case CAPTURE, OTHER, UNDECIDED -> Optional.empty();
      };
    }
  }

  /// This step's word after an earlier one. Fully AI stays so whatever is done to it; AI edits outlast harmless steps.
  private Story after(Story earlier) {
    return switch (making) {
      case NOTHING -> earlier;
      case FULLY_AI -> action.map(Action::creates).orElse(false) || earlier.making != Making.FULLY_AI ? this : earlier;
      case AI_EDITED -> earlier.making == Making.FULLY_AI ? earlier : this;
      case CAPTURED, OTHER -> earlier.making == Making.NOTHING || action.map(Action::creates).orElse(false) ? this : earlier;
    };
  }
}
