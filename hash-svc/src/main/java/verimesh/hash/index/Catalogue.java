package verimesh.hash.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import verimesh.hash.bank.Availability;
import verimesh.hash.bank.Bank;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;
import verimesh.hash.match.PdqCode;

/// What every process knows of the index without asking its engine: banks, how many items are on, PDQ codes.
///
/// Thread-safe; the engine is its only writer, one thread at a time. Removed items are not in it; removed banks are,
/// since their removal can be undone.
public final class Catalogue {
  private static final class Shelf {
    final int ordinal;
    volatile Bank bank;
    final AtomicInteger items = new AtomicInteger();
    final Map<ItemId, Long> off = new ConcurrentHashMap<>(); // off or once off: until when, milliseconds

    Shelf(int ordinal, Bank bank) {
      this.ordinal = ordinal;
      this.bank = bank;
    }
  }

  /// @param on items that are on in a bank that is on
  public record Count(long items, long on) {}

  private static final int TOGETHER = 64; // codes of others that one pass takes along

  private final PdqTable table = new PdqTable();
  private final Map<String, Shelf> shelves = new ConcurrentHashMap<>();
  private volatile Shelf[] byOrdinal = new Shelf[0];
  private final Map<String, Integer> dimensions = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> vectors = new ConcurrentHashMap<>();
  private final Map<String, String> facts = new ConcurrentHashMap<>();
  private final AtomicLong items = new AtomicLong();
  private final AtomicLong stamp = new AtomicLong();
  private final ConcurrentSkipListMap<Long, Boolean> switchTimes = new ConcurrentSkipListMap<>();
  private volatile Set<ItemId> reloaded; // ids that were put since a reload began; null while there is none
  private final ReentrantLock pass = new ReentrantLock();
  private final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();

  // ---- reading

  /// Removed banks too.
  public Optional<Bank> bank(String name) {
    return Optional.ofNullable(shelves.get(name)).map(shelf -> shelf.bank);
  }

  /// Every bank by name, removed ones too.
  public Map<String, Bank> banks() {
    Map<String, Bank> all = new TreeMap<>();
    shelves.forEach((name, shelf) -> all.put(name, shelf.bank));
    return all;
  }

  public int bankCount() {
    return shelves.size();
  }

  public Count count(String bank, long nowMillis) {
    Shelf shelf = shelves.get(bank);
    if (shelf == null) return new Count(0, 0);
    long all = shelf.items.get();
    if (!shelf.bank.isOn(nowMillis)) return new Count(all, 0);
    return new Count(all, all - shelf.off.values().stream().filter(until -> until > nowMillis).count());
  }

  /// Items that one search of a kind of bank is made over.
  public long itemsOn(BankKind kind, Scope scope) {
    long on = 0;
    for (Shelf shelf : byOrdinal) {
      if (shelf.bank.kind() == kind && scope.names(shelf.bank.name())) on += count(shelf.bank.name(), scope.nowMillis()).on();
    }
    return on;
  }

  public long items() {
    return items.get();
  }

  public boolean contains(ItemId id) {
    return table.contains(id);
  }

  /// Dimension of a space's vectors; empty where no item has one.
  public Optional<Integer> dimension(String space) {
    return Optional.ofNullable(dimensions.get(space));
  }

  /// Vectors by embedding space, spaces without any left out.
  public Map<String, Long> vectors() {
    Map<String, Long> all = new TreeMap<>();
    vectors.forEach((space, count) -> {
      if (count.get() > 0) all.put(space, count.get());
    });
    return all;
  }

  /// What holds for the whole index and never changes, by name: such as the convention of its PDQ codes.
  public Map<String, String> facts() {
    return Map.copyOf(facts);
  }

  /// Grows with everything that can change an answer, the passing of an "off until" included. It follows from what the
  /// index holds and the time alone, so that replicas agree and a restart does not step back.
  public long generation(long nowMillis) {
    Long passed = switchTimes.floorKey(nowMillis);
    return Math.max(stamp.get(), passed == null ? 0 : passed);
  }

  /// Items whose code lies within a distance, per kind of bank the `limit` nearest, nearest first. Exact. Callers that
  /// come at the same time share one pass over memory.
  /// @param qualityMin items below it are not compared
  public List<PdqHit> nearestPdq(PdqCode code, int distanceBitsMax, int qualityMin, int limit, Scope scope) {
    return nearestPdqs(List.of(code), distanceBitsMax, qualityMin, limit, scope).getFirst();
  }

  /// The same for several codes in one pass: for each what [#nearestPdq] gives.
  public List<List<PdqHit>> nearestPdqs(List<PdqCode> codes, int distanceBitsMax, int qualityMin, int limit, Scope scope) {
    List<Waiting> own = codes.stream().map(code -> new Waiting(new Search(code, distanceBitsMax, qualityMin, limit, scope))).toList();
    waiting.addAll(own);
    // Whoever gets the lock passes for all who wait; the others find their answers ready.
    pass.lock();
    try {
      List<Waiting> all = new ArrayList<>(own);
      all.removeIf(one -> one.done.isDone());
      if (!all.isEmpty()) {
        waiting.removeAll(all);
        waiting.drainTo(all, TOGETHER);
        try {
          table.scan(all.stream().map(Waiting::search).toList());
          all.forEach(one -> one.done.complete(one.search.found()));
        } catch (RuntimeException | Error e) {
          all.forEach(one -> one.done.completeExceptionally(e));
          throw e;
        }
      }
    } finally {
      pass.unlock();
    }
    return own.stream().map(one -> one.done.join()).toList();
  }

  private record Waiting(Search search, CompletableFuture<List<PdqHit>> done) {
    Waiting(Search search) {
      this(search, new CompletableFuture<>());
    }
  }

  private final class Search implements PdqTable.Probe {
    private final PdqCode code;
    private final int distanceBitsMax;
    private final int qualityMin;
    private final int limit;
    private final Scope scope;
    private final BankKind[] kinds; // by bank ordinal; null where the bank is not searched
    private final Map<BankKind, PriorityQueue<PdqHit>> farthestFirst = new EnumMap<>(BankKind.class);

    Search(PdqCode code, int distanceBitsMax, int qualityMin, int limit, Scope scope) {
      this.code = code;
      this.distanceBitsMax = distanceBitsMax;
      this.qualityMin = qualityMin;
      this.limit = limit;
      this.scope = scope;
      Shelf[] all = byOrdinal;
      kinds = new BankKind[all.length];
      for (int i = 0; i < all.length; i++) {
        Bank bank = all[i].bank;
        boolean searched = bank.kind() != BankKind.QUARANTINE && bank.isOn(scope.nowMillis()) && scope.names(bank.name());
        kinds[i] = searched ? bank.kind() : null;
      }
    }

    @Override
    public PdqCode code() {
      return code;
    }

    @Override
    public int distanceBitsMax() {
      return distanceBitsMax;
    }

    @Override
    public void hit(ItemId id, int bank, int quality, int distanceBits) {
      if (bank >= kinds.length || kinds[bank] == null || quality < qualityMin) return;
      Long offUntil = byOrdinal[bank].off.get(id);
      if (offUntil != null && offUntil > scope.nowMillis()) return;
      var nearest = farthestFirst.computeIfAbsent(kinds[bank], kind -> new PriorityQueue<>(NEAREST_FIRST.reversed()));
      nearest.add(new PdqHit(id, kinds[bank], distanceBits));
      if (nearest.size() > limit) nearest.poll();
    }

    List<PdqHit> found() {
      return farthestFirst.values().stream().flatMap(Collection::stream).sorted(NEAREST_FIRST).toList();
    }
  }

  /// Ids break ties, so that every replica gives the same answer.
  private static final Comparator<PdqHit> NEAREST_FIRST = Comparator.comparingInt(PdqHit::distanceBits).thenComparing(PdqHit::id);

  // ---- writing: the engine alone

  void put(Bank bank) {
    shelves.compute(bank.name(), (name, shelf) -> {
      if (shelf == null) {
        shelf = new Shelf(byOrdinal.length, bank);
        Shelf[] longer = Arrays.copyOf(byOrdinal, byOrdinal.length + 1);
        longer[shelf.ordinal] = shelf;
        byOrdinal = longer;
      }
      shelf.bank = bank;
      return shelf;
    });
    noteSwitch(bank.availability());
  }

  /// Adds the item or takes over its state. A removed item leaves.
  void put(ItemId id, String bankName, PdqCode code, Availability availability, boolean removed) {
    if (removed) {
      remove(id);
      return;
    }
    Shelf shelf = shelves.get(bankName);
    if (shelf == null) throw new IllegalStateException("no such bank: " + bankName);
    Set<ItemId> seen = reloaded;
    if (seen != null) seen.add(id);
    if (table.put(id, shelf.ordinal, code)) {
      shelf.items.incrementAndGet();
      items.incrementAndGet();
    }
    if (availability.offUntilMillis() > 0) shelf.off.put(id, availability.offUntilMillis());
    else shelf.off.remove(id);
    noteSwitch(availability);
  }

  void remove(ItemId id) {
    int ordinal = table.remove(id);
    if (ordinal < 0) return;
    Shelf shelf = byOrdinal[ordinal];
    shelf.items.decrementAndGet();
    shelf.off.remove(id);
    items.decrementAndGet();
  }

  /// Runs what puts every item that there is, then forgets the others: what was removed while nobody told. What is put
  /// by others meanwhile stays, and is found all the while.
  void reload(Runnable puts) {
    Set<ItemId> seen = ConcurrentHashMap.newKeySet();
    List<ItemId> before = table.ids();
    reloaded = seen;
    try {
      puts.run();
      for (ItemId id : before) if (!seen.contains(id)) remove(id);
    } finally {
      reloaded = null;
    }
  }

  /// @param change +1 for a vector that came, -1 for one that went
  void countVector(String space, int dimension, long change) {
    dimensions.putIfAbsent(space, dimension);
    vectors.computeIfAbsent(space, name -> new AtomicLong()).addAndGet(change);
  }

  /// @return true if it was not stated before
  boolean settle(String fact, String value) {
    return facts.putIfAbsent(fact, value) == null;
  }

  /// For an engine that counts its vectors itself.
  void setVectors(String space, int dimension, long count) {
    dimensions.put(space, dimension);
    vectors.computeIfAbsent(space, name -> new AtomicLong()).set(count);
  }

  /// Call once a batch is written. @return the generation to store with it
  long advance(long nowMillis) {
    long before = generation(nowMillis);
    return stamp.updateAndGet(previous -> Math.max(Math.max(previous, before) + 1, nowMillis));
  }

  /// Takes over a generation that is stored or that another replica wrote.
  void advanceTo(long generation) {
    stamp.accumulateAndGet(generation, Math::max);
  }

  private void noteSwitch(Availability availability) {
    long until = availability.offUntilMillis();
    if (until > 0 && until < Long.MAX_VALUE) switchTimes.put(until, true);
  }

  static Item withoutVectors(Item item) {
    return new Item(item.id(), item.bank(), item.about(), item.added(), item.by(), item.sha256(), item.pdq(), Map.of(),
        item.spaces(), item.availability(), item.removed());
  }
}
