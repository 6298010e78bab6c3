package verimesh.chassis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.Context;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;
import verimesh.chassis.testing.Seed;

class JsonLinesTest {
  private final JsonLines lines = new JsonLines("hash-svc");

  private static LoggingEvent event(String message, KeyValuePair... pairs) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerContext(new LoggerContext());
    event.setLoggerName("verimesh.hash.Matcher");
    event.setLevel(Level.INFO);
    event.setMessage(message);
    event.setInstant(Instant.parse("2026-11-25T10:00:00.123456Z"));
    event.setMDCPropertyMap(Map.of());
    for (KeyValuePair pair : pairs) event.addKeyValuePair(pair);
    return event;
  }

  private JsonNode parsed(LoggingEvent event) throws Exception {
    String line = new String(lines.encode(event), StandardCharsets.UTF_8);
    assertThat(line).endsWith("}\n");
    assertThat(line.strip().lines().count()).isEqualTo(1);
    return new ObjectMapper().readTree(line);
  }

  @Test
  void anEventIsOneLineWithTypedValues() throws Exception {
    JsonNode line = parsed(event("verdict", new KeyValuePair("id", "01J"), new KeyValuePair("confidence", 0.98), new KeyValuePair("took_ms", 12L), new KeyValuePair("cached", true), new KeyValuePair("note", null)));
    assertThat(line.toString()).isEqualTo(
        "{\"time\":\"2026-11-25T10:00:00.123456Z\",\"level\":\"info\",\"service\":\"hash-svc\",\"logger\":\"verimesh.hash.Matcher\",\"event\":\"verdict\","
            + "\"id\":\"01J\",\"confidence\":0.98,\"took_ms\":12,\"cached\":true,\"note\":null}");
  }

  @Test
  void theTraceOfTheCallIsThereAlsoWithoutALoggingContext() throws Exception {
    Trace trace = Trace.fresh();
    JsonNode line = Context.current().withValue(Trace.KEY, trace).call(() -> parsed(event("e")));
    assertThat(line.get("trace_id").asText()).isEqualTo(trace.traceId());
    assertThat(parsed(event("e")).has("trace_id")).isFalse();
  }

  @Test
  void anEventsKeysNeverHideOurs() throws Exception {
    JsonNode line = parsed(event("e", new KeyValuePair("level", "x"), new KeyValuePair("level_", "y"), new KeyValuePair("event", "z")));
    assertThat(line.get("level").asText()).isEqualTo("info");
    assertThat(line.get("level_").asText()).isEqualTo("x");
    assertThat(line.get("level__").asText()).isEqualTo("y");
    assertThat(line.get("event_").asText()).isEqualTo("z");
  }

  @Test
  void whatCannotBeSaidInJsonIsSaidInWords() throws Exception {
    JsonNode line = parsed(event("e", new KeyValuePair("nan", Double.NaN), new KeyValuePair("broken", new Object() {
      @Override
      public String toString() {
        throw new IllegalStateException();
      }
    })));
    assertThat(line.get("nan").asText()).isEqualTo("NaN");
    assertThat(line.get("broken").asText()).contains("cannot be printed");
  }

  @Test
  void anExceptionComesWithItsTraceInTheSameLine() throws Exception {
    LoggingEvent event = event("failed");
    event.setThrowableProxy(new ch.qos.logback.classic.spi.ThrowableProxy(new IllegalStateException("why\nand where")));
    assertThat(parsed(event).get("error").asText()).contains("IllegalStateException", "why\nand where", "JsonLinesTest");
  }

  @Test
  void anyTextStaysOneLineOfValidJson() throws Exception {
    SplittableRandom random = Seed.random("json");
    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(20); n > 0; n--) text.append((char) (random.nextInt(3) == 0 ? random.nextInt(0xD700, 0xE000) : random.nextInt(0x3000)));
      JsonNode line = parsed(event(text.toString().replace("{", ""), new KeyValuePair(text.toString(), text)));
      assertThat(line.size()).as(Seed.replay()).isEqualTo(6);
    }
    assertThat(parsed(event("x".repeat(100_000))).get("event").asText()).hasSizeLessThan(9_000);
  }
}
