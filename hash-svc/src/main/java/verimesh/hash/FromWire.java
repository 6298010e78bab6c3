package verimesh.hash;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import verimesh.chassis.images.pdq.Dihedral;
import verimesh.chassis.images.pdq.PdqConvention;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.hash.bank.Banks;
import verimesh.hash.bank.ItemId;
import verimesh.hash.match.PdqCode;
import verimesh.hash.v1.Pdq;
import verimesh.hash.v1.TurnedPdq;
import verimesh.hash.v1.Vector;

/// What callers send, in our own terms. What cannot be read is refused with its reason.
final class FromWire {
  private FromWire() {}

  static String sha256(ByteString bytes) {
    if (bytes.isEmpty()) return "";
    if (bytes.size() != 32) throw invalid("SHA256_LENGTH", "A SHA-256 has 32 bytes, not " + bytes.size() + ".");
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  static PdqCode pdq(Pdq pdq) {
    if (pdq.getHash().size() != PdqCode.BYTES) {
      throw invalid("PDQ_LENGTH", "A PDQ hash has " + PdqCode.BYTES + " bytes, not " + pdq.getHash().size() + ".");
    }
    if (pdq.getQuality() < 0 || pdq.getQuality() > 100) throw invalid("FIELD_INVALID", "A PDQ quality is 0 to 100.");
    return PdqCode.of(pdq.getHash().toByteArray(), pdq.getQuality());
  }

  static Map<Dihedral, PdqCode> turned(List<TurnedPdq> turned, int quality) {
    var codes = new EnumMap<Dihedral, PdqCode>(Dihedral.class);
    for (TurnedPdq one : turned) {
      int number = one.getOrientationValue();
      if (number < 1 || number >= Dihedral.values().length) {
        throw invalid("FIELD_INVALID", "A turned PDQ says how it was turned, by an orientation from 1 to 7, not " + number + ".");
      }
      Pdq pdq = Pdq.newBuilder().setHash(one.getHash()).setQuality(quality).build();
      if (codes.put(Dihedral.values()[number], pdq(pdq)) != null) {
        throw invalid("FIELD_INVALID", "The orientation " + one.getOrientation() + " is given twice.");
      }
    }
    return codes;
  }

  static PdqConvention convention(verimesh.hash.v1.PdqConvention convention) {
    return switch (convention) {
      case PDQ_CONVENTION_FULL_SIZE -> PdqConvention.FULL_SIZE;
      case PDQ_CONVENTION_SHRINK_512, PDQ_CONVENTION_UNSPECIFIED, UNRECOGNIZED -> PdqConvention.SHRUNK_512;
    };
  }

  static float[] floats(Vector vector) {
    float[] values = new float[vector.getValuesCount()];
    for (int i = 0; i < values.length; i++) values[i] = vector.getValues(i);
    return values;
  }

  static List<ItemId> ids(List<String> texts) {
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

  static Instant instant(Timestamp time) {
    try {
      return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    } catch (RuntimeException e) {
      throw invalid("FIELD_INVALID", "until is no time.");
    }
  }

  static ProblemException invalid(String reason, String message) {
    return new ProblemException(new Problem.Invalid(reason, message));
  }

  static ProblemException unknownItem(String id) {
    String shown = id.length() > 64 ? id.substring(0, 64) + "..." : id;
    return new ProblemException(new Problem.Missing("ITEM_UNKNOWN", "There is no item \"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"."));
  }
}
