package verimesh.orchestrator.witness;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import verimesh.chassis.images.pdq.Dihedral;
import verimesh.chassis.images.pdq.Pdq.DihedralResult;
import verimesh.common.v1.Priority;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.ItemMatch;
import verimesh.hash.v1.MatchRequest;
import verimesh.hash.v1.MatchResponse;
import verimesh.hash.v1.MatchTier;
import verimesh.hash.v1.Pdq;
import verimesh.hash.v1.PdqConvention;
import verimesh.hash.v1.TierReport;
import verimesh.hash.v1.TurnedPdq;
import verimesh.hash.v1.Vector;
import verimesh.orchestrator.fusion.HashAnswer;
import verimesh.orchestrator.fusion.HashAnswer.Tier;
import verimesh.orchestrator.fusion.IndexKnowledge;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.fusion.Nearness;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.Time;

/// hash-svc: have we seen it before? Asked tier by tier, as what is needed becomes known.
public final class HashWitness {
  /// What an index held is worth knowing for so long after it fell silent: banks change, also while we cannot ask.
  private static final Duration KNOWLEDGE_AGE_MAX = Duration.ofMinutes(1);

  private static final int PDQ_MATCHES = 20;

  private static final Tier NOT_ASKED = new Tier.Unavailable("NOT_ASKED");

  private final Channel channel;
  private final Time time;
  private volatile Seen seen;

  private record Seen(IndexKnowledge.Known index, long atNanos) {}

  public HashWitness(Channel channel, Time time) {
    this.channel = channel;
    this.time = time;
  }

  /// By identity of bytes; also says what the index holds.
  ///
  /// @param sha256 32 bytes
  public CompletableFuture<LayerOutcome<HashReading>> bytes(byte[] sha256, Priority priority, Due due) {
    return match(MatchRequest.newBuilder().setSha256(UnsafeByteOperations.unsafeWrap(sha256)).setPriority(priority).build(), due);
  }

  /// @param hashed of all ways to turn the picture, shrunk to 512 x 512 first
  public CompletableFuture<LayerOutcome<HashReading>> pdq(DihedralResult hashed, Priority priority, Due due) {
    // More than the usual five: an AI edit decides nothing, and an item that decides may lie behind several of them.
    MatchRequest.Builder request = MatchRequest.newBuilder().setLimit(PDQ_MATCHES).setPriority(priority);
    hashed.hashes().forEach((way, hash) -> {
      ByteString bytes = UnsafeByteOperations.unsafeWrap(hash.bytes());
      if (way == Dihedral.ORIGINAL) {
        request.setPdq(Pdq.newBuilder().setHash(bytes).setQuality(hashed.quality()).setConvention(PdqConvention.PDQ_CONVENTION_SHRINK_512));
      } else {
        request.addTurnedPdqs(TurnedPdq.newBuilder().setOrientationValue(way.ordinal()).setHash(bytes));
      }
    });
    return match(request.build(), due);
  }

  public CompletableFuture<LayerOutcome<HashReading>> vector(EmbeddingReading.Vector vector, Priority priority, Due due) {
    Vector asked = Vector.newBuilder().addAllValues(vector.values()).setEmbeddingSpace(vector.embeddingSpace()).build();
    return match(MatchRequest.newBuilder().setVector(asked).setPriority(priority).build(), due);
  }

  /// What is known of the index without asking it.
  public IndexKnowledge knowledge() {
    Seen last = seen;
    boolean fresh = last != null && time.nanos() - last.atNanos <= KNOWLEDGE_AGE_MAX.toNanos();
    return fresh ? last.index : new IndexKnowledge.Unknown();
  }

  private CompletableFuture<LayerOutcome<HashReading>> match(MatchRequest request, Due due) {
    return Rpc.ask(channel, HashServiceGrpc.getMatchMethod(), request, due)
        .thenApply(outcome -> Rpc.read(outcome, response -> reading(request, response)));
  }

  private HashReading reading(MatchRequest request, MatchResponse response) {
    var known = new IndexKnowledge.Known(response.getPositiveItems(), response.getNegativeItems());
    seen = new Seen(known, time.nanos());
    List<HashReading.Found> found = new ArrayList<>();
    for (ItemMatch match : response.getMatchesList()) {
      boolean positive = match.getBankKind() == BankKind.BANK_KIND_POSITIVE;
      if (!positive && match.getBankKind() != BankKind.BANK_KIND_NEGATIVE) continue; // a quarantine matches nothing
      Nearness nearness = nearness(match, request);
      if (nearness == null) continue;
      var item = match.getItem();
      found.add(
          new HashReading.Found(
              new HashAnswer.Match(nearness, item.getAiEdit()), positive, item.getBank(), item.getItemId(), item.getGenerator(), way(match)));
    }
    return HashReading.of(
        found,
        known.positiveItems(),
        known.negativeItems(),
        response.getGeneration(),
        request.hasPdq() ? tier(response, MatchTier.MATCH_TIER_PDQ) : NOT_ASKED,
        request.hasVector() ? tier(response, MatchTier.MATCH_TIER_EMBEDDING) : NOT_ASKED);
  }

  /// An orientation that this side does not know is one of a later version: the match stands, its way is not told.
  private static Dihedral way(ItemMatch match) {
    int number = match.getOrientationValue();
    return number >= 0 && number < Dihedral.values().length ? Dihedral.values()[number] : Dihedral.ORIGINAL;
  }

  /// Null for a tier that this side does not know.
  private static Nearness nearness(ItemMatch match, MatchRequest request) {
    return switch (match.getTier()) {
      case MATCH_TIER_SHA256 -> new Nearness.SameBytes();
      case MATCH_TIER_PDQ -> {
        int asked = request.getPdq().getQuality();
        int held = match.getItem().hasPdq() ? match.getItem().getPdq().getQuality() : asked;
        yield new Nearness.Pdq(match.getPdqDistanceBits(), Math.min(asked, held));
      }
      case MATCH_TIER_EMBEDDING -> new Nearness.Cosine(match.getCosine());
      case MATCH_TIER_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }

  private static Tier tier(MatchResponse response, MatchTier tier) {
    for (TierReport report : response.getTiersList()) {
      if (report.getTier() != tier) continue;
      return report.getSearched() ? new Tier.Searched(report.getItems()) : new Tier.Unavailable(report.getReason());
    }
    return new Tier.Searched(Long.MAX_VALUE);
  }
}
