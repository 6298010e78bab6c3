package verimesh.metadata.sign;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Easy Diffusion: a PNG chunk a field, or the same fields as JSON in UserComment. `use_stable_diffusion_model` is its own.
final class EasyDiffusion implements Recogniser {
  @Override
  public List<Signature> find(Words words) {
    return words.first("use_stable_diffusion_model")
        .map(s -> List.of(Signature.record("Easy Diffusion", s.place(), recipe(words, s.text()))))
        .or(() -> words.records()
            .flatMap(s -> s.object().filter(o -> o.has("use_stable_diffusion_model")).stream()
                .map(o -> Signature.record("Easy Diffusion", s.place(),
                    new Recipe("", Json.text(o, "use_stable_diffusion_model"), Json.text(o, "prompt"), Json.text(o, "negative_prompt"), Json.text(o, "seed"), Map.of()))))
            .findFirst().map(List::of))
        .orElse(List.of());
  }

  private static Recipe recipe(Words words, String model) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : List.of("num_inference_steps", "guidance_scale", "sampler_name", "width", "height", "use_vae_model", "use_lora_model", "clip_skip")) {
      settings.put(name, words.text(name));
    }
    // A path or a bare name; the rest of the path may tell a person's name.
    String name = model.substring(Math.max(model.lastIndexOf('/'), model.lastIndexOf('\\')) + 1);
    return new Recipe("", name, words.text("prompt"), words.text("negative_prompt"), words.text("seed"), settings);
  }
}
