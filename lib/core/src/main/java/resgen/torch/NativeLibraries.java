package resgen.torch;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Functions of the native libraries that are loaded in this process, looked up by their names in
 * the binary: C++ names differ from one version of libtorch to the next, so several may be tried.
 */
final class NativeLibraries {

  private static final Path MAPS = Path.of("/proc/self/maps");

  private NativeLibraries() {}

  /**
   * A library that this process has loaded.
   *
   * @param name the beginning of its file's name, as {@code libtorch_cuda.so}
   */
  static Optional<NativeLibrary> loaded(String name) {
    return path(maps(), name).map(NativeLibrary::getInstance);
  }

  private static String maps() {
    try {
      return Files.readString(MAPS, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // not Linux
    }
  }

  /** The file of a library in a text in the form of {@code /proc/self/maps}. */
  static Optional<String> path(String maps, String name) {
    return maps.lines()
        .filter(line -> line.indexOf('/') >= 0)
        .map(line -> line.substring(line.indexOf('/')))
        .filter(path -> path.substring(path.lastIndexOf('/') + 1).startsWith(name))
        .findFirst();
  }

  /** The first of these functions that a library has. */
  static Optional<Function> function(NativeLibrary library, String... names) {
    for (String name : names) {
      try {
        return Optional.of(library.getFunction(name));
      } catch (UnsatisfiedLinkError e) {
        // The next one.
      }
    }
    return Optional.empty();
  }
}
