package verimesh.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import verimesh.cli.CannotStart;

/// Asks a Prometheus over its HTTP API.
final class Prometheus implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI address;

  Prometheus(URI address) {
    this.address = address;
  }

  /// Prometheus took the question, and says what is wrong with it.
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  List<Series> range(Dashboard.Query query, String rateInterval, Moments moments) throws Refused, InterruptedException {
    String path = "/api/v1/query_range?query=" + URLEncoder.encode(query.promql(rateInterval), StandardCharsets.UTF_8)
        + "&start=" + moments.start() + "&end=" + moments.end() + "&step=" + moments.step();
    JsonNode answer;
    try {
      var request = HttpRequest.newBuilder(URI.create(address.toString().replaceAll("/+$", "") + path)).timeout(PATIENCE).build();
      answer = new ObjectMapper().readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new CannotStart("no Prometheus answers at " + address + (e.getMessage() == null ? "" : ": " + e.getMessage()));
    }
    if (!answer.path("status").asText().equals("success")) throw new Refused(answer.path("error").asText("no Prometheus API answers at " + address));
    var all = new ArrayList<Series>();
    for (JsonNode result : answer.path("data").path("result")) {
      double[] values = new double[moments.count()];
      Arrays.fill(values, Double.NaN);
      for (JsonNode point : result.path("values")) {
        values[(int) ((point.path(0).asLong() - moments.start()) / moments.step())] = number(point.path(1).asText());
      }
      all.add(new Series(name(query.legend(), result.path("metric")), values));
    }
    return all;
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf", "-Inf", "NaN" -> Double.NaN; // none of them can be drawn
      default -> Double.parseDouble(text);
    };
  }

  private static String name(String legend, JsonNode labels) {
    Matcher label = LABEL.matcher(legend);
    return label.replaceAll(match -> Matcher.quoteReplacement(labels.path(match.group(1)).asText(""))).strip();
  }

  @Override
  public void close() {
    http.close();
  }
}
