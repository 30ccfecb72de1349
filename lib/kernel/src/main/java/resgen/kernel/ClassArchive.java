package resgen.kernel;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import resgen.kernel.wire.KernelClient;

/**
 * The JVM's archive of the classes that every kernel loads (class data sharing), beside {@code
 * kernel.json}; it halves the time to the first cell. An archive that does not fit any more, since
 * the java or a jar is another one, is passed over by the JVM.
 */
public final class ClassArchive {
  private static final String FILE = "classes.jsa";
  private static final String STAMP = "classes.stamp";
  private static final Duration DUMP = Duration.ofMinutes(2);

  /** What most notebooks use, for its classes to be in the archive. */
  private static final List<String> CELLS =
      List.of(
          "int a = 1 + 1;\na",
          "import java.util.concurrent.atomic.*;\nvar list = new ArrayList<>(List.of(1, 2));\nlist",
          "int f(int x) { return x + 1; }\nIntStream.range(0, 3).map(x -> f(x)).sum()",
          "System.out.println(\"text\"); String id = display(\"x\"); updateDisplay(id, \"y\");",
          "throw new IllegalStateException(\"meant\");",
          "undefined");

  private ClassArchive() {}

  /** The options that make a JVM use the archive in this folder; none when there is none. */
  static List<String> jvmFlags(Path folder) {
    Path archive = folder.resolve(FILE);
    return Files.exists(archive)
        ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
        : List.of();
  }

  /**
   * Makes the archive unless the one that is there fits, which takes a kernel's start.
   *
   * @param folder of the kernel spec
   * @return whether there is one now
   */
  public static boolean prepare(KernelSpec.Options options, Path folder) {
    Path archive = folder.resolve(FILE);
    Path stamp = folder.resolve(STAMP);
    try {
      String now = stampOf(options);
      if (Files.exists(archive) && Files.exists(stamp) && Files.readString(stamp).equals(now)) {
        return true;
      }
      Files.createDirectories(folder);
      Files.deleteIfExists(archive);
      Files.deleteIfExists(stamp);
      Path work = Files.createTempDirectory(folder, ".archive");
      Path made = work.resolve(FILE);
      dump(options, folder, work, made);
      boolean there = Files.exists(made);
      if (there) {
        Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(stamp, now);
      }
      delete(work);
      return there;
    } catch (IOException | KernelClient.NoAnswer e) {
      return false; // a kernel starts without it, only slower
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void dump(KernelSpec.Options options, Path folder, Path work, Path archive)
      throws InterruptedException {
    List<String> command = new ArrayList<>(KernelSpec.command(options, folder));
    command.addAll(
        1,
        List.of(
            "-XX:ArchiveClassesAtExit=" + archive,
            "-D" + Main.EXIT_PROPERTY + "=" + DUMP.toMillis(),
            "-Xlog:cds=off",
            "-Xlog:cds+dynamic=off"));
    try (KernelClient client =
        new KernelClient(command, KernelSpec.environment(options, work), work)) {
      client.awaitReady();
      CELLS.forEach(client::execute);
      client.shutdown(DUMP);
    }
  }

  /** What the archive depends on: the java and every file of the class path. */
  private static String stampOf(KernelSpec.Options options) throws IOException {
    StringBuilder out = new StringBuilder();
    Path java = options.java().toRealPath();
    out.append(java).append(' ').append(Files.getLastModifiedTime(java)).append('\n');
    for (String entry : options.classPath().split(File.pathSeparator)) {
      Path path = Path.of(entry).toAbsolutePath();
      out.append(path);
      if (Files.exists(path)) {
        out.append(' ').append(Files.getLastModifiedTime(path));
      }
      out.append('\n');
    }
    return out.append(Map.copyOf(options.env()).keySet()).append(options.jvmFlags()).toString();
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
