package verimesh.chassis.inference.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A TorchScript class: attributes and methods. Tensors may be packed when the module is loaded (oneDNN layouts); such a
/// class restores itself from a tuple, so it has no children.
///
/// Method text is executed by libtorch: it must never hold a string of a stranger's file. Callers put in numbers that
/// they parsed, and names of their own.
public final class ModuleClass {
  private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";

  private final String name;
  private final Set<String> tensors = new LinkedHashSet<>();
  private final Map<String, String> packing = new LinkedHashMap<>();
  private final Map<String, ModuleClass> children = new LinkedHashMap<>();
  private final List<String> methods = new ArrayList<>();

  public ModuleClass(String name) {
    this.name = checked(name);
  }

  public String name() {
    return name;
  }

  public ModuleClass tensor(String attribute) {
    tensors.add(checked(attribute));
    return this;
  }

  /// @param expression packs the loaded tensor; `{}` stands for it
  public ModuleClass packedTensor(String attribute, String expression) {
    tensor(attribute);
    packing.put(attribute, expression);
    return this;
  }

  public ModuleClass child(String attribute, ModuleClass type) {
    children.put(checked(attribute), type);
    return this;
  }

  /// @param lines a whole method from `def` on, indented by nothing; lines of the body by two blanks
  public ModuleClass method(String lines) {
    methods.add(lines.stripTrailing());
    return this;
  }

  Set<String> tensors() {
    return tensors;
  }

  Map<String, ModuleClass> children() {
    return children;
  }

  boolean restoresItself() {
    return !packing.isEmpty();
  }

  /// The class as TorchScript serialisation text.
  String source() {
    if (restoresItself() && !children.isEmpty()) throw new IllegalStateException(name + " packs tensors and has children");
    StringBuilder text = new StringBuilder("class " + name + "(Module):\n");
    // Packed tensors are opaque and belong to no optimiser; unpacked ones are listed so that trainers see them.
    text.append("  __parameters__ = [");
    if (!restoresItself()) tensors.forEach(tensor -> text.append('"').append(tensor).append("\", "));
    text.append("]\n  __buffers__ = []\n");
    tensors.forEach(tensor -> text.append("  ").append(tensor).append(" : Tensor\n"));
    children.forEach((attribute, type) -> text.append("  ").append(attribute).append(" : __torch__.vm.").append(type.name).append('\n'));
    text.append("  training : bool\n");
    for (String method : methods) text.append(method.indent(2));
    if (restoresItself()) text.append(stateMethods().indent(2));
    return text.toString();
  }

  private String stateMethods() {
    String type = "Tuple[" + "Tensor, ".repeat(tensors.size()) + "bool]";
    StringBuilder get = new StringBuilder("def __getstate__(self) -> " + type + ":\n  return (");
    StringBuilder set = new StringBuilder("def __setstate__(self, state: " + type + ") -> None:\n");
    int index = 0;
    for (String tensor : tensors) {
      get.append("self.").append(tensor).append(", ");
      String loaded = "state[" + index++ + "]";
      set.append("  self.").append(tensor).append(" = ").append(packing.getOrDefault(tensor, "{}").replace("{}", loaded)).append('\n');
    }
    return get + "self.training)\n" + set + "  self.training = state[" + index + "]\n";
  }

  private static String checked(String name) {
    if (!name.matches(NAME)) throw new IllegalArgumentException("not a name: " + name);
    return name;
  }
}
