package resgen.kernel.eval;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;

/**
 * The libraries that the kernel needs for itself, such as its sockets and Maven's resolver. The
 * notebook does not see them, neither when it is compiled nor when it runs, and may add any version
 * of its own. A shared one, which the notebook's libraries may need too, it sees until it adds its
 * own.
 */
final class OwnLibraries {
  private static final List<String> HIDDEN =
      List.of(
          "org.zeromq.",
          "zmq.",
          "com.neilalexander.jnacl.",
          "org.objectweb.asm.",
          "eu.maveniverse.maven.mima.",
          "org.eclipse.aether.",
          "org.apache.maven.",
          "org.codehaus.plexus.",
          "org.sonatype.plexus.",
          "org.apache.http.");

  private static final List<String> SHARED =
      List.of(
          "com.google.gson.",
          "picocli.",
          "org.apache.commons.codec.",
          "org.apache.commons.logging.");

  private static final Pattern JAR = Pattern.compile("jar:file:/+(.*)!/.*");

  private OwnLibraries() {}

  /** The prefix of a hidden library's names that this name of a type or package has, or null. */
  static String hidden(String name) {
    return prefix(name, HIDDEN);
  }

  /** The same for a library that the notebook sees until it adds its own. */
  static String shared(String name) {
    return prefix(name, SHARED);
  }

  static List<String> allShared() {
    return SHARED;
  }

  /** Whether a jar or a folder has a package of this prefix. */
  static boolean holds(Path entry, String prefix) {
    String folder = prefix.replace('.', '/');
    if (Files.isDirectory(entry)) {
      return Files.isDirectory(entry.resolve(folder));
    }
    try (JarFile file = new JarFile(entry.toFile(), false)) {
      return file.stream().anyMatch(e -> e.getName().startsWith(folder));
    } catch (IOException e) {
      return false; // not a jar; whoever loads from it says so
    }
  }

  private static String prefix(String name, List<String> prefixes) {
    String dotted = name + ".";
    return prefixes.stream().filter(dotted::startsWith).findFirst().orElse(null);
  }

  /** The compiler's files without those that the loader does not give to the notebook. */
  static StandardJavaFileManager filtered(StandardJavaFileManager files, NotebookLoader loader) {
    return (StandardJavaFileManager)
        Proxy.newProxyInstance(
            OwnLibraries.class.getClassLoader(),
            new Class<?>[] {StandardJavaFileManager.class},
            (proxy, method, args) -> {
              try {
                Object result = method.invoke(files, args);
                return method.getName().equals("list")
                        && args[0] == StandardLocation.CLASS_PATH
                        && loader.hides((String) args[1])
                    ? notebooks((Iterable<?>) result, files, loader)
                    : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static List<JavaFileObject> notebooks(
      Iterable<?> found, JavaFileManager files, NotebookLoader loader) {
    List<JavaFileObject> out = new ArrayList<>();
    for (Object each : found) {
      JavaFileObject file = (JavaFileObject) each;
      String type = files.inferBinaryName(StandardLocation.CLASS_PATH, file);
      URL kernels =
          type == null ? null : loader.getParent().getResource(type.replace('.', '/') + ".class");
      if (kernels == null || !path(kernels.toString()).equals(path(file.toUri().toString()))) {
        out.add(file);
      }
    }
    return out;
  }

  private static String path(String url) {
    return url.replaceFirst("file:/+", "file:/");
  }

  /**
   * What a reader must know of libraries that are about to be added.
   *
   * @return a sentence, or null
   */
  static String note(List<Path> entries, NotebookLoader loader) {
    List<String> unused = new ArrayList<>();
    List<String> twice = new ArrayList<>();
    for (Path entry : entries) {
      String type = entry.toString().endsWith(".jar") ? firstType(entry) : null;
      URL there = type == null ? null : loader.getResource(type);
      String used = there == null ? null : jar(there);
      String name = entry.getFileName().toString();
      if (used == null || used.equals(name)) {
        continue;
      }
      String dotted = type.substring(0, type.length() - ".class".length()).replace('/', '.');
      (loader.replaces(dotted) ? twice : unused).add(name + " (" + used + ")");
    }
    String out =
        unused.isEmpty()
            ? ""
            : "not used, since another version is on the class path already, and stays: "
                + String.join(", ", unused);
    if (!twice.isEmpty()) {
      out += out.isEmpty() ? "" : "; ";
      out +=
          "used by the notebook in place of the kernel's own, which the kernel's other libraries go"
              + " on to use: "
              + String.join(", ", twice);
    }
    return out.isEmpty() ? null : out;
  }

  private static String jar(URL url) {
    Matcher m = JAR.matcher(url.toString());
    return m.matches() ? new File(m.group(1)).getName() : null;
  }

  /** The first class of a jar that stands in a package, as a resource. */
  private static String firstType(Path jar) {
    if (!Files.isRegularFile(jar)) {
      return null;
    }
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      return file.stream()
          .map(JarEntry::getName)
          .filter(n -> n.endsWith(".class") && n.indexOf('/') > 0)
          .filter(n -> !n.startsWith("META-INF/") && !n.endsWith("-info.class"))
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      return null; // not a jar; whoever loads from it says so
    }
  }
}
