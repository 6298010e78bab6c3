package verimesh.chassis.rpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.MetadataServiceGrpc;

/// A service of one line, for tests of what lies around it.
final class Echo extends MetadataServiceGrpc.MetadataServiceImplBase {
  private final Function<InspectRequest, InspectResponse> answer;

  Echo(Function<InspectRequest, InspectResponse> answer) {
    this.answer = answer;
  }

  /// Answers with the number of bytes it got.
  static Echo counting() {
    return new Echo(request -> InspectResponse.newBuilder().setSummary(request.getFile().size() + " bytes").build());
  }

  static InspectRequest request(int bytes) {
    return InspectRequest.newBuilder().setFile(ByteString.copyFrom(new byte[bytes])).build();
  }

  @Override
  public void inspect(InspectRequest request, StreamObserver<InspectResponse> observer) {
    observer.onNext(answer.apply(request));
    observer.onCompleted();
  }
}
