package verimesh.hash.match;

import verimesh.chassis.images.pdq.Dihedral;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Item;

/// A known picture, and by what it was found.
public sealed interface ItemMatch {
  Item item();

  /// Which way it counts.
  BankKind bankKind();

  record SameBytes(Item item, BankKind bankKind) implements ItemMatch {}

  /// @param distanceBits 0 to the threshold
  /// @param way how the asked picture is to be turned to be this one
  record SamePicture(Item item, BankKind bankKind, int distanceBits, Dihedral way) implements ItemMatch {}

  /// @param cosine [-1, 1], not calibrated; may lie below any threshold, for the nearest are given
  record Similar(Item item, BankKind bankKind, double cosine) implements ItemMatch {}
}
