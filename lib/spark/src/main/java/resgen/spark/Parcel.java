package resgen.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import resgen.settings.Hashes;

/**
 * Files that go to the executors with the work, as broadcast bytes.
 *
 * @param files contents by relative path
 * @param hash of them
 */
record Parcel(TreeMap<String, byte[]> files, String hash) implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Of these files, by the paths that they are to have. */
  static Parcel of(Map<String, Path> files) {
    TreeMap<String, byte[]> contents = new TreeMap<>();
    Map<String, Path> sorted = new LinkedHashMap<>(new TreeMap<>(files));
    sorted.forEach(
        (name, file) -> {
          try {
            contents.put(name, Files.readAllBytes(file));
          } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
          }
        });
    String hash = Hashes.ofFiles(sorted.values().toArray(Path[]::new));
    return new Parcel(contents, hash);
  }

  /** Bytes in all. */
  long bytes() {
    return files.values().stream().mapToLong(content -> content.length).sum();
  }

  /** What a folder with the files gives; it is there meanwhile. */
  <T> T unpacked(Function<Path, T> use) {
    try {
      Path folder = Files.createTempDirectory("resgen-");
      try {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
          Path path = folder.resolve(file.getKey()).normalize();
          if (!path.startsWith(folder)) {
            throw new IOException(file.getKey() + " leads out of the folder");
          }
          Files.createDirectories(path.getParent());
          Files.write(path, file.getValue());
        }
        return use.apply(folder);
      } finally {
        remove(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the files of the work: " + e.getMessage(), e);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepest = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepest) {
        Files.delete(path);
      }
    }
  }
}
