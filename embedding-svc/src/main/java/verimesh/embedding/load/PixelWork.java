package verimesh.embedding.load;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import verimesh.chassis.inference.serve.Lane;
import verimesh.chassis.inference.store.ForeignArchive;
import verimesh.chassis.inference.store.TestPicture;
import verimesh.chassis.inference.torch.TensorInput;
import verimesh.embedding.model.VisionModel;

/// Batches of pixels through one method. Each worker has one buffer, filled before every call.
final class PixelWork implements Lane.Work<ByteBuffer, float[]> {
  private final LoadedModel loaded;
  private final String method;
  private final boolean unit;
  private final int size;
  private final ByteBuffer[] buffers;

  /// @param unit whether the reference is of unit length, and the method's result is not
  /// @param arena lives until no worker runs any more
  PixelWork(LoadedModel loaded, String method, boolean unit, int batchMax, Arena arena) {
    this.loaded = loaded;
    this.method = method;
    this.unit = unit;
    this.size = loaded.stored().input().size();
    this.buffers = new ByteBuffer[loaded.models().size()];
    for (int w = 0; w < buffers.length; w++) buffers[w] = arena.allocate((long) batchMax * size * size * 3, 64).asByteBuffer();
  }

  @Override
  public List<float[]> run(int worker, List<ByteBuffer> items) {
    // An archive made elsewhere takes normalised floats; ours take the samples as they are.
    if (loaded.stored().trusted()) return loaded.rows(worker, "forward", ForeignArchive.normalised(items, loaded.stored().input()));
    ByteBuffer all = buffers[worker].clear();
    for (ByteBuffer item : items) all.put(item.duplicate());
    return loaded.rows(worker, method, new TensorInput.Bytes(all.flip(), items.size(), size, size, 3));
  }

  @Override
  public boolean selfTest(int worker) {
    float[] actual = run(worker, List.of(TestPicture.pixels(size))).getFirst();
    return loaded.equalsReference(unit ? VisionModel.unit(actual) : actual, loaded.stored().reference().image());
  }
}
