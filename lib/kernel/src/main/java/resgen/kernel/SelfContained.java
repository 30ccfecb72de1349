package resgen.kernel;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The jar that holds the kernel with all its libraries. */
final class SelfContained {
  private static final String NAME = "jshell-kernel.jar";
  private static final String ATTRIBUTE = "JShell-Kernel-Self-Contained";

  private SelfContained() {}

  /**
   * The options with a copy of the jar beside the kernel spec in its place, so that the kernel
   * starts whatever becomes of the jar that it was installed from. Nothing changes for a kernel
   * that was started from a class path.
   *
   * @param folder of the kernel spec
   */
  static KernelSpec.Options copied(KernelSpec.Options options, Path folder) {
    String path = options.classPath();
    Path jar = Path.of(path.split(File.pathSeparator, 2)[0]);
    if (!is(jar)) {
      return options;
    }
    Path copy = folder.toAbsolutePath().resolve(NAME);
    try {
      Files.createDirectories(folder);
      if (!Files.exists(copy) || !Files.isSameFile(jar, copy)) {
        Path temporary = Files.createTempFile(folder, ".jar", ".tmp");
        Files.copy(jar, temporary, StandardCopyOption.REPLACE_EXISTING);
        Files.move(
            temporary, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy " + jar + " to " + copy + ": " + e, e);
    }
    return options.withClassPath(copy + path.substring(jar.toString().length()));
  }

  private static boolean is(Path jar) {
    if (!Files.isRegularFile(jar)) {
      return false;
    }
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      return manifest != null && manifest.getMainAttributes().getValue(ATTRIBUTE) != null;
    } catch (IOException e) {
      return false;
    }
  }
}
