package verimesh.hash.index;

import verimesh.hash.bank.Item;

/// An item and how near its vector lies.
///
/// @param cosine of the two vectors as they are stored in float32, [-1, 1]
public record Near(Item item, double cosine) {}
