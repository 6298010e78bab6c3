package verimesh.cli.bench.look;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import verimesh.common.v1.Layer;
import verimesh.common.v1.Level;
import verimesh.metadata.v1.Exif;
import verimesh.metadata.v1.FormulaPart;
import verimesh.metadata.v1.Generator;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.LabelClass;
import verimesh.metadata.v1.Signature;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.LayerReport;
import verimesh.orchestrator.v1.SecondPass;
import verimesh.orchestrator.v1.Verdict;

/// Every case through the real orchestrator and the real verifier-svc under one policy, and what came out.
final class Simulation {
  private static final int AT_ONCE = 16;

  private Simulation() {}

  /// Shares are 0 to 1.
  ///
  /// @param contentRecall of fakes, those that the content layer calls AI
  /// @param contentFalse of real pictures, those that the content layer calls AI
  /// @param contentAccuracy of all, those that it calls right
  /// @param fusedRecall of fakes, those whose verdict is `ai_generated`
  /// @param fusedFalse of real pictures, the same
  /// @param fakesPassed of fakes, those whose verdict is `likely_real`
  /// @param realsPassed of real pictures, the same
  /// @param uncertain of all
  /// @param callsPerThousand questions to the model per 1,000 uploads
  record Result(
      double contentRecall, double contentFalse, double contentAccuracy, double fusedRecall, double fusedFalse, double fakesPassed,
      double realsPassed, double uncertain, double callsPerThousand) {}

  static Result run(Cases cases, SecondPass policy) throws IOException, InterruptedException {
    var model = new SimulatedModel(cases);
    var tally = new Tally();
    try (var mesh = new SimulatedMesh(List.of(model), file -> says(cases.of(file)), Map.of())) {
      var next = new AtomicInteger();
      var failed = new AtomicReference<Throwable>();
      var done = new CountDownLatch(AT_ONCE);
      for (int i = 0; i < AT_ONCE; i++) {
        Thread.ofVirtual().start(() -> {
          try {
            for (int n = next.getAndIncrement(); n < cases.all().size() && failed.get() == null; n = next.getAndIncrement()) {
              Cases.Case one = cases.all().get(n);
              tally.add(one, mesh.stub().analyze(AnalyzeRequest.newBuilder().setImage(one.picture()).setSecondPass(policy).build()));
            }
          } catch (Throwable thrown) {
            failed.compareAndSet(null, thrown);
          } finally {
            done.countDown();
          }
        });
      }
      done.await();
      if (failed.get() != null) throw new IllegalStateException("a case had no answer", failed.get());
    }
    return tally.result(model.calls());
  }

  private static InspectResponse says(Cases.Case one) {
    return switch (one.file()) {
      case STRIPPED -> InspectResponse.newBuilder().setFormat("png").setExif(Exif.newBuilder().setConsistency("STRIPPED")).build();
      case CAMERA -> InspectResponse.newBuilder().setFormat("png").setCaptureDevice("A camera").setLabelClass(LabelClass.LABEL_CLASS_CAPTURED)
          .setExif(Exif.newBuilder().setPublishedScore(1).setConsistency("CAMERA_CONSISTENT").setMake("A").setModel("camera")).build();
      case RECORD -> InspectResponse.newBuilder().setFormat("png").setExif(Exif.newBuilder().setConsistency("STRIPPED"))
          .setGenerator(Generator.newBuilder().setName("A generator"))
          .addSignatures(Signature.newBuilder().setTool("A generator").setKind("GENERATOR_RECORD").setLevel(Level.LEVEL_DECLARED)
              .setPart(FormulaPart.FORMULA_PART_SIGNATURE).setLabelClass(LabelClass.LABEL_CLASS_FULLY_GENERATED))
          .setLabelClass(LabelClass.LABEL_CLASS_FULLY_GENERATED).build();
    };
  }

  private static final class Tally {
    private int fakes;
    private int reals;
    private int fakesCalledAi;
    private int realsCalledAi;
    private int fakesFused;
    private int realsFused;
    private int fakesPassed;
    private int realsPassed;
    private int uncertain;

    synchronized void add(Cases.Case one, AnalyzeResponse answer) {
      LayerReport content = answer.getLayersList().stream().filter(layer -> layer.getLayer() == Layer.LAYER_CONTENT).findFirst().orElseThrow();
      if (!content.hasAi() || content.getLmm().getSecondPassSkipped().equals("FLOOR")) throw new IllegalStateException("the model was not asked: " + content);
      boolean calledAi = content.getAi() > 0;
      boolean fusedAi = answer.getVerdict() == Verdict.VERDICT_AI_GENERATED;
      boolean passed = answer.getVerdict() == Verdict.VERDICT_LIKELY_REAL;
      if (answer.getVerdict() == Verdict.VERDICT_UNCERTAIN) uncertain++;
      if (one.fake()) {
        fakes++;
        if (calledAi) fakesCalledAi++;
        if (fusedAi) fakesFused++;
        if (passed) fakesPassed++;
      } else {
        reals++;
        if (calledAi) realsCalledAi++;
        if (fusedAi) realsFused++;
        if (passed) realsPassed++;
      }
    }

    synchronized Result result(long calls) {
      double all = fakes + reals;
      return new Result(
          (double) fakesCalledAi / fakes, (double) realsCalledAi / reals, (fakesCalledAi + reals - realsCalledAi) / all, (double) fakesFused / fakes,
          (double) realsFused / reals, (double) fakesPassed / fakes, (double) realsPassed / reals, uncertain / all, calls / all * 1000);
    }
  }
}
