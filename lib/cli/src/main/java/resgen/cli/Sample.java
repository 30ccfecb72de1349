package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.Generator;
import resgen.Samples;
import resgen.sample.Sampling;
import resgen.token.Labels;
import resgen.vision.ImageGrid;
import resgen.vision.Images;
import resgen.vision.Png;

/** {@code resgen sample}: a generator to images. */
@Command(
    name = "sample",
    description = "Draw images from a model, and save a picture of them.",
    mixinStandardHelpOptions = true)
final class Sample implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private SamplingOptions settings;
  @Mixin private MachineOptions machine;
  @Mixin private ModelOptions model;

  @Option(
      names = "--per-class",
      paramLabel = "N",
      defaultValue = "10",
      description = "Images of each class (${DEFAULT-VALUE}).")
  private int perClass;

  @Option(
      names = "--classes",
      paramLabel = "CLASS",
      split = ",",
      description = "Only these, by name, or else by number, separated by commas.")
  private List<String> classes = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "samples.png",
      description =
          "The picture of all of them, or of the first of each class, a .png file"
              + " (${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Also save each image as it is made, in a folder per class; a new folder.")
  private Path folder;

  Sample() {}

  @Override
  public Integer call() {
    settings.sampling(); // wrong ones are told before the work
    if (perClass < 1) {
      throw wrong("--per-class " + perClass + " is less than 1");
    }
    if (!output.toString().endsWith(".png")) {
      throw wrong("--output " + output + " does not end in .png");
    }
    Outputs.checkFile(spec, "--output", output);
    if (folder != null) {
      Outputs.checkNewFolder(spec, "--images", folder);
    }
    machine.apply();
    try (Generator generator = model.load()) {
      List<String> names = generator.classNames();
      int[] chosen = chosen(names);
      Labels labels = labels(chosen);
      PrintWriter err = spec.commandLine().getErr();
      err.println(generator.description());
      Sampling sampling = settings.sampling(generator);
      Sheet sheet = sheet(labels.toArray());
      List<String> folders = ClassFolders.of(names);
      try (Interrupt interrupt = Interrupt.of(err);
          Progress progress = new Progress("images", err)) {
        progress.at(0, labels.size(), Map.of());
        Samples.Streamed samples =
            generator.stream(
                labels,
                sampling,
                (done, some) -> {
                  Images images = (Images) some;
                  sheet.add(images);
                  save(images, done - images.size(), folders);
                  progress.at(done, labels.size(), Map.of());
                });
        progress.close();
        boolean stopped = interrupt.requested() | samples.interrupted();
        show(sheet, samples, labels.size());
        return stopped ? Main.INTERRUPTED : Main.OK;
      }
    }
  }

  /** A sheet for all of these; a class that is asked for twice has a row for both. */
  static Sheet sheet(int[] labels) {
    Map<Integer, Integer> counts = new HashMap<>();
    IntStream.of(labels).forEach(label -> counts.merge(label, 1, Integer::sum));
    return new Sheet(Collections.max(counts.values()), counts.size());
  }

  private int[] chosen(List<String> names) {
    return classes.isEmpty()
        ? IntStream.range(0, names.size()).toArray()
        : Usage.check(spec, () -> ClassNames.find(classes, names));
  }

  private Labels labels(int[] chosen) {
    return Labels.of(
        IntStream.of(chosen).flatMap(c -> IntStream.generate(() -> c).limit(perClass)).toArray());
  }

  private void save(Images images, int first, List<String> folders) {
    for (int i = 0; folder != null && i < images.size(); i++) {
      Path file =
          folder.resolve(folders.get(images.label(i))).resolve("%05d.png".formatted(first + i));
      Png.write(file, ImageGrid.one(images, i));
    }
  }

  private void show(Sheet sheet, Samples.Streamed samples, int asked) {
    PrintWriter out = spec.commandLine().getOut();
    if (samples.size() == 0) {
      out.println("no image was finished; nothing is saved");
      return;
    }
    Png.write(output, sheet.picture());
    out.printf("%s: %,d of %,d images", output, samples.size() - sheet.leftOut(), asked);
    out.println(sheet.leftOut() == 0 ? "" : "; there is no room for more in one picture");
    out.printf(
        "%d network calls; %.2f s for the tokens, %.2f s for the images%n",
        samples.networkCalls(), samples.generateSeconds(), samples.decodeSeconds());
    if (folder != null) {
      out.printf("%s: %,d images%n", folder, samples.size());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
