package verimesh.hash;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.common.v1.Priority;
import verimesh.hash.bank.Availability;
import verimesh.hash.bank.Banks;
import verimesh.hash.bank.BankKind;
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
import verimesh.hash.match.TierReport;
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
import verimesh.hash.v1.MoveItemsRequest;
import verimesh.hash.v1.MoveItemsResponse;
import verimesh.hash.v1.PurgeRequest;
import verimesh.hash.v1.PurgeResponse;
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
  private final ToWire wire;

  HashEndpoint(Matcher matcher, Banks banks, ItemIndex index, Callers callers, RegistrationRate rate, InstantSource clock) {
    this.matcher = matcher;
    this.banks = banks;
    this.index = index;
    this.callers = callers;
    this.rate = rate;
    this.clock = clock;
    this.wire = new ToWire(index.catalogue(), matcher.config().pdqConvention(), clock);
  }

  // ---- matching

  @Override
  public void match(MatchRequest request, StreamObserver<MatchResponse> out) {
    MatchAnswer answer = matcher.match(query(request), request.getPriority() == Priority.PRIORITY_BATCH, timeLeft());
    MatchResponse.Builder response = MatchResponse.newBuilder()
        .setPositiveItems(answer.positiveItems())
        .setNegativeItems(answer.negativeItems())
        .setGeneration(answer.generation());
    for (ItemMatch match : answer.matches()) response.addMatches(wire.proto(match));
    for (TierReport tier : answer.tiers()) response.addTiers(wire.proto(tier));
    answer(out, response.build());
  }

  private MatchQuery query(MatchRequest request) {
    float[] vector = null;
    String space = "";
    if (request.hasVector()) {
      space = request.getVector().getEmbeddingSpace();
      Banks.checkSpace(space);
      vector = UnitVector.of(FromWire.floats(request.getVector()));
    }
    if (request.getLimit() > MatchQuery.LIMIT_MAX || request.getLimit() < 0) { // a uint32 above 2^31 reads as negative
      throw FromWire.invalid("FIELD_INVALID", "limit is " + Integer.toUnsignedString(request.getLimit()) + "; 1 to " + MatchQuery.LIMIT_MAX + " are taken.");
    }
    if (request.getTurnedPdqsCount() > 0 && !request.hasPdq()) throw FromWire.invalid("FIELD_INVALID", "turned_pdqs come with a pdq; there is none.");
    for (String bank : request.getBanksList()) banks.known(bank);
    return new MatchQuery(
        FromWire.sha256(request.getSha256()),
        request.hasPdq() ? FromWire.pdq(request.getPdq()) : null,
        FromWire.turned(request.getTurnedPdqsList(), request.getPdq().getQuality()),
        FromWire.convention(request.getPdq().getConvention()),
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
    for (Vector vector : request.getVectorsList()) vectors.put(vector.getEmbeddingSpace(), FromWire.floats(vector));
    if (item.hasPdq() && FromWire.convention(item.getPdq().getConvention()) != matcher.config().pdqConvention()) {
      throw FromWire.invalid("FIELD_INVALID", "This index holds PDQ hashes of the convention "
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
        request.getBank(), about, FromWire.sha256(item.getSha256()), item.hasPdq() ? FromWire.pdq(item.getPdq()) : null, vectors));
  }

  static RegisterResponse acknowledgement(Banks.Registered registered) {
    return RegisterResponse.newBuilder().setItemId(registered.id().toString()).setCreated(registered.created()).build();
  }

  // ---- changing

  @Override
  public void setEnabled(SetEnabledRequest request, StreamObserver<SetEnabledResponse> out) {
    Caller caller = writer();
    Availability availability = request.getEnabled() ? Availability.ON
        : request.hasUntil() ? Availability.offUntil(FromWire.instant(request.getUntil())) : Availability.OFF;
    long changed = request.getItemIdsCount() == 0
        ? banks.switchBank(caller.name(), request.getBank(), availability) ? 1 : 0
        : banks.switchItems(caller.name(), request.getBank(), FromWire.ids(request.getItemIdsList()), availability);
    answer(out, SetEnabledResponse.newBuilder().setChanged(changed).build());
  }

  @Override
  public void remove(RemoveRequest request, StreamObserver<RemoveResponse> out) {
    Caller caller = writer();
    if (request.getWholeBank() == request.getItemIdsCount() > 0) {
      throw FromWire.invalid("FIELD_INVALID", "Name item ids, or set whole_bank: one of the two.");
    }
    long removed = request.getWholeBank()
        ? banks.removeBank(caller.name(), request.getBank())
        : banks.removeItems(caller.name(), request.getBank(), FromWire.ids(request.getItemIdsList()));
    answer(out, RemoveResponse.newBuilder().setRemoved(removed).build());
  }

  @Override
  public void moveItems(MoveItemsRequest request, StreamObserver<MoveItemsResponse> out) {
    Caller caller = writer();
    long moved = banks.move(caller.name(), FromWire.ids(request.getItemIdsList()), request.getToBank());
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
          throw FromWire.invalid("FIELD_INVALID", "bank.kind says which way the bank's matches count; it must be set.");
    };
    verimesh.hash.bank.Bank bank = banks.create(caller.name(), request.getBank().getName(), kind, request.getBank().getNote());
    answer(out, CreateBankResponse.newBuilder().setBank(wire.proto(bank)).build());
  }

  @Override
  public void undoChange(UndoChangeRequest request, StreamObserver<UndoChangeResponse> out) {
    Caller caller = writer();
    answer(out, UndoChangeResponse.newBuilder().setChange(wire.proto(banks.undo(caller.name(), request.getChangeId()))).build());
  }

  @Override
  public void purge(PurgeRequest request, StreamObserver<PurgeResponse> out) {
    Caller caller = writer();
    answer(out, PurgeResponse.newBuilder().setPurged(banks.purge(caller.name(), request.getBank())).build());
  }

  // ---- asking

  @Override
  public void getItem(GetItemRequest request, StreamObserver<GetItemResponse> out) {
    List<verimesh.hash.bank.Item> found = index.items(FromWire.ids(List.of(request.getItemId())));
    if (found.isEmpty()) throw FromWire.unknownItem(request.getItemId());
    answer(out, GetItemResponse.newBuilder().setItem(wire.proto(found.getFirst())).build());
  }

  @Override
  public void listBanks(ListBanksRequest request, StreamObserver<ListBanksResponse> out) {
    ListBanksResponse.Builder response = ListBanksResponse.newBuilder();
    index.catalogue().banks().values().stream().filter(bank -> !bank.removed()).forEach(bank -> response.addBanks(wire.proto(bank)));
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
        .setPdqConvention(wire.convention())
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
    ExportItemsResponse.Builder response = ExportItemsResponse.newBuilder().setItem(wire.proto(item));
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
    if (request.getLimit() < 0 || request.getLimit() > 1000) throw FromWire.invalid("FIELD_INVALID", "limit is 1 to 1000.");
    ListChangesResponse.Builder response = ListChangesResponse.newBuilder();
    index.changes(request.getBank(), request.getBefore(), request.getLimit() == 0 ? 100 : request.getLimit())
        .forEach(change -> response.addChanges(wire.proto(change)));
    answer(out, response.build());
  }

  // ---- shared

  private Caller writer() {
    callers.mayWrite(callers.current());
    return callers.current();
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
