package verimesh.cli.analyze;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.LanguageOption;
import verimesh.cli.TargetOptions;
import verimesh.cli.fleet.Fleet;
import verimesh.cli.term.Plain;
import verimesh.orchestrator.v1.Feedback;
import verimesh.orchestrator.v1.GetVerdictRequest;
import verimesh.orchestrator.v1.GetVerdictResponse;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc;

/// `./mesh verdict`.
@Command(name = "verdict", description = "An earlier verdict of a running mesh, with what people said of it.")
public final class VerdictCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "As the answer had it: 26 characters.")
  private String id;

  @Option(names = "--json", description = "The answer as protobuf JSON, on one line.")
  private boolean json;

  @Mixin private LanguageOption languageOption;
  @Mixin private TargetOptions targetOptions;

  private final Context context;

  public VerdictCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (Telemetry telemetry = Telemetry.unscraped("cli")) {
      ManagedChannel channel = targetOptions.connect(telemetry, Fleet.usualTarget(context));
      try {
        GetVerdictResponse response = OrchestratorServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS)
            .getVerdict(GetVerdictRequest.newBuilder().setVerdictId(id).build());
        if (json) context.console().line(Json.print(response));
        else show(response);
        return Exit.OK;
      } catch (StatusRuntimeException e) {
        Refusal refusal = Refusal.of(e);
        context.console().note("mesh verdict: " + Plain.line(refusal.message() + " (" + refusal.reason() + ")"));
        return Exit.SOME_FAILED;
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private void show(GetVerdictResponse response) {
    String name = response.getVerdict().getExternalId().isEmpty() ? id : response.getVerdict().getExternalId();
    var file = new FoundFile(Path.of("."), name);
    new TableSink(context.console(), languageOption.orElse(context.language()), true, List.of(file))
        .accept(new FileOutcome.Answered(file, response.getVerdict()));
    for (Feedback feedback : response.getFeedbackList()) {
      String note = feedback.getNote().isEmpty() ? "" : ": " + feedback.getNote();
      context.console().line("    feedback  " + Words.of(feedback.getLabel()) + Plain.line(note));
    }
  }
}
