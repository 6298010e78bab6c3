package verimesh.chassis.inference.torch;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// An archive in memory. Several threads may run it at once: its weights are only read.
///
/// libtorch crashes when a model goes away under a running call, so closing waits for the calls in flight, and so does the
/// end of the process ([TorchRuntime]). Calls that come later get an [EndingException].
public final class TorchModel implements AutoCloseable {
  private final Model model;
  private final PtSymbolBlock block;
  private final NDManager root;
  private final CallGate calls = new CallGate();

  private TorchModel(Model model) {
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
    this.root = model.getNDManager();
  }

  /// @param device `cpu` or `cuda:N`
  public static TorchModel load(TorchRuntime runtime, Path archive, String device) throws IOException {
    return load(runtime, archive, device, false);
  }

  /// @param gradients whether methods that compute gradients will be called with [#runWithGradients]
  public static TorchModel load(TorchRuntime runtime, Path archive, String device, boolean gradients) throws IOException {
    if (runtime.threads() < 1) throw new IllegalArgumentException("libtorch is not started");
    String file = archive.getFileName().toString();
    if (!file.endsWith(".pt")) throw new IllegalArgumentException("an archive's name ends in .pt: " + archive);
    TorchRuntime.CALLS.enter();
    try {
      return loadNow(archive, file, device, gradients);
    } finally {
      TorchRuntime.CALLS.leave();
    }
  }

  private static TorchModel loadNow(Path archive, String file, String device, boolean gradients) throws IOException {
    Model model = Model.newInstance(file, device(device), "PyTorch");
    try {
      // By path: loading a stream copies it three times.
      model.load(
          archive.toAbsolutePath().getParent(), file.substring(0, file.length() - 3),
          Map.of("mapLocation", "true", "trainParam", Boolean.toString(gradients)));
      return new TorchModel(model);
    } catch (MalformedModelException | RuntimeException e) {
      model.close();
      throw new IOException("libtorch does not load " + archive + ": " + e.getMessage(), e);
    }
  }

  /// Runs one method and copies its result, a tensor or a tuple of tensors, to the heap.
  /// @throws DeviceMemoryException if the device had no memory for it
  public List<FloatTensor> run(String method, TensorInput... inputs) {
    return inside(() -> runNow(method, inputs));
  }

  private List<FloatTensor> runNow(String method, TensorInput... inputs) {
    try (Arena arena = Arena.ofConfined();
        NDManager scope = root.newSubManager()) {
      IValue[] arguments = new IValue[inputs.length];
      try {
        for (int i = 0; i < inputs.length; i++) arguments[i] = IValue.from((PtNDArray) array(scope, arena, inputs[i]));
        try (IValue result = IValueUtils.runMethod(block, method, arguments)) {
          return onTheHeap(result.toNDList((PtNDManager) scope));
        }
      } finally {
        for (IValue argument : arguments) if (argument != null) argument.close();
      }
    } catch (EngineException e) {
      throw memoryOr(e);
    }
  }

  /// Runs one method with autograd on; the model must have been loaded for it.
  public List<FloatTensor> runWithGradients(String method, TensorInput... inputs) {
    return inside(() -> runWithGradientsNow(method, inputs));
  }

  private List<FloatTensor> runWithGradientsNow(String method, TensorInput... inputs) {
    try (Arena arena = Arena.ofConfined();
        NDManager scope = root.newSubManager();
        var collector = ai.djl.engine.Engine.getEngine("PyTorch").newGradientCollector()) {
      NDList arguments = new NDList();
      for (TensorInput input : inputs) arguments.add(array(scope, arena, input));
      NDArray name = scope.zeros(new Shape(1));
      name.setName("module_method:" + method);
      arguments.add(name);
      NDList result = IValueUtils.forward(block, arguments, true);
      return onTheHeap(result);
    } catch (EngineException e) {
      throw memoryOr(e);
    }
  }

  /// Waits for the calls in flight. Closing twice is no error.
  @Override
  public void close() {
    if (!calls.closeOnce()) return;
    try {
      TorchRuntime.CALLS.enter();
    } catch (EndingException e) {
      return; // the system takes the memory back anyway
    }
    try {
      model.close();
    } finally {
      TorchRuntime.CALLS.leave();
    }
  }

  private List<FloatTensor> inside(Supplier<List<FloatTensor>> call) {
    TorchRuntime.CALLS.enter();
    try {
      calls.enter();
      try {
        return call.get();
      } finally {
        calls.leave();
      }
    } finally {
      TorchRuntime.CALLS.leave();
    }
  }

  private static List<FloatTensor> onTheHeap(NDList result) {
    List<FloatTensor> tensors = new ArrayList<>();
    for (NDArray array : result) tensors.add(new FloatTensor(array.toFloatArray(), array.getShape().getShape()));
    return tensors;
  }

  /// Buffers of ours on the call's arena: DJL's own would stay until the collector comes by.
  private static NDArray array(NDManager scope, Arena arena, TensorInput input) {
    Shape shape = new Shape(input.shape());
    return switch (input) {
      case TensorInput.Bytes bytes -> {
        ByteBuffer direct = bytes.bytes();
        if (!direct.isDirect()) {
          MemorySegment copy = arena.allocate(direct.remaining(), 64);
          copy.copyFrom(MemorySegment.ofBuffer(direct));
          direct = copy.asByteBuffer();
        }
        yield scope.create(direct, shape, DataType.UINT8);
      }
      case TensorInput.Longs longs -> {
        MemorySegment copy = arena.allocate(longs.values().length * 8L, 64);
        MemorySegment.copy(longs.values(), 0, copy, ValueLayout.JAVA_LONG, 0, longs.values().length);
        yield scope.create(copy.asByteBuffer(), shape, DataType.INT64);
      }
      case TensorInput.Floats floats -> {
        MemorySegment copy = arena.allocate(floats.values().length * 4L, 64);
        MemorySegment.copy(floats.values(), 0, copy, ValueLayout.JAVA_FLOAT, 0, floats.values().length);
        yield scope.create(copy.asByteBuffer(), shape, DataType.FLOAT32);
      }
    };
  }

  private static RuntimeException memoryOr(EngineException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("out of memory") || message.contains("can't allocate memory") ? new DeviceMemoryException("The device has no memory left", e) : e;
  }

  private static Device device(String name) {
    if (name.equals("cpu")) return Device.cpu();
    if (name.matches("cuda:[0-9]{1,3}")) return Device.gpu(Integer.parseInt(name.substring(5)));
    throw new IllegalArgumentException("device " + name + "; expected cpu or cuda:N");
  }
}
