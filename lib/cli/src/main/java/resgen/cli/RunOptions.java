package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import resgen.train.RunFolder;

/** Where a run is kept, with a word on what is done there. */
final class RunOptions {

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "Folder of checkpoints and metrics (runs/ and a hash of the settings).")
  private Path given;

  RunOptions() {}

  /** The folder given, or the run's own; says which, and whether the run goes on. */
  RunFolder folder(RunFolder.Card card, PrintWriter err) {
    RunFolder folder = RunFolder.of(Optional.ofNullable(given), card);
    err.println((folder.begun() ? "resuming in " : "run folder ") + folder.path());
    return folder;
  }
}
