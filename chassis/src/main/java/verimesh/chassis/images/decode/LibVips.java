package verimesh.chassis.images.decode;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import verimesh.chassis.images.ImageFormat;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.StoredPixels.Layout;

/// HEIC, AVIF and JPEG XL by libvips (`libvips.so.42`) through the foreign-function API, where the machine has it. Each loader
/// is called by its name, so that no other of libvips' many loaders ever sees a stranger's bytes.
final class LibVips {
  private static final String LIBRARY = "libvips.so.42";

  // vips/image.h, vips/header.h
  private static final int FORMAT_UCHAR = 0;
  private static final int FORMAT_USHORT = 2;
  private static final int INTERPRETATION_SRGB = 22;
  private static final String ICC = "icc-profile-data";

  /// libvips lives once in a process whoever opens it, so it is looked for once, when it is first needed: loading it takes
  /// some 50 ms that a program without such pictures need not spend.
  private static final class Found {
    private static final Optional<LibVips> INSTANCE = open();
  }

  private final MethodHandle heifLoad;
  private final MethodHandle jxlLoad;
  private final MethodHandle width;
  private final MethodHandle height;
  private final MethodHandle bands;
  private final MethodHandle format;
  private final MethodHandle toSrgb;
  private final MethodHandle toMemory;
  private final MethodHandle typeOf;
  private final MethodHandle blob;
  private final MethodHandle errorText;
  private final MethodHandle errorClear;
  private final MethodHandle unref;
  private final MethodHandle free;
  private final Set<ImageFormat> formats;
  private final String version;

  private LibVips(NativeLibrary library) throws Throwable {
    MethodHandle init = library.function("vips_init", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    MethodHandle setVariable = library.function("g_setenv", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      // Its warnings are about strangers' files and go to standard error; whoever set this has a reason.
      int _ = (int) setVariable.invokeExact(arena.allocateFrom("VIPS_WARNING"), arena.allocateFrom("0"), 0);
      int rc = (int) init.invokeExact(arena.allocateFrom("verimesh"));
      if (rc != 0) throw new IllegalArgumentException(LIBRARY + " does not start");
    }
    // Each caller has its own thread already, and no picture comes twice.
    library.function("vips_concurrency_set", FunctionDescriptor.ofVoid(JAVA_INT)).invokeExact(1);
    library.function("vips_cache_set_max", FunctionDescriptor.ofVoid(JAVA_INT)).invokeExact(0);
    heifLoad = loader(library, "vips_heifload_buffer");
    jxlLoad = loader(library, "vips_jxlload_buffer");
    width = library.function("vips_image_get_width", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    height = library.function("vips_image_get_height", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    bands = library.function("vips_image_get_bands", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    format = library.function("vips_image_get_format", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    toSrgb = library.function("vips_colourspace", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS), Linker.Option.firstVariadicArg(3));
    toMemory = library.function("vips_image_write_to_memory", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    typeOf = library.function("vips_image_get_typeof", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS));
    blob = library.function("vips_image_get_blob", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    errorText = library.function("vips_error_buffer", FunctionDescriptor.of(ADDRESS));
    errorClear = library.function("vips_error_clear", FunctionDescriptor.ofVoid());
    unref = library.function("g_object_unref", FunctionDescriptor.ofVoid(ADDRESS));
    free = library.function("g_free", FunctionDescriptor.ofVoid(ADDRESS));
    formats = formats(library);
    version = version(library);
  }

  /// Empty if the machine has no such library, or one that was built without these loaders.
  static Optional<LibVips> find() {
    return Found.INSTANCE;
  }

  private static Optional<LibVips> open() {
    try {
      var vips = new LibVips(NativeLibrary.load(LIBRARY));
      return vips.formats.isEmpty() ? Optional.empty() : Optional.of(vips);
    } catch (IllegalArgumentException | IllegalCallerException e) {
      return Optional.empty(); // no library, too old a one, or native access is not enabled
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  /// `int vips_xload_buffer(void *buffer, size_t length, VipsImage **out, ..., NULL)`
  private static MethodHandle loader(NativeLibrary library, String name) {
    return library.function(name, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS), Linker.Option.firstVariadicArg(3));
  }

  /// Of the loaders, those that this build of the library really has.
  private static Set<ImageFormat> formats(NativeLibrary library) throws Throwable {
    MethodHandle find = library.function("vips_type_find", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS));
    var formats = EnumSet.noneOf(ImageFormat.class);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment operation = arena.allocateFrom("VipsOperation");
      if ((long) find.invokeExact(operation, arena.allocateFrom("heifload_buffer")) != 0) formats.addAll(List.of(ImageFormat.HEIC, ImageFormat.AVIF));
      if ((long) find.invokeExact(operation, arena.allocateFrom("jxlload_buffer")) != 0) formats.add(ImageFormat.JXL);
    }
    return formats;
  }

  private static String version(NativeLibrary library) throws Throwable {
    MethodHandle part = library.function("vips_version", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    return (int) part.invokeExact(0) + "." + (int) part.invokeExact(1) + "." + (int) part.invokeExact(2);
  }

  DecoderInfo info() {
    return new DecoderInfo(formats, "libvips " + version + " (" + LIBRARY + ")", true);
  }

  boolean decodes(ImageFormat wanted) {
    return formats.contains(wanted);
  }

  Decoded decode(byte[] file, ImageHeader.Known header, DecodeLimits limits) {
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle load = header.format() == ImageFormat.JXL ? jxlLoad : heifLoad;
      MemorySegment out = arena.allocate(ADDRESS);
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, file);
      int rc = (int) load.invokeExact(bytes, (long) file.length, out, MemorySegment.NULL);
      if (rc != 0) return broken(header);
      MemorySegment image = out.get(ADDRESS, 0);
      try {
        // Lazy: so far only the header was read.
        int w = (int) width.invokeExact(image);
        int h = (int) height.invokeExact(image);
        if (!limits.allow(w, h)) return new Decoded.OverLimit(header, "The picture has " + w + "x" + h + " pixels, more than are taken.");
        return picture(image, w, h, header, arena);
      } finally {
        unref.invokeExact(image);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  private Decoded picture(MemorySegment image, int w, int h, ImageHeader.Known header, Arena arena) throws Throwable {
    int kind = (int) format.invokeExact(image);
    if (kind == FORMAT_UCHAR || kind == FORMAT_USHORT) return samples(image, image, w, h, kind, header, arena);
    // JPEG XL may hold floating-point light.
    MemorySegment out = arena.allocate(ADDRESS);
    int rc = (int) toSrgb.invokeExact(image, out, INTERPRETATION_SRGB, MemorySegment.NULL);
    if (rc != 0) return broken(header);
    MemorySegment converted = out.get(ADDRESS, 0);
    try {
      return samples(converted, MemorySegment.NULL, w, h, (int) format.invokeExact(converted), header, arena);
    } finally {
      unref.invokeExact(converted);
    }
  }

  /// @param profileOf the image whose colour profile applies to the samples; NULL if none does
  private Decoded samples(MemorySegment image, MemorySegment profileOf, int w, int h, int kind, ImageHeader.Known header, Arena arena)
      throws Throwable {
    int channels = (int) bands.invokeExact(image);
    if (kind != FORMAT_UCHAR && kind != FORMAT_USHORT || channels < 1 || channels > 4) return broken(header);
    MemorySegment size = arena.allocate(JAVA_LONG);
    MemorySegment memory = (MemorySegment) toMemory.invokeExact(image, size);
    if (memory.address() == 0) return broken(header);
    byte[] samples = new byte[Math.multiplyExact(w * h, channels)];
    try {
      int bytes = kind == FORMAT_USHORT ? 2 : 1;
      MemorySegment all = memory.reinterpret((long) samples.length * bytes);
      if (size.get(JAVA_LONG, 0) < all.byteSize()) return broken(header);
      if (bytes == 1) {
        MemorySegment.copy(all, JAVA_BYTE, 0, samples, 0, samples.length);
      } else { // the high byte; numbers are little-endian wherever this library runs with us
        for (int i = 0; i < samples.length; i++) samples[i] = all.get(JAVA_BYTE, 2L * i + 1);
      }
    } finally {
      free.invokeExact(memory);
    }
    var remarks = new ArrayList<Remark>();
    Layout layout = List.of(Layout.GREY, Layout.GREY_ALPHA, Layout.RGB, Layout.RGBA).get(channels - 1);
    var stored = new StoredPixels(w, h, layout, samples);
    if (layout == Layout.RGB) stored = stored.withProfile(Remark.profile(profile(profileOf, arena), remarks));
    return new Decoded.Picture(header, stored, remarks);
  }

  private byte[] profile(MemorySegment image, Arena arena) throws Throwable {
    MemorySegment name = arena.allocateFrom(ICC);
    if (image.address() == 0 || (long) typeOf.invokeExact(image, name) == 0) return new byte[0];
    MemorySegment data = arena.allocate(ADDRESS);
    MemorySegment length = arena.allocate(JAVA_LONG);
    int rc = (int) blob.invokeExact(image, name, data, length);
    if (rc != 0) return new byte[0];
    return data.get(ADDRESS, 0).reinterpret(length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
  }

  private Decoded broken(ImageHeader.Known header) throws Throwable {
    MemorySegment text = (MemorySegment) errorText.invokeExact();
    String said = text.address() == 0 ? "" : text.reinterpret(Long.MAX_VALUE).getString(0).strip();
    errorClear.invokeExact();
    int line = said.indexOf('\n');
    return new Decoded.Broken("The " + header.format().name() + " cannot be decoded: libvips says \"" + (line < 0 ? said : said.substring(0, line)) + "\".");
  }
}
