package verimesh.embedding.load;

import java.util.List;
import verimesh.chassis.inference.serve.Lane;
import verimesh.chassis.inference.store.TestPicture;
import verimesh.chassis.inference.torch.TensorInput;

/// Batches of token ids, all of one length.
record TextWork(LoadedModel loaded) implements Lane.Work<long[], float[]> {
  @Override
  public List<float[]> run(int worker, List<long[]> items) {
    int length = items.getFirst().length;
    long[] ids = new long[items.size() * length];
    for (int i = 0; i < items.size(); i++) System.arraycopy(items.get(i), 0, ids, i * length, length);
    return loaded.rows(worker, "embed_text", new TensorInput.Longs(ids, items.size(), length));
  }

  @Override
  public boolean selfTest(int worker) {
    float[] actual = run(worker, List.of(TestPicture.ids(loaded.stored().description()))).getFirst();
    return loaded.equalsReference(actual, loaded.stored().reference().text());
  }
}
