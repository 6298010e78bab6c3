package verimesh.verifier;

import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import verimesh.embedding.v1.EmbedTextsRequest;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.verifier.clue.ClueVectors.TextEmbedder;

/// Text vectors from embedding-svc. A refusal of it (no model, queue full) goes on to our caller as it came.
final class EmbeddingTexts implements TextEmbedder {
  private final Channel channel;

  EmbeddingTexts(Channel channel) {
    this.channel = channel;
  }

  @Override
  public Embedded embed(List<String> texts) {
    var response = EmbeddingServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .embedTexts(EmbedTextsRequest.newBuilder().addAllTexts(texts).build());
    if (response.getEmbeddingsCount() != texts.size()) {
      throw new IllegalStateException(texts.size() + " texts came back as " + response.getEmbeddingsCount() + " vectors");
    }
    List<float[]> vectors = new ArrayList<>();
    for (Embedding embedding : response.getEmbeddingsList()) {
      float[] vector = new float[embedding.getValuesCount()];
      for (int i = 0; i < vector.length; i++) vector[i] = embedding.getValues(i);
      vectors.add(vector);
    }
    return new Embedded(response.getEmbeddingsCount() == 0 ? "" : response.getEmbeddings(0).getModel().getEmbeddingSpace(), vectors);
  }
}
