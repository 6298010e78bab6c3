package verimesh.hash.index;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import verimesh.hash.bank.Availability;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;
import verimesh.hash.match.PdqCode;

/// What every process keeps of an item in memory, as both engines store it: 57 bytes and the bank's name. All rows are
/// read at start, so they lie apart from the items.
///
/// @param code null where there is none
record Row(ItemId id, Availability availability, PdqCode code, String bank) {
  private static final byte NO_CODE = -1;

  static Row of(Item item) {
    return new Row(item.id(), item.availability(), item.pdq(), item.bank());
  }

  static Row read(byte[] bytes, int from, int length) {
    ByteBuffer row = ByteBuffer.wrap(bytes, from, length);
    ItemId id = new ItemId(row.getLong(), row.getLong());
    Availability availability = new Availability(row.getLong());
    int quality = row.get();
    PdqCode code = new PdqCode(row.getLong(), row.getLong(), row.getLong(), row.getLong(), Math.max(0, quality));
    return new Row(id, availability, quality == NO_CODE ? null : code, StandardCharsets.US_ASCII.decode(row).toString());
  }

  byte[] bytes() {
    byte[] name = bank.getBytes(StandardCharsets.US_ASCII); // names are ASCII: Limits
    ByteBuffer row = ByteBuffer.allocate(16 + 8 + 1 + PdqCode.BYTES + name.length);
    row.putLong(id.high()).putLong(id.low()).putLong(availability.offUntilMillis());
    row.put(code == null ? NO_CODE : (byte) code.quality());
    row.put(code == null ? new byte[PdqCode.BYTES] : code.hash());
    return row.put(name).array();
  }

  void putInto(Catalogue catalogue) {
    catalogue.put(id, bank, code, availability, false);
  }
}
