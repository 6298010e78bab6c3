package verimesh.cli.models;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import verimesh.chassis.config.Settings;
import verimesh.chassis.inference.fetch.Hub;
import verimesh.chassis.inference.fetch.Web;
import verimesh.chassis.inference.store.ModelStore;
import verimesh.chassis.inference.torch.TorchLibrary;
import verimesh.chassis.inference.torch.TorchRuntime;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.embedding.EmbeddingConfig;

/// Where models and their native library lie, and whom they are fetched from: embedding-svc's settings, and scope `MODELS`.
///
/// @param hub base address; `VERIMESH_MODELS_HUB`
/// @param repository Maven repository for the native library, `VERIMESH_MODELS_MAVEN`; empty: Maven's own settings know one
/// @param token shown to the hub alone; `VERIMESH_MODELS_TOKEN`
record Places(ModelStore store, TorchLibrary library, Hub hub, Optional<URI> repository, String token) {
  static Places of(Context context) {
    return of(Settings.of(context.environment(), "EMBEDDING"));
  }

  static Places of(Settings settings) {
    EmbeddingConfig embedding = EmbeddingConfig.from(settings);
    Settings own = settings.scope("MODELS");
    String hub = own.text("HUB", "https://huggingface.co");
    String repository = own.text("MAVEN", "");
    String token = own.secret("TOKEN");
    if (!hub.matches("https?://[^\\s]+")) own.problem("HUB", "is \"" + hub + "\"; expected an http or https address");
    if (!repository.isEmpty() && !repository.matches("https?://[^\\s]+")) own.problem("MAVEN", "is \"" + repository + "\"; expected an http or https address");
    List<String> wrong = own.problems(List.of());
    List<String> ours = wrong.stream().filter(line -> line.startsWith("VERIMESH_EMBEDDING_") || line.startsWith("VERIMESH_MODELS_")).toList();
    if (!ours.isEmpty()) throw new CannotStart("mesh models cannot start: " + ours.size() + " settings are wrong\n  " + String.join("\n  ", ours));
    return new Places(new ModelStore(embedding.modelsDir()), new TorchLibrary(embedding.libtorch()), new Hub(URI.create(hub)),
        repository.isEmpty() ? Optional.empty() : Optional.of(URI.create(repository)), token);
  }

  Web web(Context context) {
    return new Web(token, hub.base(), context.environment());
  }

  /// @throws CannotStart if the native library is not there
  TorchRuntime torch(int threads) {
    try {
      TorchRuntime runtime = TorchRuntime.start(library, threads);
      runtime.prepareThread();
      return runtime;
    } catch (IOException e) {
      throw new CannotStart(e.getMessage());
    }
  }
}
