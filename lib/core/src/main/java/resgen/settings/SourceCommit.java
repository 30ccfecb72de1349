package resgen.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The commit that the project stands at, for results and checkpoints to name. */
public final class SourceCommit {

  private SourceCommit() {}

  /** The short hash of the clone that holds the data directory; {@code unknown} without one. */
  public static String current() {
    try {
      return of(DataHome.root().getParent()).orElse("unknown");
    } catch (IllegalStateException noDataHere) {
      return "unknown";
    }
  }

  /** The short hash of the commit that a clone stands at, read from its files; empty if none. */
  public static Optional<String> of(Path clone) {
    try {
      Path git = clone.resolve(".git");
      if (Files.isRegularFile(git)) { // a worktree: the file names the directory
        git = clone.resolve(Files.readString(git).strip().replaceFirst("^gitdir: ", ""));
      }
      String head = Files.readString(git.resolve("HEAD")).strip();
      Optional<String> hash =
          head.startsWith("ref: ") ? resolve(git, head.substring(5)) : Optional.of(head);
      return hash.filter(text -> text.matches("[0-9a-f]{40,64}")).map(text -> text.substring(0, 8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> resolve(Path git, String reference) throws IOException {
    Path common = git;
    if (Files.exists(git.resolve("commondir"))) {
      common = git.resolve(Files.readString(git.resolve("commondir")).strip());
    }
    for (Path place : List.of(git, common)) {
      if (Files.exists(place.resolve(reference))) {
        return Optional.of(Files.readString(place.resolve(reference)).strip());
      }
    }
    Path packed = common.resolve("packed-refs");
    if (!Files.exists(packed)) {
      return Optional.empty();
    }
    return Files.readAllLines(packed).stream()
        .filter(line -> line.endsWith(" " + reference))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .findFirst();
  }
}
