package verimesh.hash.bank;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.hash.index.Batch;
import verimesh.hash.index.Catalogue;
import verimesh.hash.index.Edit;
import verimesh.hash.index.ItemIndex;

/// Everything that changes what the index holds. Each change is written together with its line of the audit log, and can
/// be taken back by it.
///
/// Thread-safe. Registrations run side by side; other changes one after another in a process. What two replicas change
/// in the same item at the same moment, the later one keeps.
public final class Banks {
  /// Items named in one call.
  public static final int ITEMS_A_CALL_MAX = 10_000;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /// @param created false if the bank held these bytes already
  public record Registered(ItemId id, boolean created) {}

  private final ItemIndex index;
  private final Limits limits;
  private final InstantSource clock;
  private final ReentrantLock editing = new ReentrantLock();
  private final AtomicLong lastId = new AtomicLong();
  private final int replica; // keeps apart the ids that two replicas give in the same microsecond

  public Banks(ItemIndex index, Limits limits, InstantSource clock, RandomGenerator random) {
    this.index = index;
    this.limits = limits;
    this.clock = clock;
    this.replica = random.nextInt();
  }

  // ---- banks

  /// @return the bank as it stands: the one that was there already if it is of the same kind
  public Bank create(String by, String name, BankKind kind, String note) {
    Bank bank = new Bank(name, kind, Availability.ON, note, now(), false);
    limits.check(bank);
    return editing(() -> {
      Optional<Bank> there = catalogue().bank(name);
      if (there.isPresent() && !there.get().removed()) {
        if (there.get().kind() == kind) return there.get();
        throw new ProblemException(new Problem.Invalid("FIELD_INVALID",
            "The bank " + name + " exists and is " + there.get().kind().name().toLowerCase(Locale.ROOT) + "."));
      }
      if (there.isEmpty() && catalogue().bankCount() >= limits.banksMax()) {
        throw new ProblemException(new Problem.OverLimit("BANKS_MAX",
            "There are " + limits.banksMax() + " banks already. Remove one, or raise VERIMESH_HASH_BANKS_MAX."));
      }
      List<Edit> edits = new ArrayList<>();
      if (there.isPresent()) edits.add(new Edit.EraseItems(name)); // a new bank does not inherit what a removed one held
      edits.add(new Edit.PutBank(bank));
      write(edits, change(by, Change.Kind.BANK_CREATED, name, List.of(), Map.of(), ""));
      return bank;
    });
  }

  /// @return true if that changed anything
  public boolean switchBank(String by, String name, Availability availability) {
    return editing(() -> {
      Bank bank = known(name);
      if (bank.availability().equals(availability)) return false;
      putBank(by, Change.Kind.BANK_SWITCHED, bank, bank.with(availability), "");
      return true;
    });
  }

  /// Takes a bank away with everything in it, so that it can be brought back.
  /// @return how many items it held
  public long removeBank(String by, String name) {
    return editing(() -> {
      Bank bank = known(name);
      putBank(by, Change.Kind.BANK_REMOVED, bank, bank.removed(true), "");
      return catalogue().count(name, clock.millis()).items();
    });
  }

  private Change putBank(String by, Change.Kind kind, Bank before, Bank after, String undoes) {
    Change change = change(by, kind, before.name(), List.of(),
        Map.of("", Long.toString(before.availability().offUntilMillis()), "after", Long.toString(after.availability().offUntilMillis())), undoes);
    write(List.of(new Edit.PutBank(after)), change);
    return change;
  }

  /// @throws ProblemException BANK_UNKNOWN
  public Bank known(String name) {
    return catalogue().bank(name).filter(bank -> !bank.removed()).orElseThrow(() -> new ProblemException(new Problem.Missing("BANK_UNKNOWN",
        "There is no bank \"" + printable(name) + "\". Create it first.")));
  }

  // ---- items

  /// The item that a registration would become.
  /// @throws ProblemException if it is not fit to be registered
  public Item check(String by, Registration registration) {
    limits.check(registration.bank(), registration.about());
    known(registration.bank());
    boolean named = !registration.sha256().isEmpty();
    if (named && !SHA256.matcher(registration.sha256()).matches()) {
      throw new ProblemException(new Problem.Invalid("SHA256_LENGTH", "A SHA-256 has 32 bytes."));
    }
    if (!named && (registration.about().externalId().isEmpty() || registration.vectors().isEmpty())) {
      throw new ProblemException(new Problem.Invalid("SHA256_LENGTH",
          "An item needs the SHA-256 of its bytes, or else a vector and an external id."));
    }
    if (registration.vectors().size() > Limits.SPACES_MAX) {
      throw new ProblemException(new Problem.Invalid("FIELD_INVALID", "An item has at most " + Limits.SPACES_MAX + " vectors."));
    }
    Map<String, float[]> units = new HashMap<>();
    registration.vectors().forEach((space, vector) -> {
      checkSpace(space);
      float[] unit = UnitVector.of(vector);
      catalogue().dimension(space).filter(dimension -> dimension != unit.length).ifPresent(dimension -> {
        throw new ProblemException(new Problem.Invalid("VECTOR_DIMENSION",
            "The vector has " + unit.length + " numbers; those of " + space + " have " + dimension + "."));
      });
      units.put(space, unit);
    });
    String key = named ? registration.sha256() : "external:" + registration.about().externalId();
    return new Item(ItemId.of(registration.bank(), key), registration.bank(), registration.about(), now(), by,
        registration.sha256(), registration.pdq(), units, units.keySet(), Availability.ON, false);
  }

  /// @throws ProblemException FIELD_INVALID
  public static void checkSpace(String space) {
    if (space.isBlank() || space.length() > Limits.SPACE_CHARACTERS_MAX || space.codePoints().anyMatch(Character::isISOControl)) {
      throw new ProblemException(new Problem.Invalid("FIELD_INVALID",
          "An embedding space is named by 1 to " + Limits.SPACE_CHARACTERS_MAX + " characters, as embedding-svc names it."));
    }
  }

  /// Registers items of one bank that [#check] made. Idempotent; what is acknowledged is on disk.
  public CompletableFuture<List<Registered>> register(String by, List<Item> items) {
    if (catalogue().items() + items.size() > limits.itemsMax()) {
      return CompletableFuture.failedFuture(new ProblemException(new Problem.OverLimit("ITEMS_MAX",
          "The index is full: " + limits.itemsMax() + " items. Remove some, or raise VERIMESH_HASH_ITEMS_MAX.")));
    }
    // Ids that are there already need no line in the audit log; if one slips through, undoing it finds it twice registered.
    List<String> fresh = items.stream().filter(item -> !catalogue().contains(item.id())).map(item -> item.id().toString()).distinct().toList();
    Change change = fresh.isEmpty() ? null : change(by, Change.Kind.ITEMS_REGISTERED, items.getFirst().bank(), fresh, Map.of(), "");
    return index.write(new Batch(items.stream().<Edit>map(Edit.Add::new).toList(), change)).thenApply(created -> {
      List<Registered> registered = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) registered.add(new Registered(items.get(i).id(), created.get(i)));
      return registered;
    });
  }

  /// @return how many changed
  public long switchItems(String by, String bank, List<ItemId> ids, Availability availability) {
    return editing(() -> {
      known(bank);
      List<Item> changed = heldIn(bank, ids).stream().filter(item -> !item.availability().equals(availability)).toList();
      if (!changed.isEmpty()) switchItems(by, bank, changed, item -> availability, "");
      return (long) changed.size();
    });
  }

  private Change switchItems(String by, String bank, List<Item> items, Function<Item, Availability> to, String undoes) {
    Map<String, String> before = new HashMap<>();
    List<Edit> edits = new ArrayList<>();
    for (Item item : items) {
      before.put(item.id().toString(), item.availability().offUntilMillis() + ">" + to.apply(item).offUntilMillis());
      edits.add(new Edit.Put(item.with(to.apply(item))));
    }
    Change change = change(by, Change.Kind.ITEMS_SWITCHED, bank, idsOf(items), before, undoes);
    write(edits, change);
    return change;
  }

  /// Takes items away, so that they can be brought back.
  /// @return how many were there
  public long removeItems(String by, String bank, List<ItemId> ids) {
    return editing(() -> {
      known(bank);
      List<Item> there = heldIn(bank, ids);
      if (!there.isEmpty()) putRemoved(by, Change.Kind.ITEMS_REMOVED, bank, there, true, "");
      return (long) there.size();
    });
  }

  private Change putRemoved(String by, Change.Kind kind, String bank, List<Item> items, boolean removed, String undoes) {
    Change change = change(by, kind, bank, idsOf(items), Map.of(), undoes);
    write(items.stream().<Edit>map(item -> new Edit.Put(item.removed(removed))).toList(), change);
    return change;
  }

  /// Forgets for good what was removed from a bank, or everything that a removed bank held. Its line in the audit log stays
  /// and cannot be taken back.
  /// @return how many items are gone
  public long purge(String by, String name) {
    return editing(() -> {
      Bank bank = catalogue().bank(name).orElseGet(() -> known(name)); // one that was removed, too
      long gone = index.removed(name) + (bank.removed() ? catalogue().count(name, clock.millis()).items() : 0);
      if (gone > 0) {
        Edit erase = bank.removed() ? new Edit.EraseItems(name) : new Edit.EraseRemoved(name);
        write(List.of(erase), change(by, Change.Kind.ITEMS_PURGED, name, List.of(), Map.of(), ""));
      }
      return gone;
    });
  }

  /// Moves items to another bank, as when somebody releases them from quarantine.
  /// @return how many were moved
  public long move(String by, List<ItemId> ids, String toBank) {
    return editing(() -> {
      known(toBank);
      List<Item> items = held(ids).stream().filter(item -> !item.bank().equals(toBank)).toList();
      if (!items.isEmpty()) moveAll(by, items, item -> toBank, toBank, "");
      return (long) items.size();
    });
  }

  private Change moveAll(String by, List<Item> items, Function<Item, String> to, String bank, String undoes) {
    Map<String, String> before = new LinkedHashMap<>();
    List<Edit> edits = new ArrayList<>();
    for (Item item : items) {
      Item moved = item.in(to.apply(item));
      before.put(moved.id().toString(), item.bank());
      edits.add(new Edit.Move(item.id(), moved));
    }
    Change change = change(by, Change.Kind.ITEMS_MOVED, bank, List.copyOf(before.keySet()), before, undoes);
    write(edits, change);
    return change;
  }

  // ---- undo

  /// @return the change that takes it back
  public Change undo(String by, String changeId) {
    return editing(() -> {
      Change done = index.change(changeId).orElseThrow(() -> new ProblemException(new Problem.Missing("CHANGE_UNKNOWN",
          "There is no change \"" + printable(changeId) + "\" in the audit log.")));
      return switch (done.kind()) { // no default: a new kind of change needs its way back
        case BANK_CREATED -> {
          Bank bank = catalogue().bank(done.bank()).filter(b -> !b.removed()).orElseThrow(() -> undone(done));
          if (catalogue().count(bank.name(), clock.millis()).items() > 0) throw overtaken(done);
          yield putBank(by, Change.Kind.BANK_REMOVED, bank, bank.removed(true), done.id());
        }
        case BANK_REMOVED -> {
          Bank bank = catalogue().bank(done.bank()).filter(Bank::removed).orElseThrow(() -> undone(done));
          yield putBank(by, Change.Kind.BANK_CREATED, bank, bank.removed(false), done.id());
        }
        case BANK_SWITCHED -> {
          Bank bank = known(done.bank());
          String now = Long.toString(bank.availability().offUntilMillis());
          if (now.equals(done.before().get(""))) throw undone(done);
          if (!now.equals(done.before().get("after"))) throw overtaken(done);
          yield putBank(by, Change.Kind.BANK_SWITCHED, bank, bank.with(new Availability(Long.parseLong(done.before().get("")))), done.id());
        }
        case ITEMS_REGISTERED -> {
          known(done.bank());
          List<Item> there = held(parsed(done.items()));
          if (there.isEmpty()) throw undone(done);
          yield putRemoved(by, Change.Kind.ITEMS_REMOVED, done.bank(), there, true, done.id());
        }
        case ITEMS_REMOVED -> {
          known(done.bank());
          List<Item> removed = parsed(done.items()).stream().map(index::item).flatMap(Optional::stream).filter(Item::removed).toList();
          if (removed.isEmpty()) throw undone(done);
          yield putRemoved(by, Change.Kind.ITEMS_REGISTERED, done.bank(), removed, false, done.id());
        }
        case ITEMS_SWITCHED -> {
          known(done.bank());
          Map<String, Long> back = new HashMap<>();
          boolean allBack = true;
          List<Item> there = held(parsed(done.items()));
          for (Item item : there) {
            String[] fromTo = done.before().getOrDefault(item.id().toString(), "").split(">");
            String now = Long.toString(item.availability().offUntilMillis());
            if (fromTo.length == 2 && now.equals(fromTo[1])) back.put(item.id().toString(), Long.parseLong(fromTo[0]));
            allBack &= fromTo.length == 2 && now.equals(fromTo[0]);
          }
          if (back.isEmpty()) throw allBack ? undone(done) : overtaken(done);
          List<Item> changed = there.stream().filter(item -> back.containsKey(item.id().toString())).toList();
          yield switchItems(by, done.bank(), changed, item -> new Availability(back.get(item.id().toString())), done.id());
        }
        case ITEMS_PURGED -> throw undone(done);
        case ITEMS_MOVED -> {
          List<Item> there = held(parsed(done.items()));
          if (there.isEmpty()) throw undone(done);
          for (Item item : there) known(done.before().get(item.id().toString()));
          String back = done.before().get(there.getFirst().id().toString());
          yield moveAll(by, there, item -> done.before().get(item.id().toString()), back, done.id());
        }
      };
    });
  }

  private static ProblemException undone(Change change) {
    return new ProblemException(new Problem.NotSetUp("CHANGE_UNDONE", "Nothing is left of the change " + change.id() + " to take back."));
  }

  private static ProblemException overtaken(Change change) {
    return new ProblemException(new Problem.NotSetUp("CHANGE_OVERTAKEN",
        "Later changes stand on the change " + change.id() + ". Take those back first."));
  }

  // ---- shared by all of it

  private Catalogue catalogue() {
    return index.catalogue();
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis()); // to the millisecond, as it is stored
  }

  private List<Item> heldIn(String bank, List<ItemId> ids) {
    List<Item> items = held(ids);
    for (Item item : items) {
      if (!item.bank().equals(bank)) throw new ProblemException(new Problem.Missing("ITEM_UNKNOWN", "The item " + item.id() + " is in another bank."));
    }
    return items;
  }

  private List<Item> held(List<ItemId> ids) {
    return index.items(ids.stream().distinct().toList());
  }

  private static List<ItemId> parsed(List<String> ids) {
    return ids.stream().map(ItemId::parse).filter(Objects::nonNull).toList();
  }

  private static List<String> idsOf(List<Item> items) {
    return items.stream().map(item -> item.id().toString()).collect(Collectors.toList());
  }

  private void write(List<Edit> edits, Change change) {
    try {
      index.write(new Batch(edits, change)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ProblemException problem) throw problem;
      throw e;
    }
  }

  private Change change(String by, Change.Kind kind, String bank, List<String> items, Map<String, String> before, String undoes) {
    long millis = clock.millis();
    // 1,000 ids a millisecond before they run ahead of the clock.
    long number = lastId.updateAndGet(last -> Math.max(last + 1, millis * 1000));
    String id = "%016x-%08x".formatted(number, replica);
    return new Change(id, Instant.ofEpochMilli(millis), by, kind, bank, items, before, undoes);
  }

  private <T> T editing(Supplier<T> edit) {
    editing.lock();
    try {
      return edit.get();
    } finally {
      editing.unlock();
    }
  }

  /// What a stranger sent, fit for a message.
  private static String printable(String text) {
    String shown = text.codePoints().limit(64).map(c -> Character.isISOControl(c) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    return shown.length() < text.length() ? shown + "..." : shown;
  }
}
