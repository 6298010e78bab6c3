package verimesh.chassis.images.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.InputSpec.Filter;
import verimesh.chassis.images.InputSpec.Fit;
import verimesh.chassis.images.RgbTensor;
import verimesh.chassis.images.SrgbPixels;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;

/// Every case of golden/preprocess (made by the genuine processors, golden/README.md §4), by every decoder of this machine.
class GoldenPreprocessTest {
  @ParameterizedTest(name = "{0} by {1}")
  @MethodSource("everyCaseByEveryDecoder")
  void theCutEqualsTheGenuineProcessors(String name, String how, JsonNode golden, Decoder decoder) throws Exception {
    StoredPixels stored = decoded(decoder, golden.get("source").asText());
    SrgbPixels shown = SrgbPixels.of(stored);
    assertThat(List.of(shown.width(), shown.height()))
        .isEqualTo(List.of(golden.get("decoded_size").get(0).asInt(), golden.get("decoded_size").get(1).asInt()));
    if (golden.has("decoded_sha256") && !golden.get("decoded_sha256").isNull()) {
      assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(shown.rgb())))
          .isEqualTo(golden.get("decoded_sha256").asText());
    }

    InputSpec spec = spec(golden.get("preprocessor_config"));
    RgbTensor cut = TensorCutter.cut(stored, List.of(spec)).getFirst();
    byte[] expected = decoded(decoder, golden.get("expected").asText()).rgb();
    assertThat(cut.rgb()).hasSameSizeAs(expected);
    int largest = 0;
    int equal = 0;
    for (int i = 0; i < expected.length; i++) {
      int difference = Math.abs((cut.rgb()[i] & 0xFF) - (expected[i] & 0xFF));
      largest = Math.max(largest, difference);
      if (difference == 0) equal++;
    }
    JsonNode tolerance = golden.get("tolerance");
    assertThat(largest).as("largest difference").isLessThanOrEqualTo(tolerance.get("max_abs").asInt());
    assertThat((double) equal / expected.length).as("share of equal samples")
        .isGreaterThanOrEqualTo(tolerance.path("exact_fraction").asDouble(0));
    if (largest == 0) theNormalisedTensorAgrees(cut, spec, golden.get("tensor"));
  }

  private static void theNormalisedTensorAgrees(RgbTensor cut, InputSpec spec, JsonNode tensor) {
    FloatBuffer values = FloatBuffer.allocate(cut.rgb().length);
    cut.normalise(spec, values);
    assertThat(values.remaining()).isZero();
    int plane = cut.width() * cut.height();
    double sum = 0;
    float min = Float.MAX_VALUE;
    float max = -Float.MAX_VALUE;
    for (int c = 0; c < 3; c++) {
      double channel = 0;
      for (int i = 0; i < plane; i++) {
        float value = values.get(c * plane + i);
        channel += value;
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
      assertThat(channel / plane).as("mean of channel " + c).isCloseTo(tensor.get("channel_mean").get(c).asDouble(), within(1e-5));
      sum += channel;
    }
    assertThat(sum / values.capacity()).isCloseTo(tensor.get("sum").asDouble() / values.capacity(), within(1e-5));
    assertThat((double) min).isCloseTo(tensor.get("min").asDouble(), within(1e-5));
    assertThat((double) max).isCloseTo(tensor.get("max").asDouble(), within(1e-5));
  }

  static Stream<Arguments> everyCaseByEveryDecoder() throws IOException {
    JsonNode cases;
    try (InputStream in = resource("cases.json")) {
      cases = new ObjectMapper().readTree(in).get("cases");
    }
    var plain = Decoder.plain(DecodeLimits.DEFAULT);
    var fastest = Decoder.fastest(DecodeLimits.DEFAULT);
    return StreamSupport.stream(cases.spliterator(), false).flatMap(c -> Stream.of(
        Arguments.of(c.get("name").asText(), "plain Java", c, plain), Arguments.of(c.get("name").asText(), "the fastest", c, fastest)));
  }

  private static StoredPixels decoded(Decoder decoder, String file) {
    try (InputStream in = resource(file)) {
      return switch (decoder.decode(in.readAllBytes())) {
        case Decoded.Picture(_, StoredPixels stored, _) -> stored;
        case Decoded other -> throw new AssertionError(file + ": " + other);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream resource(String name) {
    InputStream in = GoldenPreprocessTest.class.getResourceAsStream("/golden/preprocess/" + name);
    if (in == null) throw new AssertionError("no test resource golden/preprocess/" + name);
    return in;
  }

  private static InputSpec spec(JsonNode config) {
    JsonNode size = config.get("size");
    Fit fit = new Fit.Squash();
    int side = size.path("height").asInt();
    if (size.has("shortest_edge")) {
      int edge = size.get("shortest_edge").asInt();
      boolean percent = config.has("crop_pct");
      fit = new Fit.ShortestEdgeCrop(percent ? (int) (edge / config.get("crop_pct").asDouble()) : edge);
      side = percent ? edge : config.get("crop_size").get("height").asInt();
    }
    Filter filter = config.get("resample").asInt() == 3 ? Filter.BICUBIC : Filter.BILINEAR;
    return new InputSpec(side, fit, filter, numbers(config.get("image_mean")), numbers(config.get("image_std")));
  }

  private static List<Double> numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asDouble).toList();
  }
}
