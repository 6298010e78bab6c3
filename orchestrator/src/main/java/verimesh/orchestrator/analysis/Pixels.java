package verimesh.orchestrator.analysis;

import java.util.List;
import verimesh.chassis.images.RgbTensor;
import verimesh.chassis.images.pdq.Pdq;

/// What one decode of a picture gave.
public sealed interface Pixels {
  /// What was noticed while decoding: `first frame of 12`, `truncated`, ...
  List<String> remarks();

  /// @param pdq of all ways to turn the picture
  /// @param tensors one for each spec that was asked for, in that order
  record Seen(Pdq.DihedralResult pdq, List<RgbTensor> tensors, List<String> remarks) implements Pixels {
    public Seen {
      tensors = List.copyOf(tensors);
      remarks = List.copyOf(remarks);
    }
  }

  /// @param why `FORMAT_NOT_DECODABLE` or `PIXELS_DAMAGED`
  record None(String why, List<String> remarks) implements Pixels {
    public static final String FORMAT_NOT_DECODABLE = "FORMAT_NOT_DECODABLE";
    public static final String PIXELS_DAMAGED = "PIXELS_DAMAGED";

    public None {
      remarks = List.copyOf(remarks);
    }
  }
}
