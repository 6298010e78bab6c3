package verimesh.cli.analyze;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.TargetOptions;
import verimesh.cli.UsageProblem;
import verimesh.cli.fleet.Fleet;
import verimesh.cli.term.Plain;
import verimesh.orchestrator.v1.FeedbackLabel;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc;
import verimesh.orchestrator.v1.SubmitFeedbackRequest;
import verimesh.orchestrator.v1.SubmitFeedbackResponse;

/// `./mesh feedback`.
@Command(name = "feedback", description = "Tells a running mesh what you know about a verdict. Registers nothing by itself.")
public final class FeedbackCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The verdict's id.")
  private String id;

  @Option(names = "--label", required = true, paramLabel = "LABEL", description = "ai, real or unsure.")
  private String label;

  @Option(names = "--note", paramLabel = "TEXT", description = "Why, up to 2000 characters.")
  private String note = "";

  @Mixin private TargetOptions targetOptions;

  private final Context context;

  public FeedbackCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    FeedbackLabel said = switch (label.toLowerCase(Locale.ROOT)) {
      case "ai" -> FeedbackLabel.FEEDBACK_LABEL_AI;
      case "real" -> FeedbackLabel.FEEDBACK_LABEL_REAL;
      case "unsure" -> FeedbackLabel.FEEDBACK_LABEL_UNSURE;
      default -> throw new UsageProblem("--label is \"" + label + "\"; expected ai, real or unsure");
    };
    try (Telemetry telemetry = Telemetry.unscraped("cli")) {
      ManagedChannel channel = targetOptions.connect(telemetry, Fleet.usualTarget(context));
      try {
        SubmitFeedbackResponse response = OrchestratorServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS)
            .submitFeedback(SubmitFeedbackRequest.newBuilder().setVerdictId(id).setLabel(said).setNote(note).build());
        context.console().line((response.getDisagrees() ? "kept; it contradicts the verdict" : "kept")
            + (response.getLearnedItemId().isEmpty() ? "" : "; known to the index as " + Plain.line(response.getLearnedItemId())));
        return Exit.OK;
      } catch (StatusRuntimeException e) {
        Refusal refusal = Refusal.of(e);
        context.console().note("mesh feedback: " + Plain.line(refusal.message() + " (" + refusal.reason() + ")"));
        return Exit.SOME_FAILED;
      } finally {
        channel.shutdownNow();
      }
    }
  }
}
