package verimesh.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.config.Settings;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.embedding.v1.DetectRequest;
import verimesh.embedding.v1.EmbedAndDetectRequest;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.embedding.v1.ListModelsResponse;

class EmbeddingEndpointTest {
  private final EmbeddingEndpoint endpoint = wiredWithoutAModel();

  @Test
  void withoutAModelTheListIsEmptyAndNoError() {
    List<ListModelsResponse> answers = new ArrayList<>();
    endpoint.listModels(ListModelsRequest.getDefaultInstance(), collect(answers));
    assertThat(answers).containsExactly(ListModelsResponse.getDefaultInstance());
  }

  @Test
  void withoutAModelEveryOtherQuestionIsAMatterOfSetUp() {
    assertNoModel(() -> endpoint.detect(DetectRequest.getDefaultInstance(), collect(new ArrayList<>())));
    assertNoModel(() -> endpoint.embedAndDetect(EmbedAndDetectRequest.getDefaultInstance(), collect(new ArrayList<>())));
  }

  private static void assertNoModel(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem()).isInstanceOf(Problem.NotSetUp.class).extracting(Problem::reason).isEqualTo("NO_MODEL"));
  }

  private static EmbeddingEndpoint wiredWithoutAModel() {
    EmbeddingConfig config = EmbeddingConfig.from(Settings.of(Map.of(), "EMBEDDING"));
    try {
      Service service = Main.wire(config, new Resources(), Telemetry.unscraped("embedding-svc"));
      return (EmbeddingEndpoint) service.endpoints().getFirst();
    } catch (IOException e) {
      throw new AssertionError("nothing is read without a model", e);
    }
  }

  private static <T> StreamObserver<T> collect(List<T> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
        answers.add(value);
      }

      @Override
      public void onError(Throwable t) {
        throw new AssertionError(t);
      }

      @Override
      public void onCompleted() {}
    };
  }
}
