package resgen.kernel;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

final class TestJars {
  private TestJars() {}

  /** A jar with one public class of the given body. */
  static Path withClass(Path dir, String name, String body) throws Exception {
    return withClass(dir, name, "", body);
  }

  /** A jar with one public class of the given supertypes and body. */
  static Path withClass(Path dir, String name, String supertypes, String body) throws Exception {
    int dot = name.lastIndexOf('.');
    Path source = dir.resolve(name.substring(dot + 1) + ".java");
    Files.writeString(
        source,
        "package "
            + name.substring(0, dot)
            + "; public class "
            + name.substring(dot + 1)
            + " "
            + supertypes
            + " {"
            + body
            + "}");
    Path classes = Files.createTempDirectory(dir, "classes");
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
    if (status != 0) {
      throw new IllegalStateException("javac: " + status);
    }
    Path jar = dir.resolve(name + ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      try (Stream<Path> files = Files.walk(classes)) {
        for (Path each : files.filter(Files::isRegularFile).toList()) {
          out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
          out.write(Files.readAllBytes(each));
        }
      }
    }
    return jar;
  }
}
