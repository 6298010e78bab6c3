package verimesh.metadata.c2pa;

import java.util.List;
import java.util.Optional;

/// One manifest as its claim tells it. Nothing in it is verified.
///
/// @param label its name in the store
/// @param active whether it is the last one, which speaks for the file
/// @param claimVersion 1 or 2; 0 where no claim could be read
/// @param generator the claim generator for people: name with version, or the v1 user agent
/// @param actions of all actions assertions that the claim lists, in claim order
/// @param assertions labels as the claim lists them
/// @param declared what whole-asset assertions say beside actions: own labels of some generators, signed IPTC
/// @param signer names in the signer's certificate, empty if there is none that could be read
/// @param box the manifest's place in the store, for a validator
public record Manifest(
    String label, boolean active, int claimVersion, String generator, String title, List<Action> actions,
    List<Ingredient> ingredients, List<String> assertions, Optional<Declared> declared, Optional<Signer> signer, SuperBox box) {
  public Manifest {
    actions = List.copyOf(actions);
    ingredients = List.copyOf(ingredients);
    assertions = List.copyOf(assertions);
  }

  /// @param action `c2pa.created`, ...
  /// @param sourceType empty where the action has none
  /// @param softwareAgent name of the program that did it, empty if absent
  /// @param bySigner true if it stands in a created assertion (v1: any): the signer's own word, not hearsay
  public record Action(
      String action, Optional<SourceType> sourceType, String softwareAgent, String agentVersion, String description, boolean bySigner) {
    boolean creates() {
      return action.equals("c2pa.created");
    }
  }

  /// @param relationship `parentOf`, `componentOf`, `inputTo`
  /// @param manifest label of its manifest in this store, empty if it has none
  public record Ingredient(String title, String relationship, String manifest) {
    boolean isParent() {
      return relationship.equals("parentOf");
    }

    boolean isComponent() {
      return relationship.equals("componentOf");
    }
  }

  /// A source type for the whole picture outside the actions.
  /// @param where label of the assertion that says it
  /// @param model generator's model, if it says one
  public record Declared(SourceType sourceType, String where, String model, boolean bySigner) {}

  /// @param organisation O of the certificate's subject, `commonName` its CN; either may be empty
  public record Signer(String organisation, String commonName) {
    @Override
    public String toString() {
      if (organisation.isEmpty() || organisation.equals(commonName)) return commonName;
      return commonName.isEmpty() ? organisation : organisation + " / " + commonName;
    }
  }
}
