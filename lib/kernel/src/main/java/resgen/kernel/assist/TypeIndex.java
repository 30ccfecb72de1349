package resgen.kernel.assist;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/**
 * The names of all types that cells can use: of the JDK's exported packages, and of the jars and
 * folders on the class path. Read in the background when first asked for; a jar is read once.
 */
final class TypeIndex {
  private static final long WAIT_MS = 200;

  /** Simple names to qualified ones. */
  private final Map<String, NavigableMap<String, Set<String>>> sources = new ConcurrentHashMap<>();

  private final Map<String, Boolean> open = new ConcurrentHashMap<>();
  private final ClassLoader loader;
  private int added = -1; // how many entries the notebook added when last looked at
  private CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);

  TypeIndex(ClassLoader loader) {
    this.loader = loader;
  }

  /** Begins to read, so that later answers are quick. */
  void warm() {
    refresh(0);
  }

  /**
   * Public types whose simple name starts with the prefix, those of {@code java.} first.
   *
   * @param most how many at most
   */
  List<String> startingWith(String prefix, int most) {
    refresh(WAIT_MS);
    String end = prefix + Character.MAX_VALUE;
    return sources.values().stream()
        .flatMap(index -> index.subMap(prefix, end).values().stream())
        .flatMap(Set::stream)
        .filter(TypeIndex::offered)
        .sorted(ORDER)
        .filter(this::isPublic)
        .limit(most)
        .toList();
  }

  /** Qualified names of this simple name, public or not. */
  List<String> named(String simple) {
    refresh(5 * WAIT_MS);
    return sources.values().stream()
        .flatMap(index -> index.getOrDefault(simple, Set.of()).stream())
        .sorted(ORDER)
        .toList();
  }

  /** What may follow a dotted prefix in an import: subpackages and public types, in full. */
  List<String> inPackage(String prefix) {
    refresh(WAIT_MS);
    Set<String> packages = new TreeSet<>();
    Set<String> types = new TreeSet<>();
    int dot = prefix.lastIndexOf('.') + 1;
    sources.values().stream()
        .flatMap(index -> index.values().stream())
        .flatMap(Set::stream)
        .filter(name -> name.startsWith(prefix) && offered(name))
        .forEach(
            name -> {
              int next = name.indexOf('.', dot);
              (next < 0 ? types : packages).add(next < 0 ? name : name.substring(0, next));
            });
    return Stream.concat(packages.stream(), types.stream().filter(this::isPublic)).toList();
  }

  private static final Comparator<String> ORDER =
      Comparator.<String>comparingInt(n -> n.startsWith("java.") ? 0 : 1)
          .thenComparing(n -> n.substring(n.lastIndexOf('.') + 1))
          .thenComparing(Comparator.naturalOrder());

  private static boolean offered(String name) {
    return !name.contains(".internal.") && !name.contains(".shaded.") && !name.startsWith("sun.");
  }

  private boolean isPublic(String name) {
    return open.computeIfAbsent(name, this::readsAsPublic);
  }

  private boolean readsAsPublic(String name) {
    try (InputStream in = loader.getResourceAsStream(name.replace('.', '/') + ".class")) {
      return in != null
          && (new ClassReader(in.readAllBytes()).getAccess() & Opcodes.ACC_PUBLIC) != 0;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  private synchronized void refresh(long waitMillis) {
    int have = loader instanceof URLClassLoader urls ? urls.getURLs().length : 0;
    if (have != added) {
      added = have;
      reading = reading.thenRunAsync(() -> read(entries()));
    }
    try {
      reading.get(waitMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // the next completion finds more
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(Set<String> entries) {
    sources.keySet().retainAll(entries);
    for (String entry : entries) {
      sources.computeIfAbsent(entry, TypeIndex::names);
    }
  }

  /** {@code jrt:} and the paths of the class path. */
  private Set<String> entries() {
    Set<String> out = new LinkedHashSet<>(List.of("jrt:"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      add(Path.of(entry), out);
    }
    if (loader instanceof URLClassLoader urls) {
      for (URL url : urls.getURLs()) {
        add(Path.of(URI.create(url.toString())), out);
      }
    }
    return out;
  }

  /** The entry, and what a jar's manifest adds. */
  private static void add(Path entry, Set<String> out) {
    if (!Files.exists(entry) || !out.add(entry.toAbsolutePath().normalize().toString())) {
      return;
    }
    if (Files.isRegularFile(entry)) {
      try (JarFile jar = new JarFile(entry.toFile(), false)) {
        Manifest manifest = jar.getManifest();
        String more =
            manifest == null
                ? null
                : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
        for (String path : more == null ? new String[0] : more.strip().split("\\s+")) {
          add(Path.of(entry.toUri().resolve(path)), out);
        }
      } catch (IOException | RuntimeException e) {
        // not a jar that can be read
      }
    }
  }

  private static NavigableMap<String, Set<String>> names(String entry) {
    NavigableMap<String, Set<String>> out = new TreeMap<>();
    try {
      for (String name : entry.equals("jrt:") ? ofJdk() : ofPath(Path.of(entry))) {
        if (!name.contains("$") && !name.endsWith("-info") && !name.startsWith("META-INF")) {
          String simple = name.substring(name.lastIndexOf('.') + 1);
          out.computeIfAbsent(simple, s -> new TreeSet<>()).add(name);
        }
      }
    } catch (IOException | RuntimeException e) {
      // what cannot be read offers nothing
    }
    return out;
  }

  private static Collection<String> ofPath(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      try (Stream<Path> files = Files.walk(path)) {
        return files.map(f -> path.relativize(f).toString()).flatMap(TypeIndex::typeOf).toList();
      }
    }
    try (JarFile jar = new JarFile(path.toFile(), false)) {
      return jar.stream().map(e -> e.getName()).flatMap(TypeIndex::typeOf).toList();
    }
  }

  private static Stream<String> typeOf(String file) {
    return file.endsWith(".class")
        ? Stream.of(file.substring(0, file.length() - 6).replace('/', '.').replace('\\', '.'))
        : Stream.empty();
  }

  private static List<String> ofJdk() throws IOException {
    List<String> out = new ArrayList<>();
    FileSystem jrt = FileSystems.getFileSystem(URI.create("jrt:/"));
    for (Module module : ModuleLayer.boot().modules()) {
      if (module.getDescriptor() == null || module.getDescriptor().isAutomatic()) {
        continue;
      }
      for (var export : module.getDescriptor().exports()) {
        Path folder = jrt.getPath("/modules", module.getName(), export.source().replace('.', '/'));
        if (export.isQualified() || !Files.isDirectory(folder)) {
          continue;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.class")) {
          for (Path file : files) {
            String name = file.getFileName().toString();
            out.add(export.source() + "." + name.substring(0, name.length() - 6));
          }
        }
      }
    }
    return out;
  }
}
