package verimesh.embedding.load;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import verimesh.chassis.inference.serve.Lane;
import verimesh.chassis.inference.store.ForeignArchive;
import verimesh.chassis.inference.store.TestPicture;
import verimesh.chassis.inference.torch.FloatTensor;

/// Batches of pixels through an object detector; one table of boxes an item.
record ObjectWork(LoadedModel loaded) implements Lane.Work<ByteBuffer, FloatTensor> {
  @Override
  public List<FloatTensor> run(int worker, List<ByteBuffer> items) {
    FloatTensor all = loaded.run(worker, "forward", ForeignArchive.normalised(items, loaded.stored().input()));
    long[] shape = {all.shape()[1], all.shape()[2]};
    return IntStream.range(0, items.size()).mapToObj(i -> new FloatTensor(all.row(i), shape)).toList();
  }

  @Override
  public boolean selfTest(int worker) {
    FloatTensor table = run(worker, List.of(TestPicture.pixels(loaded.stored().input().size()))).getFirst();
    return loaded.equalsReference(ForeignArchive.sampled(table.values()), loaded.stored().reference().image());
  }
}
