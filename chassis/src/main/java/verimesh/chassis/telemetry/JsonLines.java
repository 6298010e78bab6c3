package verimesh.chassis.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.event.KeyValuePair;

/// One event, one JSON object, one line: `time`, `level`, `service`, `logger`, `event`, then `trace_id` where a call is
/// being served, then whatever the event carries, as numbers and booleans where they are such.
final class JsonLines extends EncoderBase<ILoggingEvent> {
  /// Names that this class writes itself; an event's own key of such a name gets a `_` behind it.
  private static final Set<String> OURS = Set.of("time", "level", "service", "logger", "event", "error");
  private static final int TEXT_CHARACTERS_MAX = 8192; // a stack trace, a message: a line that a collector still takes

  private final JsonFactory json = new JsonFactory();
  private final String service;

  JsonLines(String service) {
    this.service = service;
  }

  @Override
  public byte[] headerBytes() {
    return null;
  }

  @Override
  public byte[] footerBytes() {
    return null;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    var bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator out = json.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("time", instant(event).toString());
      out.writeStringField("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
      out.writeStringField("service", service);
      out.writeStringField("logger", event.getLoggerName());
      out.writeStringField("event", cut(event.getFormattedMessage()));
      Set<String> written = new HashSet<>(OURS);
      for (Map.Entry<String, Object> entry : details(event).entrySet()) {
        String key = cut(entry.getKey());
        while (!written.add(key)) key += "_";
        out.writeFieldName(key);
        write(out, entry.getValue());
      }
      if (event.getThrowableProxy() != null) out.writeStringField("error", stackTrace(event.getThrowableProxy()));
      out.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // the stream is memory
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static Map<String, Object> details(ILoggingEvent event) {
    Map<String, Object> details = new LinkedHashMap<>(event.getMDCPropertyMap());
    // Work on a thread of its own carries the gRPC context and not the logging context.
    Trace.current().ifPresent(trace -> details.putIfAbsent(Trace.LOG_KEY, trace.traceId()));
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) details.put(pair.key == null ? "" : pair.key, pair.value);
    }
    return details;
  }

  private static void write(JsonGenerator out, Object value) throws IOException {
    switch (value) {
      case null -> out.writeNull();
      case Boolean flag -> out.writeBoolean(flag);
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Double number when Double.isFinite(number) -> out.writeNumber(number);
      case Float number when Float.isFinite(number) -> out.writeNumber(number);
      default -> out.writeString(cut(text(value)));
    }
  }

  /// A value whose `toString` breaks must not break the program that logs it.
  private static String text(Object value) {
    try {
      return String.valueOf(value);
    } catch (RuntimeException broken) {
      return "<" + value.getClass().getName() + " cannot be printed: " + broken.getClass().getName() + ">";
    }
  }

  private static Instant instant(ILoggingEvent event) {
    return event.getInstant() != null ? event.getInstant() : Instant.ofEpochMilli(event.getTimeStamp());
  }

  private static String stackTrace(IThrowableProxy thrown) {
    return cut(ThrowableProxyUtil.asString(thrown));
  }

  /// Bounded, and without halves of characters, which no UTF-8 can say.
  private static String cut(String text) {
    if (text == null) return "";
    String bounded = text.length() <= TEXT_CHARACTERS_MAX ? text : text.substring(0, TEXT_CHARACTERS_MAX) + "…";
    return new String(bounded.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
