package resgen.kernel.magic;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.util.artifact.SubArtifact;
import org.eclipse.aether.util.filter.DependencyFilterUtils;
import resgen.kernel.JavaKernel;

/**
 * {@code %maven group:artifact:version}: fetches artifacts with Maven's own resolver and settings.
 */
final class MavenMagics {
  private static final String SOURCES = "--sources";

  /** Milliseconds until a server that does not answer is given up; Maven's own are half an hour. */
  private static final Map<String, Object> TIMEOUTS =
      Map.of("aether.connector.connectTimeout", 10_000, "aether.connector.requestTimeout", 60_000);

  private final JavaKernel kernel;
  private final List<RemoteRepository> repositories = new ArrayList<>();

  MavenMagics(JavaKernel kernel) {
    this.kernel = kernel;
  }

  Object repository(List<String> args) {
    if (args.size() > 2) {
      throw new IllegalArgumentException("usage: %mavenRepo ID URL");
    }
    String url = args.get(args.size() - 1);
    String id = args.size() == 2 ? args.get(0) : "repository-" + repositories.size();
    repositories.add(new RemoteRepository.Builder(id, "default", url).build());
    return null;
  }

  /** With {@code --sources} also the sources, for documentation; what has none goes without. */
  Object add(List<String> arguments) throws Exception {
    List<Dependency> wanted = new ArrayList<>();
    for (String text : arguments) {
      if (!text.equals(SOURCES)) {
        wanted.add(new Dependency(new DefaultArtifact(maven(text)), "runtime"));
      }
    }
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("of what? usage: " + MagicHelp.of("maven"));
    }
    boolean sources = arguments.contains(SOURCES);
    List<RemoteRepository> named = List.copyOf(repositories);
    kernel.addToClassPath(
        Detached.call(
            "maven",
            () -> {
              try (Context context = context()) {
                return fetch(wanted, List.of(), sources, context, from(context, named));
              }
            }));
    return null;
  }

  /**
   * IJava also takes Ivy's form with a hash; Maven's is
   * group:artifact[:extension[:classifier]]:version.
   */
  private static String maven(String text) {
    String coordinates = text.replace('#', ':').replaceFirst(";", ":");
    if (coordinates.split(":").length < 3) {
      throw new IllegalArgumentException(
          "expected group:artifact[:extension[:classifier]]:version, but got " + text);
    }
    return coordinates;
  }

  List<String> loadPom(List<String> args) throws Exception {
    Path file = Path.of(args.get(0));
    List<String> scopes = scopes(args.subList(1, args.size()));
    return load((context, from) -> Pom.read(file, scopes, context, from));
  }

  List<String> loadFragment(List<String> scopes, String xml) throws Exception {
    load((context, from) -> Pom.read(xml, scopes(scopes), context, from));
    return null; // a cell's value would be shown
  }

  private static List<String> scopes(List<String> given) {
    return given.isEmpty() ? List.of("compile", "runtime") : given;
  }

  /** Reads a POM, whose parents and BOMs may have to be fetched. */
  private interface Reader {
    Pom read(Context context, List<RemoteRepository> from) throws IOException;
  }

  /** What a POM came to: its jars, and where later artifacts may come from as well. */
  private record Loaded(List<Path> jars, List<RemoteRepository> repositories) {}

  private List<String> load(Reader reader) throws Exception {
    List<RemoteRepository> named = List.copyOf(repositories);
    Loaded loaded = Detached.call("maven", () -> load(reader, named));
    repositories.addAll(loaded.repositories());
    kernel.addToClassPath(loaded.jars());
    return loaded.jars().stream().map(Path::toString).toList();
  }

  private static Loaded load(Reader reader, List<RemoteRepository> named)
      throws IOException, DependencyResolutionException {
    try (Context context = context()) {
      Pom pom = reader.read(context, from(context, named));
      List<RemoteRepository> all = new ArrayList<>(named);
      all.addAll(pom.repositories());
      return new Loaded(
          fetch(pom.dependencies(), pom.managed(), false, context, from(context, all)),
          pom.repositories());
    }
  }

  private static Context context() {
    Path home = Path.of(System.getProperty("user.home"), ".m2"); // else that of the first use
    return Runtimes.INSTANCE
        .getRuntime()
        .create(
            ContextOverrides.create()
                .withUserSettings(true)
                .withMavenUserHomeOverride(home)
                .configProperties(TIMEOUTS)
                .build());
  }

  private static List<Path> fetch(
      List<Dependency> wanted,
      List<Dependency> managed,
      boolean sources,
      Context context,
      List<RemoteRepository> from)
      throws DependencyResolutionException {
    CollectRequest collect = new CollectRequest(wanted, managed, from);
    DependencyRequest request =
        new DependencyRequest(collect, DependencyFilterUtils.classpathFilter("compile", "runtime"));
    List<Path> jars = new ArrayList<>();
    for (ArtifactResult result :
        context
            .repositorySystem()
            .resolveDependencies(context.repositorySystemSession(), request)
            .getArtifactResults()) {
      Path file = result.getArtifact().getFile().toPath();
      if (file.toString().endsWith(".jar")) {
        jars.add(file);
      }
      if (sources) {
        fetchSources(context, result.getArtifact(), from);
      }
    }
    return jars;
  }

  /** Where artifacts come from, with the mirrors, proxies and passwords of the user's settings. */
  private static List<RemoteRepository> from(Context context, List<RemoteRepository> named) {
    List<RemoteRepository> all = new ArrayList<>(context.remoteRepositories());
    all.addAll(named);
    return context
        .repositorySystem()
        .newResolutionRepositories(context.repositorySystemSession(), all);
  }

  /** Into the local repository, beside the jar. */
  private static void fetchSources(
      Context context, Artifact artifact, List<RemoteRepository> from) {
    Artifact sources = new SubArtifact(artifact, "sources", "jar");
    try {
      context
          .repositorySystem()
          .resolveArtifact(
              context.repositorySystemSession(), new ArtifactRequest(sources, from, null));
    } catch (ArtifactResolutionException e) {
      System.err.println("note: there are no sources of " + artifact);
    }
  }
}
