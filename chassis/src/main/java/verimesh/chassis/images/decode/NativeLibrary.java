package verimesh.chassis.images.decode;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// A library of this machine's, loaded for as long as the process lives, and its functions by name.
public final class NativeLibrary {
  private final String file;
  private final SymbolLookup symbols;

  private NativeLibrary(String file, SymbolLookup symbols) {
    this.file = file;
    this.symbols = symbols;
  }

  /// @param file as the loader knows it: `libvips.so.42`
  /// @throws IllegalArgumentException if there is none
  /// @throws IllegalCallerException if native access is not enabled
  public static NativeLibrary load(String file) {
    return new NativeLibrary(file, SymbolLookup.libraryLookup(file, Arena.global()));
  }

  /// @throws IllegalArgumentException if this version has no such function
  public MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
    MemorySegment symbol = symbols.find(name).orElseThrow(() -> new IllegalArgumentException(file + " has no " + name));
    return Linker.nativeLinker().downcallHandle(symbol, type, options);
  }
}
