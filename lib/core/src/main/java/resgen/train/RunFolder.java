package resgen.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.settings.SourceCommit;

/** Where a run keeps what it has: checkpoints, metrics, and what it was. */
public final class RunFolder {

  private final Path path;

  private RunFolder(Path path) {
    this.path = path;
  }

  /**
   * What a run is; its hash names the folder.
   *
   * @param command what is done, as {@code train}
   * @param settings of what is trained
   * @param data name of the images
   * @param dataFingerprint of them, or of their tokens
   */
  public record Card(
      String command, Object settings, Training training, String data, String dataFingerprint) {

    /** What the run is called, as {@code train-65d02855501c}. */
    public String id() {
      return command + "-" + Json.hash(this);
    }
  }

  /** A card, and the source that the run was last started from. */
  record Start(Card run, String commit) {}

  /**
   * The folder of a run; nothing is written.
   *
   * @param given where; else {@code runs/} in the project's directory, or in the working directory
   *     outside of the project, and the run's id
   */
  public static RunFolder of(Optional<Path> given, Card card) {
    return new RunFolder(given.orElseGet(() -> usual().resolve(card.id())));
  }

  private static Path usual() {
    try {
      return DataHome.project().resolve("runs");
    } catch (IllegalStateException outsideOfTheProject) {
      return Path.of("runs");
    }
  }

  /**
   * A listener that notes in {@code run.json} what the run is and by which source, as soon as it
   * starts or goes on. A run that is refused leaves the file as it was.
   *
   * @param then told of everything after that
   */
  public Listener noting(Card card, Listener then) {
    return new Listener() {
      @Override
      public void started(long step, long steps) {
        Json.write(path.resolve("run.json"), new Start(card, SourceCommit.current()));
        then.started(step, steps);
      }

      @Override
      public void row(long step, long steps, double secondsPerStep, Map<String, Double> metrics) {
        then.row(step, steps, secondsPerStep, metrics);
      }
    };
  }

  /** Whether there is a checkpoint to go on from. */
  public boolean begun() {
    return Files.exists(path.resolve("last.safetensors"));
  }

  /** The folder. */
  public Path path() {
    return path;
  }
}
