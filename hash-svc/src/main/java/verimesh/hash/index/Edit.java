package verimesh.hash.index;

import verimesh.hash.bank.Bank;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;

/// One change to what an index holds. Edits of one item or bank take effect in the order in which they were written.
public sealed interface Edit {
  /// Adds an item. If its id is there already and not removed, nothing changes but that vectors in spaces which it lacks
  /// are added.
  record Add(Item item) implements Edit {}

  /// Gives an item that exists another state (availability, removed). Its vectors stay as they are.
  record Put(Item item) implements Edit {}

  /// Gives an item that exists another bank and with it another id; its vectors go along. If the target is there
  /// already, the two become one.
  record Move(ItemId from, Item to) implements Edit {}

  /// Creates a bank, or gives it another state.
  record PutBank(Bank bank) implements Edit {}

  /// Forgets everything that a bank holds, for good.
  record EraseItems(String bank) implements Edit {}

  /// Forgets for good what was removed from a bank and kept so that it could come back.
  record EraseRemoved(String bank) implements Edit {}

  /// States a fact that holds for the whole index. A fact that is stated already stays as it is.
  record Settle(String fact, String value) implements Edit {}
}
