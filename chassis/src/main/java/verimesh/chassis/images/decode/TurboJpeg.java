package verimesh.chassis.images.decode;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.Set;
import verimesh.chassis.images.ImageFormat;
import verimesh.chassis.images.decode.JpegFile.Colours;

/// JPEG by libjpeg-turbo (`libturbojpeg.so.0`, API 2) through the foreign-function API: SIMD where libjpeg 6b has none.
///
/// A call pins its thread to the carrier for the time of one decode; it would keep a core busy either way.
final class TurboJpeg implements JpegCodec {
  private static final String LIBRARY = "libturbojpeg.so.0";

  // turbojpeg.h
  private static final int TJPF_RGB = 0;
  private static final int TJPF_GRAY = 6;
  private static final int TJPF_CMYK = 11;
  private static final int TJERR_WARNING = 0;
  private static final int TJFLAG_ACCURATEDCT = 4096;

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle readHeader;
  private final MethodHandle decompress;
  private final MethodHandle allocate;
  private final MethodHandle free;
  private final MethodHandle errorCode;
  private final MethodHandle errorText;
  private final NativeBuffers buffers = new NativeBuffers(this::allocated, this::freed);

  private TurboJpeg(NativeLibrary library) {
    open = library.function("tjInitDecompress", FunctionDescriptor.of(ADDRESS));
    close = library.function("tjDestroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    readHeader = library.function("tjDecompressHeader3",
        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    decompress = library.function("tjDecompress2",
        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    allocate = library.function("tjAlloc", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    free = library.function("tjFree", FunctionDescriptor.ofVoid(ADDRESS));
    errorCode = library.function("tjGetErrorCode", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    errorText = library.function("tjGetErrorStr2", FunctionDescriptor.of(ADDRESS, ADDRESS));
  }

  /// Empty if the machine has no such library, or one without this API.
  static Optional<TurboJpeg> find() {
    try {
      return Optional.of(new TurboJpeg(NativeLibrary.load(LIBRARY)));
    } catch (IllegalArgumentException | IllegalCallerException e) {
      return Optional.empty(); // no library, or native access is not enabled
    }
  }

  @Override
  public DecoderInfo info() {
    return new DecoderInfo(Set.of(ImageFormat.JPEG), "libjpeg-turbo (" + LIBRARY + ")", true);
  }

  @Override
  public boolean decodesRareKinds() {
    return true;
  }

  @Override
  public Outcome decode(JpegFile jpeg, int width, int height) {
    Colours colours = jpeg.colours();
    int channels = colours == Colours.GREY ? 1 : colours == Colours.CMYK || colours == Colours.YCCK ? 4 : 3;
    int format = channels == 1 ? TJPF_GRAY : channels == 4 ? TJPF_CMYK : TJPF_RGB;
    byte[] samples = new byte[Math.multiplyExact(width * height, channels)];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = (MemorySegment) open.invokeExact();
      if (handle.address() == 0) throw new IllegalStateException("libjpeg-turbo has no memory for a decompressor");
      try {
        MemorySegment file = arena.allocateFrom(JAVA_BYTE, jpeg.bytes());
        return decode(handle, file, samples, width, height, channels, format, arena);
      } finally {
        int _ = (int) close.invokeExact(handle);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  private Outcome decode(MemorySegment handle, MemorySegment file, byte[] samples, int width, int height, int channels, int format, Arena arena)
      throws Throwable {
    MemorySegment numbers = arena.allocate(JAVA_INT, 4);
    int rc = (int) readHeader.invokeExact(handle, file, file.byteSize(), numbers, numbers.asSlice(4), numbers.asSlice(8), numbers.asSlice(12));
    if (rc != 0 && isFatal(handle)) return new Outcome.Failed("libjpeg-turbo says \"" + message(handle) + "\"");
    if (numbers.getAtIndex(JAVA_INT, 0) != width || numbers.getAtIndex(JAVA_INT, 1) != height) {
      return new Outcome.Failed("it contradicts its own header");
    }
    // The library's own memory and one copy: handing it the heap's array would hold up the garbage collector of every
    // thread for as long as the decode takes.
    MemorySegment pixels = buffers.borrow(samples.length);
    try {
      rc = (int) decompress.invokeExact(handle, file, file.byteSize(), pixels, width, width * channels, height, format, TJFLAG_ACCURATEDCT);
      String said = rc == 0 ? "" : message(handle);
      // After a fatal error the rest of the memory is whatever lay there before.
      if (rc != 0 && isFatal(handle)) return new Outcome.Failed("libjpeg-turbo says \"" + said + "\"");
      MemorySegment.copy(pixels, JAVA_BYTE, 0, samples, 0, samples.length);
      return new Outcome.Samples(samples, said.contains("extraneous bytes") ? "" : said);
    } finally {
      buffers.release(pixels);
    }
  }

  private MemorySegment allocated(int bytes) {
    try {
      MemorySegment memory = (MemorySegment) allocate.invokeExact(bytes);
      if (memory.address() == 0) throw new OutOfMemoryError("no native memory for " + bytes + " bytes of pixels");
      return memory.reinterpret(bytes);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  private void freed(MemorySegment memory) {
    try {
      free.invokeExact(memory);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  private boolean isFatal(MemorySegment handle) throws Throwable {
    return (int) errorCode.invokeExact(handle) != TJERR_WARNING;
  }

  private String message(MemorySegment handle) throws Throwable {
    MemorySegment text = (MemorySegment) errorText.invokeExact(handle);
    return text.address() == 0 ? "" : text.reinterpret(200).getString(0); // JMSG_LENGTH_MAX
  }
}
