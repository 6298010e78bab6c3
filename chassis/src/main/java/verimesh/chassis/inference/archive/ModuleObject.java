package verimesh.chassis.inference.archive;

import java.util.LinkedHashMap;
import java.util.Map;

/// One module instance: values for the attributes of its [ModuleClass]. Built by one thread, then only read.
public final class ModuleObject {
  private final ModuleClass type;
  private final Map<String, TensorData> tensors = new LinkedHashMap<>();
  private final Map<String, ModuleObject> children = new LinkedHashMap<>();

  public ModuleObject(ModuleClass type) {
    this.type = type;
  }

  public ModuleObject tensor(String attribute, TensorData data) {
    if (!type.tensors().contains(attribute)) throw new IllegalArgumentException(type.name() + " has no tensor " + attribute);
    tensors.put(attribute, data);
    return this;
  }

  public ModuleObject child(String attribute, ModuleObject child) {
    if (type.children().get(attribute) != child.type) throw new IllegalArgumentException(type.name() + " has no such child " + attribute);
    children.put(attribute, child);
    return this;
  }

  ModuleClass type() {
    return type;
  }

  TensorData tensor(String attribute) {
    TensorData data = tensors.get(attribute);
    if (data == null) throw new IllegalStateException(type.name() + "." + attribute + " was never set");
    return data;
  }

  ModuleObject child(String attribute) {
    ModuleObject child = children.get(attribute);
    if (child == null) throw new IllegalStateException(type.name() + "." + attribute + " was never set");
    return child;
  }
}
