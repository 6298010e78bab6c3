package verimesh.chassis.telemetry;

import io.grpc.Context;
import io.grpc.Metadata;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which request a piece of work belongs to: W3C Trace Context's `traceparent` (https://www.w3.org/TR/trace-context/,
/// §3.2), version 00. Travels in the gRPC context, so it follows every call that is made under it; work on another
/// thread has it when its executor was wrapped by `Context.currentContextExecutor`.
///
/// @param traceId 32 lower-case hex digits, not all zero
/// @param spanId 16 lower-case hex digits, not all zero: the sender's span
/// @param sampled whether the caller records this trace; passed on, never decided here
public record Trace(String traceId, String spanId, boolean sampled) {
  public static final Context.Key<Trace> KEY = Context.key("verimesh-trace");

  /// Its name in log events and in the logging context.
  public static final String LOG_KEY = "trace_id";

  /// Tells the caller under which trace id its call was logged (W3C Trace Context level 2, `traceresponse`).
  public static final Metadata.Key<String> RESPONSE =
      Metadata.Key.of("traceresponse", Metadata.ASCII_STRING_MARSHALLER);

  public static final Metadata.Key<String> HEADER = Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  private static final Pattern FORM =
      Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  /// The trace that this thread works for.
  public static Optional<Trace> current() {
    return Optional.ofNullable(KEY.get());
  }

  /// The caller's trace, or a new one where it sent none or nonsense: a broken header is no reason to refuse a picture.
  public static Trace of(String traceparent) {
    if (traceparent != null) {
      Matcher m = FORM.matcher(traceparent);
      if (m.matches() && acceptable(m)) {
        return new Trace(m.group(2), m.group(3), (Integer.parseInt(m.group(4), 16) & 1) == 1);
      }
    }
    return fresh();
  }

  public static Trace fresh() {
    return new Trace(hex() + hex(), hex(), false);
  }

  /// The same trace with a span id of its own: what a downstream call carries.
  public Trace child() {
    return new Trace(traceId, hex(), sampled);
  }

  /// As the header says it.
  public String traceparent() {
    return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
  }

  private static boolean acceptable(Matcher m) {
    if (m.group(1).equals("ff")) return false; // forbidden by §3.2.2.1
    if (m.group(1).equals("00") && m.group(5) != null) return false; // later versions may append, this one may not
    return !isZero(m.group(2)) && !isZero(m.group(3));
  }

  private static boolean isZero(String hex) {
    return hex.chars().allMatch(digit -> digit == '0');
  }

  /// 16 digits. Ids need to differ, not to be secret.
  private static String hex() {
    long bits = ThreadLocalRandom.current().nextLong();
    return HexFormat.of().toHexDigits(bits == 0 ? 1 : bits);
  }
}
