package verimesh.hash;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import verimesh.chassis.images.pdq.PdqConvention;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.common.v1.Priority;
import verimesh.hash.bank.Availability;
import verimesh.hash.bank.Banks;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.ItemId;
import verimesh.hash.bank.ItemLabel;
import verimesh.hash.bank.Registration;
import verimesh.hash.bank.UnitVector;
import verimesh.hash.caller.Caller;
import verimesh.hash.caller.Callers;
import verimesh.hash.caller.RegistrationRate;
import verimesh.hash.index.Catalogue;
import verimesh.hash.index.ItemIndex;
import verimesh.hash.match.ItemMatch;
import verimesh.hash.match.MatchAnswer;
import verimesh.hash.match.MatchQuery;
import verimesh.hash.match.Matcher;
import verimesh.hash.match.PdqCode;
import verimesh.hash.match.TierReport;
import verimesh.hash.v1.Bank;
import verimesh.hash.v1.Change;
import verimesh.hash.v1.ChangeKind;
import verimesh.hash.v1.CreateBankRequest;
import verimesh.hash.v1.CreateBankResponse;
import verimesh.hash.v1.ExportItemsRequest;
import verimesh.hash.v1.ExportItemsResponse;
import verimesh.hash.v1.GetItemRequest;
import verimesh.hash.v1.GetItemResponse;
import verimesh.hash.v1.GetStatisticsRequest;
import verimesh.hash.v1.GetStatisticsResponse;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.Item;
import verimesh.hash.v1.ListBanksRequest;
import verimesh.hash.v1.ListBanksResponse;
import verimesh.hash.v1.ListChangesRequest;
import verimesh.hash.v1.ListChangesResponse;
import verimesh.hash.v1.MatchRequest;
import verimesh.hash.v1.MatchResponse;
import verimesh.hash.v1.MatchTier;
import verimesh.hash.v1.MoveItemsRequest;
import verimesh.hash.v1.MoveItemsResponse;
import verimesh.hash.v1.Pdq;
import verimesh.hash.v1.RegisterRequest;
import verimesh.hash.v1.RegisterResponse;
import verimesh.hash.v1.RemoveRequest;
import verimesh.hash.v1.RemoveResponse;
import verimesh.hash.v1.SetEnabledRequest;
import verimesh.hash.v1.SetEnabledResponse;
import verimesh.hash.v1.UndoChangeRequest;
import verimesh.hash.v1.UndoChangeResponse;
import verimesh.hash.v1.Vector;

/// gRPC in and out of hash-svc. Decides nothing: it asks who calls, translates, and hands on.
public final class HashEndpoint extends HashServiceGrpc.HashServiceImplBase {
  private static final Duration NO_DEADLINE = Duration.ofMinutes(1);

  private final Matcher matcher;
  private final Banks banks;
  private final ItemIndex index;
  private final Callers callers;
  private final RegistrationRate rate;
  private final InstantSource clock;

  HashEndpoint(Matcher matcher, Banks banks, ItemIndex index, Callers callers, RegistrationRate rate, InstantSource clock) {
    this.matcher = matcher;
    this.banks = banks;
    this.index = index;
    this.callers = callers;
    this.rate = rate;
    this.clock = clock;
  }

  // ---- matching

  @Override
  public void match(MatchRequest request, StreamObserver<MatchResponse> out) {
    MatchAnswer answer = matcher.match(query(request), request.getPriority() == Priority.PRIORITY_BATCH, timeLeft());
    MatchResponse.Builder response = MatchResponse.newBuilder()
        .setPositiveItems(answer.positiveItems())
        .setNegativeItems(answer.negativeItems())
        .setGeneration(answer.generation());
    for (ItemMatch match : answer.matches()) response.addMatches(proto(match));
    for (TierReport tier : answer.tiers()) response.addTiers(proto(tier));
    answer(out, response.build());
  }

  private MatchQuery query(MatchRequest request) {
    float[] vector = null;
    String space = "";
    if (request.hasVector()) {
      space = request.getVector().getEmbeddingSpace();
      Banks.checkSpace(space);
      vector = UnitVector.of(floats(request.getVector()));
    }
    if (request.getLimit() > MatchQuery.LIMIT_MAX || request.getLimit() < 0) { // a uint32 above 2^31 reads as negative
      throw invalid("FIELD_INVALID", "limit is " + Integer.toUnsignedString(request.getLimit()) + "; 1 to " + MatchQuery.LIMIT_MAX + " are taken.");
    }
    for (String bank : request.getBanksList()) banks.known(bank);
    return new MatchQuery(
        sha256(request.getSha256()),
        request.hasPdq() ? pdq(request.getPdq()) : null,
        convention(request.getPdq().getConvention()),
        space,
        vector,
        request.getLimit() == 0 ? MatchQuery.LIMIT_DEFAULT : request.getLimit(),
        Set.copyOf(request.getBanksList()));
  }

  private static Duration timeLeft() {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null ? NO_DEADLINE : Duration.ofNanos(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
  }

  // ---- registering

  @Override
  public void register(RegisterRequest request, StreamObserver<RegisterResponse> out) {
    Caller caller = callers.current();
    verimesh.hash.bank.Item item = checked(caller, request);
    Duration wait = rate.take(caller, 1);
    if (!wait.isZero()) {
      throw new ProblemException(new Problem.Overloaded("REGISTRATION_RATE",
          "The caller \"" + caller.name() + "\" registers faster than VERIMESH_HASH_REGISTRATIONS_PER_SECOND allows.", wait));
    }
    Banks.Registered registered = await(banks.register(caller.name(), List.of(item))).getFirst();
    answer(out, acknowledgement(registered));
  }

  @Override
  public StreamObserver<RegisterRequest> registerStream(StreamObserver<RegisterResponse> out) {
    callers.mayRegisterSomewhere(callers.current());
    var stream = new RegisterStream(callers.current(), (ServerCallStreamObserver<RegisterResponse>) out, rate, banks, this::checked);
    stream.start();
    return stream;
  }

  /// The item that a request would become, if this caller may register it.
  private verimesh.hash.bank.Item checked(Caller caller, RegisterRequest request) {
    // Whoever may register nothing learns nothing, not even which banks there are.
    callers.mayRegisterSomewhere(caller);
    verimesh.hash.bank.Bank bank = banks.known(request.getBank());
    callers.mayRegister(caller, bank.kind());
    Item item = request.getItem();
    Map<String, float[]> vectors = new HashMap<>();
    for (Vector vector : request.getVectorsList()) vectors.put(vector.getEmbeddingSpace(), floats(vector));
    if (item.hasPdq() && convention(item.getPdq().getConvention()) != matcher.config().pdqConvention()) {
      throw invalid("FIELD_INVALID", "This index holds PDQ hashes of the convention "
          + matcher.config().pdqConvention().id() + "; hashes of the other lie 4 to 8 bits apart.");
    }
    var about = new verimesh.hash.bank.Item.About(
        switch (item.getLabel()) {
          case ITEM_LABEL_AI -> ItemLabel.AI;
          case ITEM_LABEL_REAL -> ItemLabel.REAL;
          case ITEM_LABEL_OTHER, ITEM_LABEL_UNSPECIFIED, UNRECOGNIZED -> ItemLabel.OTHER;
        },
        item.getAiEdit(),
        item.getGenerator(),
        item.getSource(),
        item.getExternalId(),
        item.getNote());
    return banks.check(caller.name(), new Registration(
        request.getBank(), about, sha256(item.getSha256()), item.hasPdq() ? pdq(item.getPdq()) : null, vectors));
  }

  static RegisterResponse acknowledgement(Banks.Registered registered) {
    return RegisterResponse.newBuilder().setItemId(registered.id().toString()).setCreated(registered.created()).build();
  }

  // ---- changing

  @Override
  public void setEnabled(SetEnabledRequest request, StreamObserver<SetEnabledResponse> out) {
    Caller caller = writer();
    Availability availability = request.getEnabled() ? Availability.ON
        : request.hasUntil() ? Availability.offUntil(instant(request.getUntil())) : Availability.OFF;
    long changed = request.getItemIdsCount() == 0
        ? banks.switchBank(caller.name(), request.getBank(), availability) ? 1 : 0
        : banks.switchItems(caller.name(), request.getBank(), ids(request.getItemIdsList()), availability);
    answer(out, SetEnabledResponse.newBuilder().setChanged(changed).build());
  }

  @Override
  public void remove(RemoveRequest request, StreamObserver<RemoveResponse> out) {
    Caller caller = writer();
    if (request.getWholeBank() == request.getItemIdsCount() > 0) {
      throw invalid("FIELD_INVALID", "Name item ids, or set whole_bank: one of the two.");
    }
    long removed = request.getWholeBank()
        ? banks.removeBank(caller.name(), request.getBank())
        : banks.removeItems(caller.name(), request.getBank(), ids(request.getItemIdsList()));
    answer(out, RemoveResponse.newBuilder().setRemoved(removed).build());
  }

  @Override
  public void moveItems(MoveItemsRequest request, StreamObserver<MoveItemsResponse> out) {
    Caller caller = writer();
    long moved = banks.move(caller.name(), ids(request.getItemIdsList()), request.getToBank());
    answer(out, MoveItemsResponse.newBuilder().setMoved(moved).build());
  }

  @Override
  public void createBank(CreateBankRequest request, StreamObserver<CreateBankResponse> out) {
    Caller caller = writer();
    BankKind kind = switch (request.getBank().getKind()) {
      case BANK_KIND_POSITIVE -> BankKind.POSITIVE;
      case BANK_KIND_NEGATIVE -> BankKind.NEGATIVE;
      case BANK_KIND_QUARANTINE -> BankKind.QUARANTINE;
      case BANK_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw invalid("FIELD_INVALID", "bank.kind says which way the bank's matches count; it must be set.");
    };
    verimesh.hash.bank.Bank bank = banks.create(caller.name(), request.getBank().getName(), kind, request.getBank().getNote());
    answer(out, CreateBankResponse.newBuilder().setBank(proto(bank)).build());
  }

  @Override
  public void undoChange(UndoChangeRequest request, StreamObserver<UndoChangeResponse> out) {
    Caller caller = writer();
    answer(out, UndoChangeResponse.newBuilder().setChange(proto(banks.undo(caller.name(), request.getChangeId()))).build());
  }

  // ---- asking

  @Override
  public void getItem(GetItemRequest request, StreamObserver<GetItemResponse> out) {
    List<verimesh.hash.bank.Item> found = index.items(ids(List.of(request.getItemId())));
    if (found.isEmpty()) throw unknownItem(request.getItemId());
    answer(out, GetItemResponse.newBuilder().setItem(proto(found.getFirst())).build());
  }

  @Override
  public void listBanks(ListBanksRequest request, StreamObserver<ListBanksResponse> out) {
    ListBanksResponse.Builder response = ListBanksResponse.newBuilder();
    index.catalogue().banks().values().stream().filter(bank -> !bank.removed()).forEach(bank -> response.addBanks(proto(bank)));
    answer(out, response.build());
  }

  @Override
  public void getStatistics(GetStatisticsRequest request, StreamObserver<GetStatisticsResponse> out) {
    Catalogue catalogue = index.catalogue();
    long on = 0;
    long listed = 0;
    for (verimesh.hash.bank.Bank bank : catalogue.banks().values()) {
      if (bank.removed()) continue;
      listed++;
      on += catalogue.count(bank.name(), clock.millis()).on();
    }
    answer(out, GetStatisticsResponse.newBuilder()
        .setItems(catalogue.items())
        .setEnabledItems(on)
        .setBanks(listed)
        .putAllVectors(catalogue.vectors())
        .setEngine(index.engine())
        .setPdqConvention(switch (matcher.config().pdqConvention()) {
          case SHRUNK_512 -> verimesh.hash.v1.PdqConvention.PDQ_CONVENTION_SHRINK_512;
          case FULL_SIZE -> verimesh.hash.v1.PdqConvention.PDQ_CONVENTION_FULL_SIZE;
        })
        .setDiskBytes(index.bytes())
        .setGeneration(catalogue.generation(clock.millis()))
        .build());
  }

  @Override
  public void exportItems(ExportItemsRequest request, StreamObserver<ExportItemsResponse> out) {
    writer();
    banks.known(request.getBank());
    var paced = new PacedStream<>((ServerCallStreamObserver<ExportItemsResponse>) out, () -> {});
    Thread.ofVirtual().name("hash-export").start(() -> {
      try {
        index.export(request.getBank(), request.getWithVectors(), item -> paced.send(exported(item)));
        out.onCompleted();
      } catch (RuntimeException e) {
        out.onError(e); // the chassis turns it into a status
      }
    });
  }

  private ExportItemsResponse exported(verimesh.hash.bank.Item item) {
    ExportItemsResponse.Builder response = ExportItemsResponse.newBuilder().setItem(proto(item));
    item.vectors().forEach((space, unit) -> {
      Vector.Builder vector = Vector.newBuilder().setEmbeddingSpace(space);
      for (float value : unit) vector.addValues(value);
      response.addVectors(vector);
    });
    return response.build();
  }

  @Override
  public void listChanges(ListChangesRequest request, StreamObserver<ListChangesResponse> out) {
    writer();
    if (request.getLimit() < 0 || request.getLimit() > 1000) throw invalid("FIELD_INVALID", "limit is 1 to 1000.");
    ListChangesResponse.Builder response = ListChangesResponse.newBuilder();
    index.changes(request.getBank(), request.getBefore(), request.getLimit() == 0 ? 100 : request.getLimit())
        .forEach(change -> response.addChanges(proto(change)));
    answer(out, response.build());
  }

  // ---- from the wire

  private Caller writer() {
    callers.mayWrite(callers.current());
    return callers.current();
  }

  private static String sha256(ByteString bytes) {
    if (bytes.isEmpty()) return "";
    if (bytes.size() != 32) throw invalid("SHA256_LENGTH", "A SHA-256 has 32 bytes, not " + bytes.size() + ".");
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static PdqCode pdq(Pdq pdq) {
    if (pdq.getHash().size() != PdqCode.BYTES) {
      throw invalid("PDQ_LENGTH", "A PDQ hash has " + PdqCode.BYTES + " bytes, not " + pdq.getHash().size() + ".");
    }
    if (pdq.getQuality() < 0 || pdq.getQuality() > 100) throw invalid("FIELD_INVALID", "A PDQ quality is 0 to 100.");
    return PdqCode.of(pdq.getHash().toByteArray(), pdq.getQuality());
  }

  private static PdqConvention convention(verimesh.hash.v1.PdqConvention convention) {
    return switch (convention) {
      case PDQ_CONVENTION_FULL_SIZE -> PdqConvention.FULL_SIZE;
      case PDQ_CONVENTION_SHRINK_512, PDQ_CONVENTION_UNSPECIFIED, UNRECOGNIZED -> PdqConvention.SHRUNK_512;
    };
  }

  private static float[] floats(Vector vector) {
    float[] values = new float[vector.getValuesCount()];
    for (int i = 0; i < values.length; i++) values[i] = vector.getValues(i);
    return values;
  }

  private static List<ItemId> ids(List<String> texts) {
    if (texts.size() > Banks.ITEMS_A_CALL_MAX) {
      throw invalid("FIELD_INVALID", texts.size() + " item ids; at most " + Banks.ITEMS_A_CALL_MAX + " are taken in one call.");
    }
    List<ItemId> ids = new ArrayList<>();
    for (String text : texts) {
      ItemId id = ItemId.parse(text);
      if (id == null) throw unknownItem(text);
      ids.add(id);
    }
    return ids;
  }

  private static Instant instant(Timestamp time) {
    try {
      return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    } catch (RuntimeException e) {
      throw invalid("FIELD_INVALID", "until is no time.");
    }
  }

  static ProblemException invalid(String reason, String message) {
    return new ProblemException(new Problem.Invalid(reason, message));
  }

  private static ProblemException unknownItem(String id) {
    String shown = id.length() > 64 ? id.substring(0, 64) + "..." : id;
    return new ProblemException(new Problem.Missing("ITEM_UNKNOWN", "There is no item \"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"."));
  }

  // ---- to the wire

  private verimesh.hash.v1.ItemMatch proto(ItemMatch match) {
    verimesh.hash.v1.ItemMatch.Builder proto = verimesh.hash.v1.ItemMatch.newBuilder()
        .setItem(proto(match.item())).setBankKind(proto(match.bankKind()));
    switch (match) {
      case ItemMatch.SameBytes _ -> proto.setTier(MatchTier.MATCH_TIER_SHA256);
      case ItemMatch.SamePicture same -> proto.setTier(MatchTier.MATCH_TIER_PDQ).setPdqDistanceBits(same.distanceBits());
      case ItemMatch.Similar similar -> proto.setTier(MatchTier.MATCH_TIER_EMBEDDING).setCosine(similar.cosine());
    }
    return proto.build();
  }

  private static verimesh.hash.v1.TierReport proto(TierReport report) {
    return verimesh.hash.v1.TierReport.newBuilder()
        .setTier(switch (report.tier()) {
          case SHA256 -> MatchTier.MATCH_TIER_SHA256;
          case PDQ -> MatchTier.MATCH_TIER_PDQ;
          case EMBEDDING -> MatchTier.MATCH_TIER_EMBEDDING;
        })
        .setSearched(report.searched())
        .setReason(report.reason())
        .setItems(report.items())
        .setExpectedFalseMatches(report.expectedFalseMatches())
        .setThreshold(report.threshold())
        .build();
  }

  private Item proto(verimesh.hash.bank.Item item) {
    Item.Builder proto = Item.newBuilder()
        .setItemId(item.id().toString())
        .setBank(item.bank())
        .setLabel(switch (item.about().label()) {
          case AI -> verimesh.hash.v1.ItemLabel.ITEM_LABEL_AI;
          case REAL -> verimesh.hash.v1.ItemLabel.ITEM_LABEL_REAL;
          case OTHER -> verimesh.hash.v1.ItemLabel.ITEM_LABEL_OTHER;
        })
        .setAiEdit(item.about().aiEdit())
        .setGenerator(item.about().generator())
        .setSource(item.about().source())
        .setExternalId(item.about().externalId())
        .setNote(item.about().note())
        .setAdded(timestamp(item.added()))
        .setEnabled(item.availability().isOn(clock.millis()))
        .addAllEmbeddingSpaces(item.spaces().stream().sorted().toList());
    if (!item.sha256().isEmpty()) proto.setSha256(ByteString.copyFrom(HexFormat.of().parseHex(item.sha256())));
    if (item.pdq() != null) {
      proto.setPdq(Pdq.newBuilder()
          .setHash(ByteString.copyFrom(item.pdq().hash()))
          .setQuality(item.pdq().quality())
          .setConvention(switch (matcher.config().pdqConvention()) {
            case SHRUNK_512 -> verimesh.hash.v1.PdqConvention.PDQ_CONVENTION_SHRINK_512;
            case FULL_SIZE -> verimesh.hash.v1.PdqConvention.PDQ_CONVENTION_FULL_SIZE;
          }));
    }
    until(item.availability()).ifPresent(proto::setDisabledUntil);
    return proto.build();
  }

  private Bank proto(verimesh.hash.bank.Bank bank) {
    Catalogue.Count count = index.catalogue().count(bank.name(), clock.millis());
    Bank.Builder proto = Bank.newBuilder()
        .setName(bank.name())
        .setKind(proto(bank.kind()))
        .setEnabled(bank.isOn(clock.millis()))
        .setNote(bank.note())
        .setItems(count.items())
        .setEnabledItems(count.on())
        .setCreated(timestamp(bank.created()));
    until(bank.availability()).ifPresent(proto::setDisabledUntil);
    return proto.build();
  }

  private Optional<Timestamp> until(Availability availability) {
    boolean passes = !availability.isOn(clock.millis()) && availability.offUntilMillis() != Availability.OFF.offUntilMillis();
    return passes ? Optional.of(timestamp(Instant.ofEpochMilli(availability.offUntilMillis()))) : Optional.empty();
  }

  private static verimesh.hash.v1.BankKind proto(BankKind kind) {
    return switch (kind) {
      case POSITIVE -> verimesh.hash.v1.BankKind.BANK_KIND_POSITIVE;
      case NEGATIVE -> verimesh.hash.v1.BankKind.BANK_KIND_NEGATIVE;
      case QUARANTINE -> verimesh.hash.v1.BankKind.BANK_KIND_QUARANTINE;
    };
  }

  private static Change proto(verimesh.hash.bank.Change change) {
    return Change.newBuilder()
        .setChangeId(change.id())
        .setAt(timestamp(change.at()))
        .setBy(change.by())
        .setKind(switch (change.kind()) {
          case BANK_CREATED -> ChangeKind.CHANGE_KIND_BANK_CREATED;
          case BANK_SWITCHED -> ChangeKind.CHANGE_KIND_BANK_SWITCHED;
          case BANK_REMOVED -> ChangeKind.CHANGE_KIND_BANK_REMOVED;
          case ITEMS_REGISTERED -> ChangeKind.CHANGE_KIND_ITEMS_REGISTERED;
          case ITEMS_SWITCHED -> ChangeKind.CHANGE_KIND_ITEMS_SWITCHED;
          case ITEMS_MOVED -> ChangeKind.CHANGE_KIND_ITEMS_MOVED;
          case ITEMS_REMOVED -> ChangeKind.CHANGE_KIND_ITEMS_REMOVED;
        })
        .setBank(change.bank())
        .addAllItemIds(change.items())
        .setUndoes(change.undoes())
        .build();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()).build();
  }

  private static <T> void answer(StreamObserver<T> out, T message) {
    out.onNext(message);
    out.onCompleted();
  }

  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ProblemException problem) throw problem;
      throw e;
    }
  }
}
