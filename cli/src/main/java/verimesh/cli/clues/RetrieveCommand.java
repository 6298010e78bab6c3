package verimesh.cli.clues;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problems;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.LanguageOption;
import verimesh.cli.UsageProblem;
import verimesh.cli.analyze.Json;
import verimesh.cli.local.MeshService;
import verimesh.cli.local.OpenMesh;
import verimesh.cli.term.Ink;
import verimesh.cli.term.Language;
import verimesh.cli.term.Plain;
import verimesh.common.v1.Image;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.embedding.v1.ModelRole;
import verimesh.verifier.v1.RetrieveCluesRequest;
import verimesh.verifier.v1.RetrieveCluesResponse;
import verimesh.verifier.v1.RetrievedClue;
import verimesh.verifier.v1.VerifierServiceGrpc;

/// `./mesh clues retrieve`.
@Command(name = "retrieve", description = "Which clues a second look at these pictures would check. Needs a CLIP model (./mesh models).")
final class RetrieveCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "Pictures.")
  private List<Path> files;

  @Option(names = "--limit", paramLabel = "N", description = "Clues a picture, 1 to 32 (default: 8).")
  private int limit = 8;

  @Option(names = "--json", description = "One JSON object a line: the answer as protobuf JSON, and file.")
  private boolean json;

  @Mixin private LanguageOption language = new LanguageOption();

  RetrieveCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (limit < 1 || limit > 32) throw new UsageProblem("--limit is " + limit + "; expected 1 to 32");
    boolean all = true;
    try (OpenMesh mesh = context.meshes().whole(context.environment())) {
      for (Path file : files) all &= retrieved(mesh, file);
    }
    return all ? Exit.OK : Exit.SOME_FAILED;
  }

  private boolean retrieved(OpenMesh mesh, Path file) {
    try {
      Embedding picture = EmbeddingServiceGrpc.newBlockingStub(mesh.channel(MeshService.EMBEDDING)).embedImages(EmbedImagesRequest.newBuilder()
          .setRole(ModelRole.MODEL_ROLE_CLIP).addImages(Image.newBuilder().setEncoded(ByteString.copyFrom(Files.readAllBytes(file)))).build()).getEmbeddings(0);
      RetrieveCluesResponse found = VerifierServiceGrpc.newBlockingStub(mesh.channel(MeshService.VERIFIER)).retrieveClues(RetrieveCluesRequest.newBuilder()
          .addAllClipVector(picture.getValuesList()).setEmbeddingSpace(picture.getModel().getEmbeddingSpace()).setLimit(limit)
          .setLanguage(language.orElse(context.language()) == Language.KO ? verimesh.common.v1.Language.LANGUAGE_KO : verimesh.common.v1.Language.LANGUAGE_EN)
          .build());
      show(file, found);
      return true;
    } catch (IOException e) {
      context.console().note(Plain.line(file.toString()) + ": cannot be read: " + e.getMessage());
    } catch (StatusRuntimeException e) {
      Problem problem = Problems.of(e);
      if (problem instanceof Problem.NotSetUp) throw new CannotStart("no CLIP model is configured: " + problem.message());
      context.console().note(Plain.line(file.toString()) + ": " + problem.message());
    }
    return false;
  }

  private void show(Path file, RetrieveCluesResponse found) {
    if (json) {
      context.console().line(Json.object(file.toString(), found, ""));
      return;
    }
    context.console().line(Plain.line(file.toString()));
    if (found.getCluesCount() == 0) context.console().line("  no clue lies near enough (VERIMESH_VERIFIER_CLUE_COSINE_FLOOR)");
    for (RetrievedClue clue : found.getCluesList()) {
      context.console().line(String.format(Locale.ROOT, "  %.3f  %s  %s", clue.getCosine(), context.console().ink(Ink.NAME, clue.getClue().getClueId()),
          clue.getClue().getText()));
    }
  }
}
