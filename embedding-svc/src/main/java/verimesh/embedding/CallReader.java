package verimesh.embedding;

import io.grpc.Context;
import io.grpc.Deadline;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.inference.serve.Urgency;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problem.Violation;
import verimesh.chassis.problem.ProblemException;
import verimesh.common.v1.Image;
import verimesh.common.v1.Priority;
import verimesh.common.v1.Tensor;
import verimesh.embedding.picture.Picture;
import verimesh.embedding.picture.ViewMaker;
import verimesh.embedding.v1.Views;

/// What callers send, checked and read: pictures, views, deadlines.
record CallReader(EmbeddingConfig config, Decoder decoder) {
  static final int IMAGES_MAX = 64;
  private static final int VIEWS_MAX = 8;
  private static final int SIDE_MAX = 4096;

  /// One picture, within the limits of file and tensor.
  Picture picture(Image image) {
    requireTensorBytes(List.of(image));
    return picture(image, "image");
  }

  /// 1 to [#IMAGES_MAX] pictures, each decoded when `use` is given it: no more than one is in memory.
  void eachPicture(List<Image> images, String expected, Consumer<Picture> use) {
    if (images.isEmpty() || images.size() > IMAGES_MAX) throw Refusals.invalid("images", "has " + images.size() + " pictures; expected " + expected);
    requireTensorBytes(images);
    for (int i = 0; i < images.size(); i++) use.accept(picture(images.get(i), "images[" + i + "]"));
  }

  private Picture picture(Image image, String field) {
    return switch (image.getContentCase()) {
      case ENCODED -> {
        if (image.getEncoded().size() > config.fileBytesMax()) {
          throw new ProblemException(new Problem.OverLimit(
              "FILE_TOO_LARGE",
              "The file has " + image.getEncoded().size() + " bytes; up to " + config.fileBytesMax() + " are taken (VERIMESH_EMBEDDING_FILE_BYTES_MAX)."));
        }
        yield Picture.decode(decoder, image.getEncoded().toByteArray());
      }
      case TENSOR -> cut(image.getTensor(), field);
      case CONTENT_NOT_SET -> throw Refusals.invalid(field, "holds neither a file nor a tensor");
    };
  }

  private static Picture cut(Tensor tensor, String field) {
    long expected = 3L * tensor.getCount() * tensor.getHeight() * tensor.getWidth();
    // Counts are unsigned in the contract; one that is negative here is far over every limit.
    if (tensor.getCount() < 1 || tensor.getCount() > IMAGES_MAX || tensor.getHeight() < 1 || tensor.getWidth() < 1
        || tensor.getHeight() > SIDE_MAX || tensor.getWidth() > SIDE_MAX || tensor.getRgb().size() != expected) {
      throw new ProblemException(new Problem.Invalid(
          "TENSOR_SHAPE",
          field + " says [" + Integer.toUnsignedString(tensor.getCount()) + ", " + Integer.toUnsignedString(tensor.getHeight()) + ", "
              + Integer.toUnsignedString(tensor.getWidth()) + ", 3] and has " + tensor.getRgb().size()
              + " bytes; they must agree, with 1 to 64 pictures of up to 4096 px a side.",
          List.of(new Violation(field + ".tensor", "shape and bytes do not agree"))));
    }
    return new Picture.Cut(tensor.getRgb().asReadOnlyByteBuffer(), tensor.getCount(), tensor.getHeight(), tensor.getWidth(), tensor.getInputSpecDigest());
  }

  private void requireTensorBytes(List<Image> images) {
    long bytes = 0;
    for (Image image : images) bytes += image.getTensor().getRgb().size();
    if (bytes > config.tensorBytesMax()) {
      throw new ProblemException(new Problem.OverLimit(
          "TENSOR_TOO_LARGE",
          "The call holds " + bytes + " bytes of tensors; up to " + config.tensorBytesMax() + " are taken (VERIMESH_EMBEDDING_TENSOR_BYTES_MAX)."));
    }
  }

  /// null unless the caller asks for views.
  static ViewMaker viewMaker(Views views) {
    if (!views.getEnabled()) return null;
    if (views.getJpegQualitiesCount() + views.getScalesCount() > VIEWS_MAX) throw Refusals.invalid("views", "asks for more than " + VIEWS_MAX + " views");
    for (int quality : views.getJpegQualitiesList()) {
      if (quality < 1 || quality > 100) throw Refusals.invalid("views.jpeg_qualities", "holds " + Integer.toUnsignedString(quality) + "; expected 1 to 100");
    }
    for (double scale : views.getScalesList()) {
      if (!(scale > 0 && scale <= 1)) throw Refusals.invalid("views.scales", "holds " + scale + "; expected a number above 0, up to 1");
    }
    return new ViewMaker(views.getJpegQualitiesList(), views.getScalesList());
  }

  /// The caller's deadline on the clock of `System.nanoTime`.
  long deadline() {
    Deadline deadline = Context.current().getDeadline();
    long left = deadline == null ? config.answerTime().toNanos() : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    return System.nanoTime() + left;
  }

  static Urgency urgency(Priority priority) {
    return priority == Priority.PRIORITY_BATCH ? Urgency.BATCH : Urgency.INTERACTIVE;
  }
}
