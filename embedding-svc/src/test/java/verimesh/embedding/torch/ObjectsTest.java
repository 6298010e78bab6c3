package verimesh.embedding.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.ModuleObject;
import verimesh.chassis.inference.archive.TensorData;
import verimesh.chassis.inference.archive.TorchArchive;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.fetch.Digest;
import verimesh.chassis.inference.safetensors.DType;
import verimesh.chassis.inference.store.ForeignArchive;
import verimesh.chassis.inference.store.Importer;
import verimesh.chassis.inference.store.ModelStore;
import verimesh.chassis.problem.Problems;
import verimesh.common.v1.Image;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.FindObjectsRequest;
import verimesh.embedding.v1.FindObjectsResponse;
import verimesh.embedding.v1.ModelRole;
import verimesh.embedding.v1.ObjectRegion;

/// An object detector in TorchScript, registered, and its regions through CLIP.
@Tag("torch")
class ObjectsTest {
  private static final int SIDE = 64;
  private static final List<String> LABELS = List.of("red", "blue");
  private static final InputSpec SPEC =
      new InputSpec(SIDE, new InputSpec.Fit.Squash(), InputSpec.Filter.BILINEAR, List.of(0., 0., 0.), List.of(1., 1., 1.));

  @TempDir static Path folder;
  private static ServedModels served;

  /// Says "red" of its left half and "blue" of its right half, as sure as that half is of that colour.
  private static Path archive() throws IOException {
    Path file = folder.resolve("halves.pt");
    String code = """
        def forward(self, x: Tensor) -> Tensor:
          n = torch.size(x, 0)
          left = torch.mean(torch.slice(x, 3, 0, 32, 1), [2, 3])
          right = torch.mean(torch.slice(x, 3, 32, 64, 1), [2, 3])
          red = torch.stack([torch.select(left, 1, 0), torch.select(right, 1, 0)], 1)
          blue = torch.stack([torch.select(left, 1, 2), torch.select(right, 1, 2)], 1)
          return torch.cat([torch.expand(self.boxes, [n, -1, -1]), torch.stack([red, blue], 1)], 1)""";
    ModuleClass type = new ModuleClass("Halves").tensor("boxes").method(code);
    float[] boxes = {16, 48, 32, 32, 32, 32, 64, 64}; // x, y, width, height of two boxes
    new TorchArchive(new ModuleObject(type).tensor("boxes", TensorData.of(DType.F32, boxes, 1, 4, 2))).write(file);
    return file;
  }

  @BeforeAll
  static void serve() throws Exception {
    ModelStore store = new ModelStore(folder.resolve("models"));
    new Importer(store, TestTorch.runtime(), _ -> {})
        .importFolder(ServedModelsTest.checkpoint("clip-vision-only-tiny", folder), "tiny/clip", List.of(Variant.CPU_PACKED_F32));
    Path file = archive();
    String digest = new Digest.Sha256("0".repeat(64)).of(file);
    new ForeignArchive(file, digest, SPEC, LABELS, ForeignArchive.Kind.OBJECTS).register(store, TestTorch.runtime(), "ours/halves");
    assertThatThrownBy(() -> new ForeignArchive(file, digest, SPEC, List.of("one"), ForeignArchive.Kind.OBJECTS).register(store, TestTorch.runtime(), "ours/wrong"))
        .isInstanceOf(CheckpointException.class).hasMessageContaining("1 labels were given");
    served = ServedModels.start(store, Map.of("CLIP", "tiny/clip", "OBJECTS", "ours/halves"));
  }

  @AfterAll
  static void close() {
    served.close();
  }

  @Test
  void eachThingIsFoundWhereItIsAndGetsItsOwnVector() throws IOException {
    Image picture = halves(new Color(240, 10, 10), new Color(10, 10, 200));
    FindObjectsResponse found = served.stub().findObjects(FindObjectsRequest.newBuilder().setImage(picture).build());
    assertThat(found.getRegionsList()).extracting(ObjectRegion::getLabel).containsExactly("red", "blue");
    ObjectRegion red = found.getRegions(0);
    assertThat(List.of(red.getLeft(), red.getTop(), red.getRight(), red.getBottom())).containsExactly(0., 0., .5, 1.);
    assertThat(red.getScore().getValue()).isBetween(.9, .96);
    // The region's vector is that of the same part sent as a picture of its own.
    Embedding alone = served.stub().embedImages(EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_CLIP)
        .addImages(part(new Color(240, 10, 10))).build()).getEmbeddings(0);
    assertThat(red.getClip().getModel()).isEqualTo(alone.getModel());
    assertThat(red.getClip().getValuesList()).isEqualTo(alone.getValuesList()).isNotEqualTo(found.getRegions(1).getClip().getValuesList());
  }

  @Test
  void aPictureWithoutThingsHasNoRegionsAndATensorIsRefused() throws IOException {
    Image dark = halves(Color.BLACK, Color.BLACK);
    assertThat(served.stub().findObjects(FindObjectsRequest.newBuilder().setImage(dark).build()).getRegionsCount()).isZero();
    assertThat(served.stub().findObjects(FindObjectsRequest.newBuilder().setImage(dark).setScoreMin(0).setRegionsMax(1).build()).getRegionsCount()).isOne();
    assertThatThrownBy(() -> served.stub().findObjects(FindObjectsRequest.newBuilder().setImage(served.testTensor(ModelRole.MODEL_ROLE_OBJECTS)).build()))
        .isInstanceOfSatisfying(StatusRuntimeException.class, e -> assertThat(Problems.of(e).reason()).isEqualTo("FIELD_INVALID"));
  }

  private static Image halves(Color left, Color right) throws IOException {
    BufferedImage image = new BufferedImage(320, 200, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 200; y++) for (int x = 0; x < 320; x++) image.setRGB(x, y, (x < 160 ? left : right).getRGB());
    return png(image);
  }

  private static Image part(Color colour) throws IOException {
    BufferedImage image = new BufferedImage(160, 200, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 200; y++) for (int x = 0; x < 160; x++) image.setRGB(x, y, colour.getRGB());
    return png(image);
  }

  private static Image png(BufferedImage image) throws IOException {
    var file = new ByteArrayOutputStream();
    ImageIO.write(image, "png", file);
    return Image.newBuilder().setEncoded(ByteString.copyFrom(file.toByteArray())).build();
  }
}
