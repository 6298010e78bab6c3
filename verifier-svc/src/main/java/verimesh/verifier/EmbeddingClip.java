package verimesh.verifier;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Channel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import verimesh.common.v1.Image;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.EmbedTextsRequest;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.embedding.v1.ModelRole;
import verimesh.verifier.clue.ClueVectors.TextEmbedder;
import verimesh.verifier.examine.Clip;

/// CLIP by way of embedding-svc, texts and pictures. A refusal of it (no model, queue full) goes on to our caller as it came.
final class EmbeddingClip implements TextEmbedder, Clip {
  /// Texts of the whole clue base, on a machine without an accelerator.
  private static final Duration TEXTS_TIME = Duration.ofMinutes(2);

  private final Channel channel;
  private final InstantSource clock;

  EmbeddingClip(Channel channel, InstantSource clock) {
    this.channel = channel;
    this.clock = clock;
  }

  @Override
  public TextEmbedder.Embedded embed(List<String> texts) {
    var response = EmbeddingServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(TEXTS_TIME.toSeconds(), TimeUnit.SECONDS)
        .embedTexts(EmbedTextsRequest.newBuilder().addAllTexts(texts).build());
    List<float[]> vectors = vectors(response.getEmbeddingsList(), texts.size());
    return new TextEmbedder.Embedded(space(response.getEmbeddingsList()), vectors);
  }

  @Override
  public Clip.Embedded embed(List<byte[]> pictures, Instant until) {
    var request = EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_CLIP);
    for (byte[] picture : pictures) request.addImages(Image.newBuilder().setEncoded(UnsafeByteOperations.unsafeWrap(picture)));
    var response = EmbeddingServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(Math.max(1, Duration.between(clock.instant(), until).toMillis()), TimeUnit.MILLISECONDS)
        .embedImages(request.build());
    return new Clip.Embedded(space(response.getEmbeddingsList()), vectors(response.getEmbeddingsList(), pictures.size()));
  }

  private static String space(List<Embedding> embeddings) {
    return embeddings.isEmpty() ? "" : embeddings.getFirst().getModel().getEmbeddingSpace();
  }

  private static List<float[]> vectors(List<Embedding> embeddings, int expected) {
    if (embeddings.size() != expected) throw new IllegalStateException(expected + " inputs came back as " + embeddings.size() + " vectors");
    List<float[]> vectors = new ArrayList<>();
    for (Embedding embedding : embeddings) {
      float[] vector = new float[embedding.getValuesCount()];
      for (int i = 0; i < vector.length; i++) vector[i] = embedding.getValues(i);
      vectors.add(vector);
    }
    return vectors;
  }
}
