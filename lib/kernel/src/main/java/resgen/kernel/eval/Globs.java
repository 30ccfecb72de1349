package resgen.kernel.eval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;

/** Paths with wildcards. */
public final class Globs {
  private static final int MAX_DEPTH = 12;

  private Globs() {}

  /**
   * The files that match, sorted; without a wildcard, the path itself. {@code dir/*} means the jars
   * of the folder as in a class path, or else all its files.
   */
  public static List<Path> find(String glob) {
    if (!glob.matches(".*[*?\\[{].*")) {
      return List.of(Path.of(glob));
    }
    Path root = Path.of(glob.replaceFirst("[^/]*[*?\\[{].*$", "")).normalize();
    if (!Files.isDirectory(root.toAbsolutePath())) {
      return List.of();
    }
    PathMatcher matcher =
        FileSystems.getDefault().getPathMatcher("glob:" + Path.of(glob.replaceFirst("^\\./", "")));
    int depth = glob.contains("**") ? MAX_DEPTH : glob.split("/").length + 1;
    try (Stream<Path> files = Files.walk(root.toString().isEmpty() ? Path.of("") : root, depth)) {
      return files.filter(Files::isRegularFile).filter(matcher::matches).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot search " + glob, e);
    }
  }
}
