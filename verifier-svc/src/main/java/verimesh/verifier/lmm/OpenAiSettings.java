package verimesh.verifier.lmm;

import java.net.URI;
import java.time.Duration;

/// How one OpenAI-compatible endpoint is reached and held back.
///
/// @param name the operator's name for it, `[a-z0-9]+`
/// @param url base URL, for example `http://127.0.0.1:8000/v1`
/// @param model model name to ask for
/// @param apiKey empty where none is needed; never logged
/// @param weight how much it counts beside others, above 0
/// @param structured how it is made to keep to the schema
/// @param timeout the longest one call may take
/// @param attemptsMax tries of one question, the first included
/// @param limits what it is held back by
/// @param circuitFailuresMax failures in a row that open the circuit
/// @param circuitPause how long it stays open
public record OpenAiSettings(
    String name, URI url, String model, String apiKey, double weight, Structured structured, Duration timeout, int attemptsMax,
    Limits limits, int circuitFailuresMax, Duration circuitPause) {

  /// What the endpoint offers for structured output.
  public enum Structured {
    /// `response_format: json_schema`: the answer fits by construction.
    JSON_SCHEMA,
    /// `response_format: json_object`: some JSON, checked and repaired once here.
    JSON_OBJECT,
    /// Nothing; the prompt asks for JSON.
    NONE
  }

  /// @param concurrencyMax calls at a time
  /// @param waitingMax calls that wait for their turn; more are refused at once
  /// @param tokensPerMinuteMax prompt and answer together; 0 means no limit
  /// @param price what the endpoint bills
  /// @param costPerMinuteMax in the price's currency; 0 means no limit
  public record Limits(int concurrencyMax, int waitingMax, long tokensPerMinuteMax, Price price, double costPerMinuteMax) {}

  /// @param prompt for a million prompt tokens, in the operator's currency; 0 for one's own machine
  /// @param answer for a million answer tokens
  public record Price(double prompt, double answer) {
    public double of(Reply.Tokens tokens) {
      return (tokens.prompt() * prompt + tokens.answer() * answer) / 1e6;
    }
  }

  @Override
  public String toString() {
    return "OpenAiSettings[" + name + ", " + url + ", " + model + ", key " + (apiKey.isEmpty() ? "none" : "***") + "]";
  }
}
