package verimesh.hash;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import verimesh.chassis.images.pdq.PdqConvention;
import verimesh.hash.bank.Availability;
import verimesh.hash.bank.BankKind;
import verimesh.hash.index.Catalogue;
import verimesh.hash.match.ItemMatch;
import verimesh.hash.match.TierReport;
import verimesh.hash.v1.Bank;
import verimesh.hash.v1.Change;
import verimesh.hash.v1.ChangeKind;
import verimesh.hash.v1.Item;
import verimesh.hash.v1.MatchTier;
import verimesh.hash.v1.Pdq;

/// Our own terms as callers get them.
final class ToWire {
  private final Catalogue catalogue;
  private final PdqConvention convention;
  private final InstantSource clock;

  /// @param convention of the PDQ hashes that the index holds
  ToWire(Catalogue catalogue, PdqConvention convention, InstantSource clock) {
    this.catalogue = catalogue;
    this.convention = convention;
    this.clock = clock;
  }

  verimesh.hash.v1.ItemMatch proto(ItemMatch match) {
    verimesh.hash.v1.ItemMatch.Builder proto = verimesh.hash.v1.ItemMatch.newBuilder()
        .setItem(proto(match.item())).setBankKind(proto(match.bankKind()));
    switch (match) {
      case ItemMatch.SameBytes _ -> proto.setTier(MatchTier.MATCH_TIER_SHA256);
      case ItemMatch.SamePicture same -> proto.setTier(MatchTier.MATCH_TIER_PDQ).setPdqDistanceBits(same.distanceBits()).setOrientationValue(same.way().ordinal());
      case ItemMatch.Similar similar -> proto.setTier(MatchTier.MATCH_TIER_EMBEDDING).setCosine(similar.cosine());
    }
    return proto.build();
  }

  static verimesh.hash.v1.TierReport proto(TierReport report) {
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

  Item proto(verimesh.hash.bank.Item item) {
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
          .setConvention(convention()));
    }
    until(item.availability()).ifPresent(proto::setDisabledUntil);
    return proto.build();
  }

  verimesh.hash.v1.PdqConvention convention() {
    return switch (convention) {
      case SHRUNK_512 -> verimesh.hash.v1.PdqConvention.PDQ_CONVENTION_SHRINK_512;
      case FULL_SIZE -> verimesh.hash.v1.PdqConvention.PDQ_CONVENTION_FULL_SIZE;
    };
  }

  Bank proto(verimesh.hash.bank.Bank bank) {
    Catalogue.Count count = catalogue.count(bank.name(), clock.millis());
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

  Optional<Timestamp> until(Availability availability) {
    boolean passes = !availability.isOn(clock.millis()) && availability.offUntilMillis() != Availability.OFF.offUntilMillis();
    return passes ? Optional.of(timestamp(Instant.ofEpochMilli(availability.offUntilMillis()))) : Optional.empty();
  }

  static verimesh.hash.v1.BankKind proto(BankKind kind) {
    return switch (kind) {
      case POSITIVE -> verimesh.hash.v1.BankKind.BANK_KIND_POSITIVE;
      case NEGATIVE -> verimesh.hash.v1.BankKind.BANK_KIND_NEGATIVE;
      case QUARANTINE -> verimesh.hash.v1.BankKind.BANK_KIND_QUARANTINE;
    };
  }

  static Change proto(verimesh.hash.bank.Change change) {
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
          case ITEMS_PURGED -> ChangeKind.CHANGE_KIND_ITEMS_PURGED;
        })
        .setBank(change.bank())
        .addAllItemIds(change.items())
        .setUndoes(change.undoes())
        .build();
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()).build();
  }
}
