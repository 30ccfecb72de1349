package resgen.kernel.assist;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import resgen.kernel.Variables;

/**
 * Finds source files of types: of the JDK in its {@code lib/src.zip}, of a library in the {@code
 * -sources.jar} beside its jar or in the local Maven repository, of a folder of classes in Maven's
 * layout, and of anything in the zips, jars and folders that {@link Variables#SOURCES} (or the
 * system property {@code jshell.kernel.sources}) lists as in a class path.
 */
final class Sources {
  private final ClassLoader loader;

  Sources(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * What was found of a type.
   *
   * @param text the source file, if there is one
   * @param looked where one was looked for
   */
  record Result(Optional<String> text, List<Path> looked) {}

  /** The source file of a type that is not nested. */
  Result of(String type) {
    String file = type.replace('.', '/');
    URL found = loader.getResource(file + ".class");
    List<Path> places = new ArrayList<>();
    String module = "";
    if (found != null && found.getProtocol().equals("jrt")) {
      module = found.getPath().split("/")[1] + "/";
      places.add(Path.of(System.getProperty("java.home"), "lib", "src.zip"));
    } else if (found != null && found.getProtocol().equals("jar")) {
      places.addAll(ofJar(found));
    } else if (found != null && found.getProtocol().equals("file")) {
      String path = URI.create(found.toString()).getPath();
      places.addAll(ofFolder(Path.of(path.substring(0, path.length() - file.length() - 6))));
    }
    places.addAll(listed());
    for (Path place : places) {
      for (String entry : List.of(module + file + ".java", file + ".java")) {
        Optional<String> text = read(place, entry);
        if (text.isPresent()) {
          return new Result(text, places);
        }
      }
    }
    return new Result(Optional.empty(), places);
  }

  private static List<Path> listed() {
    String set =
        System.getProperty(
            "jshell.kernel.sources", Variables.get(System.getenv(), Variables.SOURCES));
    List<Path> out = new ArrayList<>();
    for (String place : set == null ? new String[0] : set.split(File.pathSeparator)) {
      if (!place.isBlank()) {
        out.add(Path.of(place.strip()));
      }
    }
    return out;
  }

  private static List<Path> ofJar(URL url) {
    List<Path> out = new ArrayList<>();
    try {
      URL file = ((JarURLConnection) url.openConnection()).getJarFileURL();
      Path jar = Path.of(URI.create(file.toString()));
      out.add(sources(jar));
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        zip.stream()
            .filter(e -> e.getName().matches("META-INF/maven/[^/]+/[^/]+/pom.properties"))
            .limit(1) // a jar of several artifacts says nothing
            .forEach(e -> out.add(inRepository(zip, e)));
      }
    } catch (IOException | RuntimeException e) {
      // then there is nowhere to look
    }
    return out;
  }

  private static Path sources(Path jar) {
    return jar.resolveSibling(jar.getFileName().toString().replaceFirst("\\.jar$", "-sources.jar"));
  }

  private static Path inRepository(ZipFile zip, ZipEntry entry) {
    Properties pom = new Properties();
    try (InputStream in = zip.getInputStream(entry)) {
      pom.load(in);
    } catch (IOException e) {
      // then the path below does not exist
    }
    String artifact = pom.getProperty("artifactId", "?");
    String version = pom.getProperty("version", "?");
    return MagicCompleter.repository()
        .resolve(pom.getProperty("groupId", "?").replace('.', '/'))
        .resolve(artifact)
        .resolve(version)
        .resolve(artifact + "-" + version + "-sources.jar");
  }

  private static List<Path> ofFolder(Path classes) {
    Path target = classes.getParent();
    if (target == null || target.getParent() == null) {
      return List.of();
    }
    String part = classes.getFileName().toString().startsWith("test") ? "test" : "main";
    return List.of(target.resolveSibling("src").resolve(part).resolve("java"));
  }

  private static Optional<String> read(Path place, String entry) {
    try {
      if (Files.isDirectory(place)) {
        Path file = place.resolve(entry);
        return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
      }
      if (!Files.isRegularFile(place)) {
        return Optional.empty();
      }
      try (ZipFile zip = new ZipFile(place.toFile())) {
        ZipEntry found = zip.getEntry(entry);
        if (found == null) {
          return Optional.empty();
        }
        try (InputStream in = zip.getInputStream(found)) {
          return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
