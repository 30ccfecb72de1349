package resgen.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import resgen.vision.MadeUpImages;

/** {@code resgen make-images}: a folder of pictures to try the other commands on. */
@Command(
    name = "make-images",
    description = {
      "Make a small folder of pictures, circles, squares and triangles, to try things out on.",
      "It has the form that --data takes: train/ and val/, each with a folder per class."
    },
    mixinStandardHelpOptions = true)
final class MakeImages implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "A new folder.")
  private Path folder;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      defaultValue = "32",
      description = "Height and width, 8 to 1024 (${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--per-class",
      paramLabel = "N",
      defaultValue = "200",
      description = "Training pictures of each class (${DEFAULT-VALUE}).")
  private int perClass;

  @Option(names = "--seed", paramLabel = "N", description = "Of the pictures (0).")
  private long seed;

  MakeImages() {}

  @Override
  public Integer call() {
    Outputs.checkNewFolder(spec, "DIR", folder);
    int written = Usage.check(spec, () -> MadeUpImages.write(folder, size, perClass, seed));
    spec.commandLine()
        .getOut()
        .printf(
            "%s: %,d pictures of %d×%d in %d classes: %s%n",
            folder,
            written,
            size,
            size,
            MadeUpImages.CLASS_NAMES.size(),
            String.join(", ", MadeUpImages.CLASS_NAMES));
    return Main.OK;
  }
}
