package verimesh.hash.index;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import verimesh.hash.bank.ItemId;
import verimesh.hash.match.PdqCode;

/// The columns of all items that a process holds in memory: id, bank, and the PDQ code in four planes of longs.
///
/// A plain loop over planes, one comparison a code and no branch in it, is bound by memory alone: C2 turns it into vector
/// code (DEPENDENCIES.md, section C). 53 bytes an item. One writer at a time; readers take no lock: what they see may be
/// a moment old or, for a row that is being written, wrong, so whoever acts on a hit looks at the item itself.
public final class PdqTable {
  private static final int CHUNK_BITS = 16;
  private static final int CHUNK_ROWS = 1 << CHUNK_BITS;
  /// Rows that stay in the first-level caches while several queries pass over them: 1024 x 32 bytes.
  private static final int BLOCK_ROWS = 1024;
  private static final int GONE = -1;
  private static final byte NO_CODE = -1;

  private static final class Chunk {
    final long[] a = new long[CHUNK_ROWS];
    final long[] b = new long[CHUNK_ROWS];
    final long[] c = new long[CHUNK_ROWS];
    final long[] d = new long[CHUNK_ROWS];
    final long[] high = new long[CHUNK_ROWS];
    final long[] low = new long[CHUNK_ROWS];
    final int[] bank = new int[CHUNK_ROWS];
    final byte[] quality = new byte[CHUNK_ROWS];
  }

  /// One query of a pass.
  public interface Probe {
    PdqCode code();

    int distanceBitsMax();

    /// Called for each code within the distance, in no particular order.
    void hit(ItemId id, int bank, int quality, int distanceBits);
  }

  private volatile Chunk[] chunks = new Chunk[0];
  private volatile int rows; // written last, so readers see rows that are complete
  private int[] slots = filled(1 << 10); // open addressing: row of an id, or GONE
  private int used;
  private final ArrayDeque<Integer> free = new ArrayDeque<>();

  /// @return true if the id is new here
  public synchronized boolean put(ItemId id, int bank, PdqCode code) {
    int row = rowOf(id);
    boolean isNew = row == GONE;
    if (isNew) {
      Integer reused = free.poll();
      row = reused != null ? reused : rows;
      if (row >> CHUNK_BITS == chunks.length) {
        Chunk[] longer = Arrays.copyOf(chunks, chunks.length + 1);
        longer[chunks.length] = new Chunk();
        chunks = longer;
      }
    }
    Chunk chunk = chunks[row >> CHUNK_BITS];
    int i = row & (CHUNK_ROWS - 1);
    chunk.a[i] = code == null ? 0 : code.a();
    chunk.b[i] = code == null ? 0 : code.b();
    chunk.c[i] = code == null ? 0 : code.c();
    chunk.d[i] = code == null ? 0 : code.d();
    chunk.quality[i] = code == null ? NO_CODE : (byte) code.quality();
    chunk.high[i] = id.high();
    chunk.low[i] = id.low();
    chunk.bank[i] = bank;
    if (isNew) {
      rows = Math.max(rows, row + 1);
      remember(id, row);
    }
    return isNew;
  }

  /// @return the bank that it was in, or -1
  synchronized int remove(ItemId id) {
    int slot = slotOf(id);
    int row = slots[slot];
    if (row == GONE) return GONE;
    Chunk chunk = chunks[row >> CHUNK_BITS];
    int i = row & (CHUNK_ROWS - 1);
    int bank = chunk.bank[i];
    chunk.bank[i] = GONE;
    chunk.quality[i] = NO_CODE;
    free.add(row);
    forget(slot);
    return bank;
  }

  synchronized boolean contains(ItemId id) {
    return rowOf(id) != GONE;
  }

  /// Ids of all rows, in no particular order.
  synchronized List<ItemId> ids() {
    List<ItemId> ids = new ArrayList<>(used);
    for (int row : slots) if (row != GONE) ids.add(idOf(row));
    return ids;
  }

  /// Compares every code with every query in one pass over memory.
  public void scan(List<? extends Probe> probes) {
    int end = rows; // read first: everything below it was written before
    Chunk[] all = chunks;
    for (int chunkStart = 0; chunkStart < end; chunkStart += CHUNK_ROWS) {
      Chunk chunk = all[chunkStart >> CHUNK_BITS];
      int chunkRows = Math.min(CHUNK_ROWS, end - chunkStart);
      for (int from = 0; from < chunkRows; from += BLOCK_ROWS) {
        int to = Math.min(chunkRows, from + BLOCK_ROWS);
        for (Probe probe : probes) {
          PdqCode q = probe.code();
          int within = count(chunk.a, chunk.b, chunk.c, chunk.d, from, to, q.a(), q.b(), q.c(), q.d(), probe.distanceBitsMax());
          if (within > 0) collect(chunk, from, to, probe);
        }
      }
    }
  }

  /// Kept free of branches and calls: this loop is the whole cost of a scan.
  private static int count(
      long[] a, long[] b, long[] c, long[] d, int from, int to, long qa, long qb, long qc, long qd, int max) {
    int within = 0;
    for (int i = from; i < to; i++) {
      int distance = Long.bitCount(a[i] ^ qa) + Long.bitCount(b[i] ^ qb) + Long.bitCount(c[i] ^ qc) + Long.bitCount(d[i] ^ qd);
      within += distance <= max ? 1 : 0;
    }
    return within;
  }

  private static void collect(Chunk chunk, int from, int to, Probe probe) {
    PdqCode q = probe.code();
    for (int i = from; i < to; i++) {
      int distance = Long.bitCount(chunk.a[i] ^ q.a()) + Long.bitCount(chunk.b[i] ^ q.b())
          + Long.bitCount(chunk.c[i] ^ q.c()) + Long.bitCount(chunk.d[i] ^ q.d());
      if (distance > probe.distanceBitsMax() || chunk.quality[i] == NO_CODE || chunk.bank[i] == GONE) continue;
      probe.hit(new ItemId(chunk.high[i], chunk.low[i]), chunk.bank[i], chunk.quality[i], distance);
    }
  }

  private int rowOf(ItemId id) {
    return slots[slotOf(id)];
  }

  /// The slot that holds the id, or the free one where it would go. Ids are digests, so their bits are their hash.
  private int slotOf(ItemId id) {
    int mask = slots.length - 1;
    int slot = (int) id.low() & mask;
    while (slots[slot] != GONE && !holds(slots[slot], id)) slot = (slot + 1) & mask;
    return slot;
  }

  private boolean holds(int row, ItemId id) {
    Chunk chunk = chunks[row >> CHUNK_BITS];
    int i = row & (CHUNK_ROWS - 1);
    return chunk.low[i] == id.low() && chunk.high[i] == id.high();
  }

  private void remember(ItemId id, int row) {
    slots[slotOf(id)] = row;
    if (++used * 2L < slots.length) return;
    int[] old = slots;
    slots = filled(old.length * 2);
    for (int r : old) if (r != GONE) slots[slotOf(idOf(r))] = r;
  }

  /// Closes the gap, so that no search for another id stops too early at it.
  private void forget(int slot) {
    int mask = slots.length - 1;
    used--;
    int gap = slot;
    for (int next = (gap + 1) & mask; slots[next] != GONE; next = (next + 1) & mask) {
      int home = (int) idOf(slots[next]).low() & mask;
      if (((next - home) & mask) >= ((next - gap) & mask)) {
        slots[gap] = slots[next];
        gap = next;
      }
    }
    slots[gap] = GONE;
  }

  private ItemId idOf(int row) {
    Chunk chunk = chunks[row >> CHUNK_BITS];
    int i = row & (CHUNK_ROWS - 1);
    return new ItemId(chunk.high[i], chunk.low[i]);
  }

  private static int[] filled(int length) {
    int[] slots = new int[length];
    Arrays.fill(slots, GONE);
    return slots;
  }
}
