package verimesh.chassis.images.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.InputSpec.Fit;
import verimesh.chassis.images.decode.NativeLibrary;

/// libvips at the work of [DecodeBench]: one full decode to memory, then `vips_resize` with its cubic kernel for each spec, with as
/// many threads as the machine has cores. It comes near Pillow's pixels, not to the bit.
final class VipsBaseline {
  private static final String LIBRARY = "libvips.so.42";
  private static final int KERNEL_CUBIC = 2; // vips/resample.h

  private final MethodHandle concurrency;
  private final MethodHandle load;
  private final MethodHandle toMemoryImage;
  private final MethodHandle width;
  private final MethodHandle height;
  private final MethodHandle resize;
  private final MethodHandle extract;
  private final MethodHandle toMemory;
  private final MethodHandle unref;
  private final MethodHandle free;

  private VipsBaseline(NativeLibrary library) throws Throwable {
    MethodHandle init = library.function("vips_init", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      if ((int) init.invokeExact(arena.allocateFrom("verimesh")) != 0) throw new IllegalArgumentException(LIBRARY + " does not start");
    }
    concurrency = library.function("vips_concurrency_set", FunctionDescriptor.ofVoid(JAVA_INT));
    load = library.function("vips_jpegload_buffer", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS), Linker.Option.firstVariadicArg(3));
    toMemoryImage = library.function("vips_image_copy_memory", FunctionDescriptor.of(ADDRESS, ADDRESS));
    width = library.function("vips_image_get_width", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    height = library.function("vips_image_get_height", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    resize = library.function("vips_resize",
        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_DOUBLE, ADDRESS, JAVA_DOUBLE, ADDRESS, JAVA_INT, ADDRESS), Linker.Option.firstVariadicArg(3));
    extract = library.function("vips_extract_area",
        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS), Linker.Option.firstVariadicArg(6));
    toMemory = library.function("vips_image_write_to_memory", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    unref = library.function("g_object_unref", FunctionDescriptor.ofVoid(ADDRESS));
    free = library.function("g_free", FunctionDescriptor.ofVoid(ADDRESS));
  }

  static Optional<VipsBaseline> find() {
    try {
      return Optional.of(new VipsBaseline(NativeLibrary.load(LIBRARY)));
    } catch (IllegalArgumentException | IllegalCallerException e) {
      return Optional.empty();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  void decodeAndResize(byte[] file) {
    try (Arena arena = Arena.ofConfined()) {
      concurrency.invokeExact(Runtime.getRuntime().availableProcessors());
      MemorySegment out = arena.allocate(ADDRESS);
      check((int) load.invokeExact(arena.allocateFrom(JAVA_BYTE, file), (long) file.length, out, MemorySegment.NULL));
      MemorySegment lazy = out.get(ADDRESS, 0);
      MemorySegment whole = (MemorySegment) toMemoryImage.invokeExact(lazy);
      for (InputSpec spec : DecodeBench.SPECS) resizeAndCrop(whole, spec, out, arena);
      unref.invokeExact(whole);
      unref.invokeExact(lazy);
      concurrency.invokeExact(1); // as the decoder has it
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  private void resizeAndCrop(MemorySegment whole, InputSpec spec, MemorySegment out, Arena arena) throws Throwable {
    int w = (int) width.invokeExact(whole);
    int h = (int) height.invokeExact(whole);
    double across = (double) spec.size() / w;
    double down = (double) spec.size() / h;
    if (spec.fit() instanceof Fit.ShortestEdgeCrop(int shortest)) across = down = (double) shortest / Math.min(w, h);
    check((int) resize.invokeExact(whole, out, across, arena.allocateFrom("vscale"), down, arena.allocateFrom("kernel"), KERNEL_CUBIC, MemorySegment.NULL));
    MemorySegment resized = out.get(ADDRESS, 0);
    int left = ((int) width.invokeExact(resized) - spec.size()) / 2;
    int top = ((int) height.invokeExact(resized) - spec.size()) / 2;
    check((int) extract.invokeExact(resized, out, left, top, spec.size(), spec.size(), MemorySegment.NULL));
    MemorySegment cut = out.get(ADDRESS, 0);
    MemorySegment pixels = (MemorySegment) toMemory.invokeExact(cut, arena.allocate(JAVA_LONG));
    free.invokeExact(pixels);
    unref.invokeExact(cut);
    unref.invokeExact(resized);
  }

  private static void check(int returned) {
    if (returned != 0) throw new IllegalStateException(LIBRARY + " refused a step of the benchmark");
  }
}
