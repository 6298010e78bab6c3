package verimesh.cli.models;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import verimesh.chassis.inference.family.Variant;
import verimesh.cli.UsageProblem;

/// Which archives of a model are written.
final class VariantOptions {
  /// What a CPU serves from, and what explanations are computed with.
  private static final List<Variant> USUAL = List.of(Variant.CPU_PACKED_F32, Variant.CPU_PACKED_BF16, Variant.PLAIN_F32);

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "cpu-packed-f32, cpu-packed-bf16, plain-f32, plain-bf16, plain-f16 or all; repeat for several. Plain ones run on GPUs. Default: the first three.")
  private List<String> names = List.of();

  List<Variant> variants() {
    if (names.isEmpty()) return USUAL;
    Set<Variant> variants = new LinkedHashSet<>();
    for (String name : names) {
      if (name.equals("all")) variants.addAll(List.of(Variant.values()));
      else variants.add(named(name));
    }
    return List.copyOf(variants);
  }

  private static Variant named(String name) {
    return Arrays.stream(Variant.values()).filter(v -> v.spelling().equals(name.toLowerCase(Locale.ROOT))).findFirst()
        .orElseThrow(() -> new UsageProblem("there is no variant \"" + name + "\"; there are " + Arrays.stream(Variant.values()).map(Variant::spelling).collect(Collectors.joining(", ")) + ", all"));
  }
}
