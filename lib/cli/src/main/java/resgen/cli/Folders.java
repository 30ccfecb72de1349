package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import resgen.train.RunFolder;

/** Run folders, with a word on what is done in them. */
final class Folders {

  private Folders() {}

  /** The folder given, or the run's own; says which, and whether the run goes on. */
  static RunFolder of(Path given, RunFolder.Card card, PrintWriter err) {
    RunFolder folder = RunFolder.of(Optional.ofNullable(given), card);
    err.println((folder.begun() ? "resuming in " : "run folder ") + folder.path());
    return folder;
  }
}
