package verimesh.chassis.inference.family;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.safetensors.StoredTensor;

/// A model's parsed configuration: which family it is of, with every number that its code needs.
public sealed interface ModelFamily permits ClipModel, Dinov2Model, SiglipModel, VitModel, ResnetModel {
  /// What the checkpoint's own preprocessing is if it comes without `preprocessor_config.json`: side of the square.
  int defaultSize();

  /// Builds the module tree for one variant.
  /// @throws CheckpointException naming the tensor that is missing, left over or of another shape
  BuiltModel build(Map<String, StoredTensor> tensors, Variant variant, PixelInput input) throws CheckpointException;

  /// @param config of `config.json`, sparse or complete
  /// @throws CheckpointException if the architecture is not among the supported ones, or a value makes no sense
  static ModelFamily parse(JsonNode config) throws CheckpointException {
    ConfigReader reader = ConfigReader.of(config);
    String type = reader.text("model_type", "");
    String architecture = config.path("architectures").path(0).asText(usual(type));
    return switch (type) {
      case "clip", "clip_vision_model", "clip_text_model" -> ClipModel.read(reader, type, architecture);
      case "siglip", "siglip_vision_model", "siglip_text_model" -> SiglipModel.read(reader, type, architecture);
      case "dinov2", "dinov2_with_registers" -> Dinov2Model.read(reader, type, architecture);
      case "vit" -> VitModel.read(reader, architecture);
      case "resnet" -> ResnetModel.readHuggingFace(reader, architecture);
      case "torchvision" -> ResnetModel.readTorchvision(reader, reader.text("arch", ""));
      // timm's files have no model_type but name the architecture; its plain ResNets have torchvision's names and shapes.
      case "" -> {
        if (!reader.text("architecture", "").isEmpty()) yield ResnetModel.readTorchvision(reader, reader.text("architecture", ""));
        throw unknown("config.json has no model_type");
      }
      default -> throw unknown("model_type \"" + type + "\" is not a supported family");
    };
  }

  /// The class that a configuration without `architectures` is read as: the one that the type is named for.
  private static String usual(String type) {
    return switch (type) {
      case "clip" -> "CLIPModel";
      case "clip_vision_model" -> "CLIPVisionModelWithProjection";
      case "clip_text_model" -> "CLIPTextModelWithProjection";
      case "siglip" -> "SiglipModel";
      case "siglip_vision_model" -> "SiglipVisionModel";
      case "siglip_text_model" -> "SiglipTextModel";
      case "dinov2" -> "Dinov2Model";
      case "dinov2_with_registers" -> "Dinov2WithRegistersModel";
      case "vit" -> "ViTForImageClassification";
      case "resnet" -> "ResNetForImageClassification";
      default -> "";
    };
  }

  static CheckpointException unknownArchitecture(String type, String architecture, String known) {
    return unknown("architectures[0] is \"" + architecture + "\"; of model_type \"" + type + "\" these are supported: " + known);
  }

  private static CheckpointException unknown(String what) {
    return new CheckpointException(
        what + ". Supported: clip, siglip (fixed resolution, SigLIP2 too), dinov2, dinov2_with_registers, vit, resnet, torchvision ResNets.");
  }
}
