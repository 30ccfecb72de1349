package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import resgen.data.Json;
import resgen.data.SourceCommit;
import resgen.train.Training;

/** Where a run keeps what it has: checkpoints, metrics, and what it was. */
final class RunFolder {

  private final Path path;

  private RunFolder(Path path) {
    this.path = path;
  }

  /**
   * What a run was, for its folder.
   *
   * @param settings of what is trained
   * @param data name of the images
   * @param dataFingerprint of them, or of their tokens
   */
  record Card(
      String command, Object settings, Training training, String data, String dataFingerprint) {}

  /** A card, and the source that the run was last started from. */
  record Start(Card run, String commit) {}

  /** The folder given, or one named by the hash of everything that the run depends on. */
  static RunFolder of(Path given, Card card, PrintWriter err) {
    Path path = given;
    if (path == null) {
      String name = card.command() + "-" + Json.hash(card);
      path = Home.find().orElse(Path.of("")).resolve("runs").resolve(name);
    }
    boolean resumes = Files.exists(path.resolve("last.safetensors"));
    err.println((resumes ? "resuming in " : "run folder ") + path);
    Json.write(path.resolve("run.json"), new Start(card, SourceCommit.current()));
    return new RunFolder(path);
  }

  Path path() {
    return path;
  }
}
