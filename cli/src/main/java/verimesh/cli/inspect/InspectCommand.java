package verimesh.cli.inspect;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.Resources;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.LanguageOption;
import verimesh.cli.TargetOptions;
import verimesh.cli.analyze.FileFinder;
import verimesh.cli.analyze.FoundFile;
import verimesh.cli.analyze.Json;
import verimesh.cli.analyze.Refusal;
import verimesh.cli.local.MeshService;
import verimesh.cli.term.Console;
import verimesh.cli.term.Language;
import verimesh.metadata.v1.Exif;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.MetadataServiceGrpc;

/// `./mesh inspect`.
@Command(
    name = "inspect",
    description = {
      "What does each file say of itself?",
      "Reads EXIF, XMP, IPTC, text chunks, hidden records, labels and Content Credentials; concludes nothing."
    },
    footer = {
      "",
      "  ./mesh inspect picture.png",
      "  ./mesh inspect *.jpg --json | jq '.generator.name'"
    })
public final class InspectCommand implements Callable<Integer> {
  private static final long PATIENCE_SECONDS = 60;
  private static final long READ_BYTES_MAX = 256L << 20;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files; folders are searched as in analyze.")
  private List<Path> files;

  @Option(names = "--json", description = "One JSON object a line: the answer as protobuf JSON, and `file`, `generator`, `error`.")
  private boolean json;

  @Option(names = "--personal-data", description = "Also GPS, serial numbers and owners' names, which are left out otherwise.")
  private boolean personalData;

  @Option(names = "--raw", description = "For people: also the file's texts as they are.")
  private boolean raw;

  @Option(names = "--text-max", paramLabel = "N", description = "Cut prompts and texts to so many characters (default: 2000).")
  private int textMax;

  @Mixin private LanguageOption languageOption;
  @Mixin private TargetOptions targetOptions;

  private final Context context;

  public InspectCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    Language language = languageOption.orElse(context.language());
    InspectRequest template = InspectRequest.newBuilder()
        .setIncludePersonalData(personalData).setTextCharactersMax(Math.max(0, textMax)).setLanguage(language.toProto()).build();
    FileFinder.Found found = FileFinder.in(files);
    Console console = context.console();
    var view = new InspectView(console, language, raw);
    boolean allAnswered = true;
    try (var resources = new Resources()) {
      ManagedChannel channel = channel(resources);
      for (FoundFile file : found.files()) allAnswered &= inspect(channel, template, file, view, console);
    }
    if (found.notImages() > 0) {
      console.note(language.pick(found.notImages() + " other files skipped", "이미지가 아닌 파일 " + found.notImages() + "개 제외"));
    }
    return allAnswered ? Exit.OK : Exit.SOME_FAILED;
  }

  private boolean inspect(ManagedChannel channel, InspectRequest template, FoundFile file, InspectView view, Console console) {
    Refusal refusal;
    if (file.refusal().isPresent()) {
      refusal = file.refusal().get();
    } else {
      try {
        if (Files.size(file.path()) > READ_BYTES_MAX) throw new IOException("it is longer than " + (READ_BYTES_MAX >> 20) + " MiB");
        ByteString bytes = UnsafeByteOperations.unsafeWrap(Files.readAllBytes(file.path()));
        InspectResponse response = MetadataServiceGrpc.newBlockingStub(channel).withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
            .inspect(template.toBuilder().setFile(bytes).build());
        if (json) console.line(json(file.shown(), response));
        else view.show(file.shown(), response);
        return true;
      } catch (StatusRuntimeException e) {
        refusal = Refusal.of(e);
      } catch (IOException e) {
        refusal = Refusal.of(e);
      }
    }
    if (json) console.line(Json.error(file.shown(), refusal));
    else view.refuse(file.shown(), refusal);
    return false;
  }

  /// design/inspect.example.json: the same members for every file, so that nobody has to ask first whether they are there.
  static String json(String file, InspectResponse response) {
    InspectResponse.Builder whole = response.toBuilder();
    if (!response.hasExif()) whole.setExif(Exif.newBuilder().setConsistency("STRIPPED"));
    if (!response.hasEditing()) whole.getEditingBuilder();
    if (!response.hasProvenance()) whole.getProvenanceBuilder().setState("none");
    String object = Json.object(file, whole.build(), response.hasGenerator() ? "" : "\"generator\":null,");
    return object.substring(0, object.length() - 1) + ",\"error\":null}";
  }

  private ManagedChannel channel(Resources resources) throws Exception {
    if (!targetOptions.given()) return resources.add(context.meshes().metadataOnly(context.environment())).channel(MeshService.METADATA);
    Telemetry telemetry = resources.add(Telemetry.unscraped("cli"));
    ManagedChannel channel = targetOptions.connect(telemetry, "");
    resources.add(channel::shutdownNow);
    return channel;
  }
}
