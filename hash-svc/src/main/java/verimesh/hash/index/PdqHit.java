package verimesh.hash.index;

import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.ItemId;

/// An item whose PDQ code lies within the distance asked for.
public record PdqHit(ItemId id, BankKind kind, int distanceBits) {}
