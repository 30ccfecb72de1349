package resgen.kernel.magic;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private final JavaKernel kernel;
  private final List<RemoteRepository> repositories = new ArrayList<>();

  MavenMagics(JavaKernel kernel) {
    this.kernel = kernel;
  }

  Object repository(List<String> args) {
    if (args.isEmpty() || args.size() > 2) {
      throw new IllegalArgumentException("usage: %mavenRepo ID URL");
    }
    String url = args.get(args.size() - 1);
    String id = args.size() == 2 ? args.get(0) : "repository-" + repositories.size();
    repositories.add(new RemoteRepository.Builder(id, "default", url).build());
    return null;
  }

  /** With {@code --sources} also the sources, for documentation; what has none goes without. */
  Object add(List<String> arguments) throws DependencyResolutionException {
    List<Dependency> wanted = new ArrayList<>();
    for (String text : arguments) {
      if (!text.equals(SOURCES)) {
        wanted.add(new Dependency(new DefaultArtifact(maven(text)), "runtime"));
      }
    }
    try (Context context = context()) {
      resolve(wanted, List.of(), arguments.contains(SOURCES), context);
    }
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

  List<String> loadPom(List<String> args) throws IOException, DependencyResolutionException {
    if (args.isEmpty()) {
      throw new IllegalArgumentException("usage: %loadFromPOM FILE [SCOPE...]");
    }
    Path file = Path.of(args.get(0));
    List<String> scopes = scopes(args.subList(1, args.size()));
    try (Context context = context()) {
      return resolve(Pom.read(file, scopes, context, from(context)), context);
    }
  }

  List<String> loadFragment(List<String> scopes, String xml)
      throws IOException, DependencyResolutionException {
    try (Context context = context()) {
      resolve(Pom.read(xml, scopes(scopes), context, from(context)), context);
    }
    return null; // a cell's value would be shown
  }

  private static List<String> scopes(List<String> given) {
    return given.isEmpty() ? List.of("compile", "runtime") : given;
  }

  private List<String> resolve(Pom pom, Context context) throws DependencyResolutionException {
    repositories.addAll(pom.repositories());
    return resolve(pom.dependencies(), pom.managed(), false, context);
  }

  private static Context context() {
    Path home = Path.of(System.getProperty("user.home"), ".m2"); // else that of the first use
    return Runtimes.INSTANCE
        .getRuntime()
        .create(
            ContextOverrides.create()
                .withUserSettings(true)
                .withMavenUserHomeOverride(home)
                .build());
  }

  private List<String> resolve(
      List<Dependency> wanted, List<Dependency> managed, boolean sources, Context context)
      throws DependencyResolutionException {
    List<RemoteRepository> from = from(context);
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
    kernel.addToClassPath(jars);
    return jars.stream().map(Path::toString).toList();
  }

  /** Where artifacts come from, with the mirrors, proxies and passwords of the user's settings. */
  private List<RemoteRepository> from(Context context) {
    List<RemoteRepository> all = new ArrayList<>(context.remoteRepositories());
    all.addAll(repositories);
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
