package verimesh.embedding.picture;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.RgbTensor;
import verimesh.chassis.images.SrgbPixels;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.cut.TensorCutter;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;

/// One picture, or several in one tensor.
public sealed interface Picture {
  /// Pixels for that spec, one buffer a picture or crop.
  /// @throws ProblemException if it was cut to another spec already
  List<ByteBuffer> cut(InputSpec spec);

  /// Whether [#cut] would work.
  boolean fits(InputSpec spec);

  /// The picture as people see it, for views: the whole one, or what the tensor kept of it.
  SrgbPixels shown();

  /// Decoded here.
  record Whole(StoredPixels stored) implements Picture {
    @Override
    public List<ByteBuffer> cut(InputSpec spec) {
      RgbTensor tensor = TensorCutter.cut(stored, List.of(spec)).getFirst();
      return slices(ByteBuffer.wrap(tensor.rgb()), tensor.count());
    }

    @Override
    public boolean fits(InputSpec spec) {
      return true;
    }

    @Override
    public SrgbPixels shown() {
      return SrgbPixels.of(stored);
    }

    /// One part of a shown picture, cut to a spec that resizes.
    /// @param shown from [#shown]
    public static ByteBuffer part(SrgbPixels shown, int left, int top, int width, int height, InputSpec spec) {
      byte[] rgb = new byte[width * height * 3];
      for (int row = 0; row < height; row++) {
        System.arraycopy(shown.rgb(), ((top + row) * shown.width() + left) * 3, rgb, row * width * 3, width * 3);
      }
      return ByteBuffer.wrap(TensorCutter.cut(new SrgbPixels(width, height, rgb), List.of(spec)).getFirst().rgb());
    }
  }

  /// Cut by the caller.
  ///
  /// @param rgb uint8 `[count, height, width, 3]`; shared with the request, so nobody writes to it
  record Cut(ByteBuffer rgb, int count, int height, int width, String specDigest) implements Picture {
    @Override
    public List<ByteBuffer> cut(InputSpec spec) {
      if (!specDigest.equals(spec.digest())) {
        throw new ProblemException(new Problem.Invalid(
            "INPUT_SPEC_MISMATCH",
            "The tensor was cut to the spec " + specDigest + "; the model takes " + spec.digest() + " (" + spec.canonicalText() + "). ListModels tells it."));
      }
      if (height != spec.size() || width != spec.size()) {
        throw new ProblemException(new Problem.Invalid(
            "TENSOR_SHAPE", "The tensor is " + width + "x" + height + " pixels; its spec makes squares of " + spec.size() + " px."));
      }
      return slices(rgb, count);
    }

    @Override
    public boolean fits(InputSpec spec) {
      return specDigest.equals(spec.digest());
    }

    @Override
    public SrgbPixels shown() {
      byte[] first = new byte[height * width * 3];
      rgb.duplicate().get(first);
      return new SrgbPixels(width, height, first);
    }
  }

  /// @throws ProblemException `NOT_AN_IMAGE`, `IMAGE_TOO_LARGE` or `FORMAT_NOT_DECODABLE`
  static Picture decode(Decoder decoder, byte[] file) {
    return switch (decoder.decode(file)) {
      case Decoded.Picture picture -> new Whole(picture.stored());
      case Decoded.Broken(String message) -> throw new ProblemException(new Problem.Invalid("NOT_AN_IMAGE", message));
      case Decoded.Unsupported unsupported -> throw new ProblemException(new Problem.Invalid("FORMAT_NOT_DECODABLE", unsupported.message()));
      case Decoded.OverLimit over -> throw new ProblemException(new Problem.OverLimit("IMAGE_TOO_LARGE", over.message()));
    };
  }

  private static List<ByteBuffer> slices(ByteBuffer all, int count) {
    int each = all.remaining() / count;
    List<ByteBuffer> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) slices.add(all.slice(all.position() + i * each, each));
    return slices;
  }
}
