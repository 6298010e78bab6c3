package verimesh.embedding.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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
import verimesh.chassis.inference.store.StoredModel;

@Tag("torch")
class ImporterTest {
  private static final InputSpec SPEC = new InputSpec(32, new InputSpec.Fit.Squash(), InputSpec.Filter.BILINEAR, List.of(.5, .5, .5), List.of(.5, .5, .5));

  @TempDir Path folder;

  @Test
  void whatWasImportedIsFoundAgainAndLeavesNothingBehind() throws IOException {
    ModelStore store = new ModelStore(folder.resolve("models"));
    StoredModel imported = importer(store).importFolder(ServedModelsTest.checkpoint("vit-tiny", folder), "tiny/vit", List.of(Variant.CPU_PACKED_F32));
    StoredModel found = store.get("tiny/vit");
    assertThat(found).isEqualTo(imported);
    assertThat(found.description().labels()).containsExactly("ai", "hum");
    assertThat(found.input().filter()).isEqualTo(InputSpec.Filter.BILINEAR);
    try (Stream<Path> files = Files.list(found.folder())) {
      assertThat(files.map(f -> f.getFileName().toString())).noneMatch(name -> name.startsWith("tmp-")).contains(found.archives().get(Variant.CPU_PACKED_F32) + ".pt", "model.json");
    }
    store.remove("tiny/vit");
    assertThat(store.list()).isEmpty();
  }

  @Test
  void theSameCheckpointGetsTheSameDigests() throws IOException {
    Path checkpoint = ServedModelsTest.checkpoint("resnet-basic-tiny", folder);
    StoredModel a = importer(new ModelStore(folder.resolve("a"))).importFolder(checkpoint, "m", List.of(Variant.CPU_PACKED_BF16));
    StoredModel b = importer(new ModelStore(folder.resolve("b"))).importFolder(checkpoint, "m", List.of(Variant.CPU_PACKED_BF16));
    assertThat(a.archives()).isEqualTo(b.archives());
    assertThat(a.archive(Variant.CPU_PACKED_BF16).orElseThrow()).hasSameBinaryContentAs(b.archive(Variant.CPU_PACKED_BF16).orElseThrow());
  }

  @Test
  void anArchiveMadeElsewhereIsTakenOnlyWithItsDigest() throws IOException {
    Path archive = folder.resolve("foreign.pt");
    ModuleClass type = new ModuleClass("Foreign").tensor("w").method("def forward(self, x: Tensor) -> Tensor:\n  return torch.linear(torch.mean(x, [2, 3]), self.w, None)");
    new TorchArchive(new ModuleObject(type).tensor("w", TensorData.of(DType.F32, new float[] {1, 0, 0, 0, 1, 0}, 2, 3))).write(archive);
    ModelStore store = new ModelStore(folder.resolve("models"));
    assertThatThrownBy(() -> trust(store, archive, "0".repeat(64), List.of("real", "ai")))
        .isInstanceOf(CheckpointException.class).hasMessageContaining("not the pinned");
    String digest = new Digest.Sha256("0".repeat(64)).of(archive);
    assertThatThrownBy(() -> trust(store, archive, digest, List.of("real", "ai", "other")))
        .isInstanceOf(CheckpointException.class).hasMessageContaining("2 outputs and 3 labels");
    StoredModel model = trust(store, archive, digest, List.of("real", "ai"));
    assertThat(store.get("ours/foreign")).isEqualTo(model);
    assertThat(model.trusted()).isTrue();
    assertThat(model.description().classifies()).isTrue();
  }

  private static StoredModel trust(ModelStore store, Path archive, String digest, List<String> labels) throws IOException {
    return new ForeignArchive(archive, digest, SPEC, labels, ForeignArchive.Kind.VALUES).register(store, TestTorch.runtime(), "ours/foreign");
  }

  private static Importer importer(ModelStore store) throws IOException {
    return new Importer(store, TestTorch.runtime(), _ -> {});
  }
}
