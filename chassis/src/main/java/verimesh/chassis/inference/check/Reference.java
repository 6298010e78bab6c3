package verimesh.chassis.inference.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.safetensors.Checkpoint;
import verimesh.chassis.inference.safetensors.DType;

/// A reference file: a model's configuration and tensors, inputs, and what the published implementation makes of them
/// (golden/README.md, section 3).
///
/// @param config complete configuration
/// @param sparse the same without what equals the class defaults; missing node where the file has none
/// @param optional whether the family may be refused
/// @param imageShape `[n, 3, height, width]`; empty without pixels
/// @param ids token ids, one row a text; empty without texts
record Reference(
    String name, JsonNode config, JsonNode sparse, boolean optional, DType weightsDtype, List<Tensor> tensors, long[] imageShape,
    List<long[]> ids, List<Output> outputs) {
  record Tensor(String name, long[] shape, DType dtype) {}

  /// @param values flat indices to expected values: all of them, or the first and a regular sample
  /// @param sums of the whole tensor: sum, sum of squares, minimum, maximum
  /// @param tolerances by data type name
  record Output(String name, long[] shape, Map<Integer, Double> values, double[] sums, Map<String, Tolerance> tolerances) {}

  /// @param cosineMin least cosine of a batch item; 0 where the file has none (a handful of logits)
  record Tolerance(double errorMax, double cosineMin) {}

  static Reference read(Path file) throws IOException {
    JsonNode json = Checkpoint.json(file);
    for (String key : List.of("config", "tensors", "inputs", "outputs")) {
      if (!json.has(key)) throw new CheckpointException(file + " is no reference file: it has no \"" + key + "\"");
    }
    DType weights = DType.valueOf(json.path("weights_dtype").asText("F32"));
    List<Tensor> tensors = new ArrayList<>();
    for (JsonNode t : json.path("tensors")) tensors.add(new Tensor(t.path("name").asText(), longs(t.path("shape")), DType.valueOf(t.path("dtype").asText())));
    List<long[]> ids = new ArrayList<>();
    for (JsonNode row : json.path("inputs").path("input_ids")) ids.add(longs(row));
    List<Output> outputs = new ArrayList<>();
    for (JsonNode o : json.path("outputs")) outputs.add(output(o));
    return new Reference(
        json.path("name").asText(file.getFileName().toString()), json.path("config"), json.path("config_sparse"), json.path("optional").asBoolean(false),
        weights, tensors, longs(json.path("inputs").path("pixel_values").path("shape")), ids, outputs);
  }

  private static Output output(JsonNode o) {
    Map<Integer, Double> values = new LinkedHashMap<>();
    number(o.path("values"), 1, values);
    number(o.path("first"), 1, values);
    number(o.path("sample"), o.path("stride").asInt(1), values);
    double[] sums = {o.path("sum").asDouble(), o.path("sum_squares").asDouble(), o.path("min").asDouble(), o.path("max").asDouble()};
    Map<String, Tolerance> tolerances = new LinkedHashMap<>();
    o.path("tolerance").properties().forEach(
        e -> tolerances.put(e.getKey(), new Tolerance(e.getValue().path("max_abs").asDouble(), e.getValue().path("cosine").asDouble(0))));
    return new Output(o.path("name").asText(), longs(o.path("shape")), values, sums, tolerances);
  }

  private static void number(JsonNode list, int stride, Map<Integer, Double> into) {
    for (int i = 0; i < list.size(); i++) into.put(i * stride, list.get(i).asDouble());
  }

  private static long[] longs(JsonNode list) {
    long[] values = new long[list.size()];
    for (int i = 0; i < values.length; i++) values[i] = list.get(i).asLong();
    return values;
  }
}
