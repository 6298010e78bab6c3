package verimesh.hash.bank;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/// One line of the audit log, with what it takes to undo it.
///
/// @param id names the change; later ones sort after earlier ones
/// @param by the caller's name
/// @param bank the bank that changed; for a move, the one that the items went to
/// @param items ids, in the bank they are in afterwards
/// @param before what the change replaced, by item id (or the empty string for the bank itself): availability in
///     milliseconds for switches, the former id for moves, empty otherwise
/// @param undoes id of the change that this one takes back, or empty
public record Change(
    String id, Instant at, String by, Kind kind, String bank, List<String> items, Map<String, String> before, String undoes) {

  public enum Kind {
    BANK_CREATED,
    BANK_SWITCHED,
    BANK_REMOVED,
    ITEMS_REGISTERED,
    ITEMS_SWITCHED,
    ITEMS_MOVED,
    ITEMS_REMOVED,
    /// Removed items that are gone for good; cannot be undone.
    ITEMS_PURGED
  }

  public Change {
    items = List.copyOf(items);
    before = Map.copyOf(before);
  }
}
