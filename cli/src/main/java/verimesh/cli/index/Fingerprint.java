package verimesh.cli.index;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import verimesh.chassis.images.pdq.Dihedral;
import verimesh.chassis.images.pdq.Pdq;
import verimesh.hash.v1.PdqConvention;
import verimesh.hash.v1.TurnedPdq;

/// By what a file is known.
///
/// @param file as it was named
/// @param sha256 64 lower-case hex digits; empty if the file could not be read
/// @param hashed by PDQ, all ways to turn the picture; empty where the pixels could not be decoded
/// @param problem why something is missing; empty if nothing is
public record Fingerprint(String file, String sha256, Optional<Pdq.DihedralResult> hashed, String problem) {

  ByteString sha256Bytes() {
    return ByteString.copyFrom(HexFormat.of().parseHex(sha256));
  }

  Optional<Pdq.Result> pdq() {
    return hashed.map(Pdq.DihedralResult::original);
  }

  /// The other ways to turn the picture.
  List<TurnedPdq> turnedMessages() {
    return hashed.stream().flatMap(result -> result.hashes().entrySet().stream())
        .filter(way -> way.getKey() != Dihedral.ORIGINAL)
        .map(way -> TurnedPdq.newBuilder().setOrientationValue(way.getKey().ordinal()).setHash(ByteString.copyFrom(way.getValue().bytes())).build())
        .toList();
  }

  Optional<verimesh.hash.v1.Pdq> pdqMessage(PdqConvention convention) {
    return pdq().map(result -> verimesh.hash.v1.Pdq.newBuilder()
        .setHash(ByteString.copyFrom(result.hash().bytes()))
        .setQuality(result.quality())
        .setConvention(convention)
        .build());
  }
}
