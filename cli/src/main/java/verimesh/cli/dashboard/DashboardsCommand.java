package verimesh.cli.dashboard;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;

/// `./mesh dashboards`: what Grafana would show, drawn from the same files.
@Command(
    name = "dashboards",
    description = {
      "Draws the dashboards of monitoring/ with what a running Prometheus knows, one SVG each.",
      "For where there is no Grafana: on a laptop beside ./mesh up, or in a report."
    })
public final class DashboardsCommand implements Callable<Integer> {
  private static final int POINTS = 121;
  private static final long SCRAPE_SECONDS = 15; // monitoring/prometheus.yml

  @Option(names = "--prometheus", paramLabel = "URL", description = "Where Prometheus answers (default: http://127.0.0.1:9090).")
  private URI prometheus = URI.create("http://127.0.0.1:9090");

  @Option(names = "--minutes", paramLabel = "N", description = "How far back, 1 to 44640 (default: 30).")
  private int minutes = 30;

  @Option(names = "--out", paramLabel = "FOLDER", description = "Where the pictures go (default: .mesh/dashboards).")
  private Path out;

  private final Context context;
  private final InstantSource clock;

  public DashboardsCommand(Context context, InstantSource clock) {
    this.context = context;
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (minutes < 1 || minutes > 44_640) throw new UsageProblem("--minutes is 1 to 44640, a month");
    if (prometheus.getHost() == null) throw new UsageProblem("--prometheus is an address such as http://127.0.0.1:9090");
    long step = Math.max(1, Duration.ofMinutes(minutes).toSeconds() / (POINTS - 1));
    var moments = new Moments(clock.instant().getEpochSecond() - step * (POINTS - 1), step, POINTS);
    String rateInterval = Math.max(4 * SCRAPE_SECONDS, step + SCRAPE_SECONDS) + "s"; // as Grafana makes it
    Path folder = out == null ? context.home().resolve("dashboards") : out;
    var wrong = new ArrayList<String>();
    try (var asked = new Prometheus(prometheus)) {
      Files.createDirectories(folder);
      for (Dashboard dashboard : Dashboard.all(context.root().resolve("monitoring/dashboards"))) {
        Map<Dashboard.Panel, List<Series>> values = new LinkedHashMap<>();
        for (Dashboard.Panel panel : dashboard.panels()) values.put(panel, series(asked, panel, rateInterval, moments, wrong));
        Path file = folder.resolve(dashboard.uid() + ".svg");
        Files.writeString(file, Sheet.of(dashboard, moments, values));
        List<String> empty = values.entrySet().stream().filter(e -> e.getValue().stream().allMatch(s -> Double.isNaN(s.last()))).map(e -> e.getKey().title()).toList();
        context.console().line(file + "  " + values.size() + " panels" + (empty.isEmpty() ? "" : ", without data: " + String.join(", ", empty)));
      }
    } catch (IOException e) {
      throw new CannotStart("cannot write to " + folder + ": " + e.getMessage());
    }
    wrong.forEach(context.console()::line);
    return wrong.isEmpty() ? Exit.OK : Exit.SOME_FAILED;
  }

  private static List<Series> series(Prometheus asked, Dashboard.Panel panel, String rateInterval, Moments moments, List<String> wrong) throws InterruptedException {
    var all = new ArrayList<Series>();
    for (Dashboard.Query query : panel.queries()) {
      try {
        all.addAll(asked.range(query, rateInterval, moments));
      } catch (Prometheus.Refused refused) {
        wrong.add(panel.title() + ": " + refused.getMessage());
      }
    }
    return all;
  }
}
