package resgen.kernel.assist;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import resgen.kernel.assist.Completions.Match;

/**
 * Completes the names of magics and their arguments: files, devices, artifacts that were fetched.
 */
final class MagicCompleter {
  private static final Set<String> FILES = Set.of("load", "jars", "classpath", "loadFromPOM");
  private static final Set<String> ARTIFACTS =
      Set.of("maven", "addMavenDependency", "addMavenDependencies");
  private static final int MOST = 200;

  private final Collection<String> line;
  private final Collection<String> cell;

  MagicCompleter(Collection<String> line, Collection<String> cell) {
    this.line = line;
    this.cell = cell;
  }

  /**
   * What may stand at the end of a magic's line.
   *
   * @param text the line from its percent sign to the cursor
   * @param at where the line begins in the cell
   */
  Completions complete(String text, int at) {
    int blank = text.indexOf(' ');
    if (blank < 0) {
      boolean whole = text.startsWith("%%");
      String prefix = whole ? "%%" : "%";
      List<Match> names = new ArrayList<>(names(text, prefix, whole ? cell : line));
      if (text.equals("%")) {
        names.addAll(names("%%", "%%", cell));
      }
      return new Completions(names, at);
    }
    String name = text.substring(0, blank).replace("%", "");
    int from = argument(text, blank);
    String argument = text.substring(from);
    if (FILES.contains(name)) {
      return new Completions(files(argument, suffixes(name)), at + from);
    }
    if (ARTIFACTS.contains(name)) {
      return new Completions(artifacts(argument, repository()), at + from);
    }
    if (name.equals("device")) {
      return new Completions(
          Stream.of("auto", "cpu", "gpu", "gpu:0")
              .filter(d -> d.startsWith(argument))
              .map(d -> new Match(d, "keyword"))
              .toList(),
          at + from);
    }
    return Completions.none(at + text.length());
  }

  private static int argument(String text, int blank) {
    boolean quoted = text.chars().filter(c -> c == '"').count() % 2 == 1;
    return Math.max(blank, text.lastIndexOf(quoted ? '"' : ' ')) + 1;
  }

  private static List<Match> names(String text, String prefix, Collection<String> names) {
    return new TreeSet<>(names)
        .stream()
            .map(n -> prefix + n)
            .filter(n -> n.startsWith(text))
            .map(n -> new Match(n, "magic"))
            .toList();
  }

  private static Predicate<String> suffixes(String magic) {
    return switch (magic) {
      case "load" -> n -> n.matches(".*\\.(jshell|jsh|java|ipynb)");
      case "jars" -> n -> n.endsWith(".jar");
      case "loadFromPOM" -> n -> n.matches(".*(pom|\\.xml)");
      default -> n -> true;
    };
  }

  private static List<Match> files(String typed, Predicate<String> wanted) {
    int slash = typed.lastIndexOf('/') + 1;
    String folder = typed.substring(0, slash);
    String prefix = typed.substring(slash);
    Set<String> out = new TreeSet<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(Path.of(folder.isEmpty() ? "." : folder))) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        boolean shown =
            name.startsWith(prefix) && (!name.startsWith(".") || prefix.startsWith("."));
        if (shown && Files.isDirectory(entry)) {
          out.add(folder + name + "/");
        } else if (shown && wanted.test(name)) {
          out.add(folder + name);
        }
      }
    } catch (IOException | RuntimeException e) {
      return List.of(); // no such folder
    }
    return out.stream().limit(MOST).map(n -> new Match(n, "path")).toList();
  }

  static Path repository() {
    String set = System.getProperty("maven.repo.local");
    return set == null
        ? Path.of(System.getProperty("user.home"), ".m2", "repository")
        : Path.of(set);
  }

  /** Coordinates of artifacts that lie in the local repository. */
  static List<Match> artifacts(String typed, Path repository) {
    String[] parts = typed.split(":", -1);
    Set<String> out = new TreeSet<>();
    if (parts.length == 1) {
      int dot = typed.lastIndexOf('.') + 1;
      Path folder = repository.resolve(typed.substring(0, dot).replace('.', '/'));
      for (String name : folders(folder, typed.substring(dot))) {
        boolean artifact = isArtifact(folder.resolve(name));
        String group = typed.substring(0, Math.max(0, dot - 1));
        out.add(artifact ? group + ":" + name + ":" : typed.substring(0, dot) + name + ".");
      }
    } else if (parts.length == 2) {
      Path group = repository.resolve(parts[0].replace('.', '/'));
      folders(group, parts[1]).stream()
          .filter(name -> isArtifact(group.resolve(name)))
          .forEach(name -> out.add(parts[0] + ":" + name + ":"));
    } else if (parts.length == 3) {
      Path artifact = repository.resolve(parts[0].replace('.', '/')).resolve(parts[1]);
      folders(artifact, parts[2]).forEach(v -> out.add(parts[0] + ":" + parts[1] + ":" + v));
    }
    return out.stream().limit(MOST).map(n -> new Match(n, "module")).toList();
  }

  private static boolean isArtifact(Path folder) {
    return folders(folder, "").stream()
        .anyMatch(
            v -> Files.exists(folder.resolve(v).resolve(folder.getFileName() + "-" + v + ".pom")));
  }

  private static List<String> folders(Path folder, String prefix) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isDirectory)
          .map(p -> p.getFileName().toString())
          .filter(n -> n.startsWith(prefix) && !n.startsWith("."))
          .sorted()
          .toList();
    } catch (IOException | RuntimeException e) {
      return List.of();
    }
  }
}
