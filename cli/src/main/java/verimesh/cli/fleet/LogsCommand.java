package verimesh.cli.fleet;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.cli.local.MeshService;
import verimesh.cli.term.Ink;
import verimesh.cli.term.Plain;
import verimesh.cli.term.Width;

/// `./mesh logs`.
@Command(name = "logs", description = "What the services that `up` started say: one JSON object a line.")
public final class LogsCommand implements Callable<Integer> {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  @Parameters(arity = "0..*", paramLabel = "SERVICE", description = "Only these (default: all).")
  private List<String> names = List.of();

  @Option(names = {"-f", "--follow"}, description = "Go on until Control-C.")
  private boolean follow;

  @Option(names = {"-n", "--lines"}, paramLabel = "N", description = "How many of the last lines of each (default: 20).")
  private int lines = 20;

  private final Context context;

  public LogsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (lines < 0) throw new UsageProblem("-n is " + lines + "; expected 0 or more");
    var fleet = new Fleet(context.home().resolve("run"), context.environment());
    List<MeshService> services = UpCommand.named(names);
    var tails = new ArrayList<Tail>();
    for (MeshService service : services) tails.add(new Tail(service, fleet.log(service), services.size() > 1));
    boolean any = false;
    for (Tail tail : tails) any |= tail.last(lines);
    if (!any && !follow) context.console().note("no logs yet; ./mesh up starts the services");
    while (follow) {
      for (Tail tail : tails) tail.more();
      Thread.sleep(BETWEEN_LOOKS);
    }
    return Exit.OK;
  }

  /// Follows one file, also over a new start, which begins a new file.
  private final class Tail {
    private final MeshService service;
    private final Path file;
    private final boolean named;
    private long at;
    private String half = "";

    Tail(MeshService service, Path file, boolean named) {
      this.service = service;
      this.file = file;
      this.named = named;
    }

    boolean last(int count) throws IOException {
      if (!Files.exists(file)) return false;
      List<String> all = Files.readString(file).lines().toList();
      at = Files.size(file);
      all.subList(Math.max(0, all.size() - count), all.size()).forEach(this::print);
      return !all.isEmpty();
    }

    void more() throws IOException {
      if (!Files.exists(file)) return;
      try (var in = new RandomAccessFile(file.toFile(), "r")) {
        if (in.length() < at) at = 0;
        byte[] bytes = new byte[(int) Math.min(in.length() - at, 1 << 20)];
        in.seek(at);
        in.readFully(bytes);
        at += bytes.length;
        String text = half + new String(bytes, StandardCharsets.UTF_8);
        int end = text.lastIndexOf('\n') + 1;
        half = text.substring(end);
        text.substring(0, end).lines().forEach(this::print);
      }
    }

    private void print(String line) {
      String who = named ? context.console().ink(Ink.NAME, Width.pad(service.id(), 13)) + " " : "";
      context.console().line(who + Plain.line(line));
    }
  }
}
