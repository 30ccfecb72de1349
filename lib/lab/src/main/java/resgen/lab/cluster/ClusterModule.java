package resgen.lab.cluster;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import resgen.settings.DataHome;

/**
 * Finds the provider of clusters: on the class path; else {@code resgen-spark.jar} and the jars of
 * a Spark, loaded beside this program's own in a class loader that looks there first, so that
 * neither sees the other's versions of libraries.
 */
final class ClusterModule {

  /** The system property that names the module's jar. */
  static final String MODULE = "resgen.cluster.module";

  /** The environment variable, and in small letters with dots the property, of Spark's folder. */
  static final String SPARK = "SPARK_HOME";

  private static ClusterProvider found;

  private ClusterModule() {}

  static synchronized ClusterProvider provider() {
    if (found == null) {
      found =
          onClassPath()
              .orElseGet(
                  () -> {
                    ClassLoader loader = loader(moduleJar(), sparkHome());
                    return ServiceLoader.load(ClusterProvider.class, loader)
                        .findFirst()
                        .orElseThrow(
                            () -> new ClusterMissingException(moduleJar() + " brings no cluster"));
                  });
    }
    return found;
  }

  private static Optional<ClusterProvider> onClassPath() {
    return ServiceLoader.load(ClusterProvider.class, ClusterModule.class.getClassLoader())
        .findFirst();
  }

  private static Path moduleJar() {
    Path jar =
        Optional.ofNullable(System.getProperty(MODULE))
            .map(Path::of)
            .orElseGet(() -> project().resolve("lib/spark/target/resgen-spark.jar"));
    if (!Files.isRegularFile(jar)) {
      throw new ClusterMissingException(
          "the module for clusters is not built: environment/setup --spark builds it and brings"
              + " Spark (missing: "
              + jar
              + ")");
    }
    return jar;
  }

  /** The folder of a Spark: SPARK_HOME, else what environment/setup --spark has brought. */
  private static Path sparkHome() {
    Path home =
        Optional.ofNullable(System.getenv(SPARK))
            .filter(text -> !text.isBlank())
            .map(Path::of)
            .orElseGet(() -> project().resolve("lib/spark/target/spark-home"));
    if (!Files.isDirectory(home.resolve("jars"))) {
      throw new ClusterMissingException(
          "no Spark: set SPARK_HOME to the folder of Spark 4.2, or run environment/setup --spark"
              + " (missing: "
              + home.resolve("jars")
              + ")");
    }
    return home;
  }

  private static Path project() {
    return DataHome.project();
  }

  private static ClassLoader loader(Path module, Path spark) {
    List<URL> urls = new ArrayList<>();
    try (Stream<Path> jars = Files.list(spark.resolve("jars"))) {
      urls.add(module.toUri().toURL());
      for (Path jar : jars.filter(p -> p.toString().endsWith(".jar")).sorted().toList()) {
        urls.add(jar.toUri().toURL());
      }
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new ClusterMissingException("cannot list " + spark + ": " + e.getMessage());
    }
    return new Beside(urls.toArray(URL[]::new), ClusterModule.class.getClassLoader());
  }

  /** Looks in its own jars first. */
  private static final class Beside extends URLClassLoader {
    static {
      registerAsParallelCapable();
    }

    Beside(URL[] urls, ClassLoader parent) {
      super("resgen-cluster", urls, parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        if (known == null && !name.startsWith("java.")) {
          try {
            known = findClass(name);
          } catch (ClassNotFoundException e) {
            known = null; // the program's own
          }
        }
        return known == null ? super.loadClass(name, resolve) : known;
      }
    }

    @Override
    public URL getResource(String name) {
      URL own = findResource(name);
      return own == null ? super.getResource(name) : own;
    }

    /** Own ones alone where there are any: a service of both would be of two versions. */
    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      Enumeration<URL> own = findResources(name);
      return own.hasMoreElements() ? own : super.getResources(name);
    }
  }
}
