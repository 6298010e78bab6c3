package verimesh.chassis.inference.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.InputSpec.Filter;
import verimesh.chassis.images.InputSpec.Fit;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.safetensors.Checkpoint;

/// Reads `preprocessor_config.json` of a checkpoint as an [InputSpec]: with the defaults of the processor's class, and
/// with those of the family where the file is missing (transformers 5.12.1).
public final class PreprocessorConfig {
  private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
  private static final List<Double> CLIP_STD = List.of(0.26862954, 0.26130258, 0.27577711);
  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);
  private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);
  private static final int BILINEAR = 2;
  private static final int BICUBIC = 3;

  private PreprocessorConfig() {}

  /// @param family as `config.json` says: `clip`, `siglip`, ...
  /// @param size the family's default side of the square
  public static InputSpec of(Path folder, String family, int size) throws IOException {
    Path file = folder.resolve("preprocessor_config.json");
    return Files.isRegularFile(file) ? parse(Checkpoint.json(file)) : familyDefault(family, size);
  }

  /// What the family's published checkpoints do.
  static InputSpec familyDefault(String family, int size) {
    return switch (family) {
      case "clip" -> new InputSpec(size, new Fit.ShortestEdgeCrop(size), Filter.BICUBIC, CLIP_MEAN, CLIP_STD);
      case "siglip" -> new InputSpec(size, new Fit.Squash(), Filter.BICUBIC, HALF, HALF);
      case "vit" -> new InputSpec(size, new Fit.Squash(), Filter.BILINEAR, HALF, HALF);
      case "dinov2", "dinov2_with_registers" -> new InputSpec(size, new Fit.ShortestEdgeCrop(size * 256 / 224), Filter.BICUBIC, IMAGENET_MEAN, IMAGENET_STD);
      case "resnet" -> new InputSpec(size, new Fit.ShortestEdgeCrop((int) (size / 0.875)), Filter.BICUBIC, IMAGENET_MEAN, IMAGENET_STD);
      default -> new InputSpec(size, new Fit.ShortestEdgeCrop(size * 256 / 224), Filter.BILINEAR, IMAGENET_MEAN, IMAGENET_STD);
    };
  }

  static InputSpec parse(JsonNode json) throws CheckpointException {
    String type = json.path("image_processor_type").asText(json.path("feature_extractor_type").asText("")).replace("FeatureExtractor", "ImageProcessor");
    String kind = type.replace("Fast", "").replace("Pil", "").replace("ImageProcessor", "");
    for (String step : List.of("do_resize", "do_rescale", "do_normalize")) {
      if (!json.path(step).asBoolean(true)) throw new CheckpointException("preprocessor_config.json says " + step + " false; models are fed resized, scaled and normalised pictures here");
    }
    boolean clip = kind.equals("CLIP") || kind.equals("ChineseCLIP");
    boolean bit = kind.equals("Bit");
    boolean half = kind.equals("Siglip") || kind.equals("ViT");
    List<Double> mean = numbers(json, "image_mean", clip || bit ? CLIP_MEAN : half ? HALF : IMAGENET_MEAN);
    List<Double> std = numbers(json, "image_std", clip || bit ? CLIP_STD : half ? HALF : IMAGENET_STD);
    Filter filter = filter(json, kind.equals("ViT") || kind.equals("ConvNext") && !json.has("resample") ? BILINEAR : BICUBIC);
    JsonNode size = json.path("size");
    if (kind.equals("ConvNext")) return convNext(json, size, filter, mean, std);
    boolean crop = json.path("do_center_crop").asBoolean(clip || bit);
    if (size.path("height").isInt() || (size.isInt() && !clip && !bit && !crop) || (size.isMissingNode() && half)) {
      int height = size.path("height").asInt(size.asInt(224));
      if (size.has("width") && size.path("width").asInt() != height) throw new CheckpointException("preprocessor_config.json asks for " + size + "; squares are supported");
      if (!crop) return spec(height, new Fit.Squash(), filter, mean, std);
      int side = side(json.path("crop_size"), height);
      // A crop as large as the square changes nothing; a smaller one would need a resize to a square first.
      if (side != height) throw new CheckpointException("preprocessor_config.json squashes to " + height + " and crops to " + side + "; that pair is not supported");
      return spec(height, new Fit.Squash(), filter, mean, std);
    }
    int resize = size.isInt() ? size.asInt() : size.path("shortest_edge").asInt(224);
    if (!crop) throw new CheckpointException("preprocessor_config.json resizes the short side to " + resize + " and does not crop; models are fed squares here");
    return spec(side(json.path("crop_size"), 224), new Fit.ShortestEdgeCrop(resize), filter, mean, std);
  }

  /// Below 384 px the short side becomes `int(s / crop_pct)` and `s` is cropped; from 384 px on the picture is squashed.
  private static InputSpec convNext(JsonNode json, JsonNode size, Filter filter, List<Double> mean, List<Double> std) throws CheckpointException {
    int s = size.isInt() ? size.asInt() : size.path("shortest_edge").asInt(384);
    double crop = json.path("crop_pct").asDouble(224 / 256.0);
    if (!(crop > 0 && crop <= 1)) throw new CheckpointException("preprocessor_config.json.crop_pct is " + crop + "; expected a number above 0, up to 1");
    return spec(s, s < 384 ? new Fit.ShortestEdgeCrop((int) (s / crop)) : new Fit.Squash(), filter, mean, std);
  }

  private static InputSpec spec(int size, Fit fit, Filter filter, List<Double> mean, List<Double> std) throws CheckpointException {
    try {
      return new InputSpec(size, fit, filter, mean, std);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException("preprocessor_config.json makes no sense: " + e.getMessage(), e);
    }
  }

  private static int side(JsonNode crop, int defaultSide) throws CheckpointException {
    if (crop.isMissingNode() || crop.isNull()) return defaultSide;
    int height = crop.isInt() ? crop.asInt() : crop.path("height").asInt(0);
    int width = crop.isInt() ? height : crop.path("width").asInt(0);
    if (height < 1 || height != width) throw new CheckpointException("preprocessor_config.json.crop_size is " + crop + "; expected a square");
    return height;
  }

  private static Filter filter(JsonNode json, int defaultCode) throws CheckpointException {
    return switch (json.path("resample").asInt(defaultCode)) {
      case BILINEAR -> Filter.BILINEAR;
      case BICUBIC -> Filter.BICUBIC;
      default -> throw new CheckpointException("preprocessor_config.json.resample is " + json.path("resample") + "; expected 2 (bilinear) or 3 (bicubic)");
    };
  }

  private static List<Double> numbers(JsonNode json, String key, List<Double> defaults) throws CheckpointException {
    JsonNode node = json.path(key);
    if (node.isMissingNode() || node.isNull()) return defaults;
    List<Double> values = new ArrayList<>();
    for (JsonNode item : node) if (item.isNumber()) values.add(item.asDouble());
    if (values.size() != 3) throw new CheckpointException("preprocessor_config.json." + key + " is " + node + "; expected three numbers");
    return List.copyOf(values);
  }
}
