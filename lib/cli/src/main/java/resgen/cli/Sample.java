package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
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
      description = "Only these, by name or number, separated by commas.")
  private List<String> classes = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "samples.png",
      description = "The picture of all of them, a .png file (${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Also save each image, in a folder per class.")
  private Path folder;

  Sample() {}

  @Override
  public Integer call() {
    Sampling sampling = settings.sampling();
    if (perClass < 1) {
      throw wrong("--per-class " + perClass + " is less than 1");
    }
    if (!output.toString().endsWith(".png")) {
      throw wrong("--output " + output + " does not end in .png");
    }
    Outputs.writable(spec, output);
    Outputs.writableFolder(spec, folder);
    machine.apply();
    try (Generator generator = model.load()) {
      Labels labels = labels(generator.classNames());
      PrintWriter err = spec.commandLine().getErr();
      err.println(generator.description());
      try (Interrupt interrupt = Interrupt.of(err);
          Progress progress = new Progress("images", err)) {
        progress.at(0, labels.size(), Map.of());
        Samples samples =
            generator.sample(labels, sampling, done -> progress.at(done, labels.size(), Map.of()));
        progress.close();
        boolean stopped = interrupt.requested() | samples.interrupted();
        save(samples, labels.size());
        return stopped ? Main.INTERRUPTED : Main.OK;
      }
    }
  }

  private Labels labels(List<String> names) {
    int[] chosen =
        classes.isEmpty()
            ? IntStream.range(0, names.size()).toArray()
            : classes.stream().mapToInt(word -> number(word, names)).toArray();
    return Labels.of(
        IntStream.of(chosen).flatMap(c -> IntStream.generate(() -> c).limit(perClass)).toArray());
  }

  private int number(String word, List<String> names) {
    String trimmed = word.strip();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(trimmed) || Integer.toString(i).equals(trimmed)) {
        return i;
      }
    }
    throw wrong(
        "--classes: no class '%s'; there are %s, or 0 to %d"
            .formatted(word, String.join(", ", names), names.size() - 1));
  }

  private void save(Samples samples, int asked) {
    PrintWriter out = spec.commandLine().getOut();
    if (samples.size() == 0) {
      out.println("no image was finished; nothing is saved");
      return;
    }
    Png.write(output, ImageGrid.byClass(Images.of(samples), perClass, 2));
    out.printf("%s: %,d of %,d images%n", output, samples.size(), asked);
    out.printf(
        "%d network calls; %.2f s for the tokens, %.2f s for the images%n",
        samples.networkCalls(), samples.generateSeconds(), samples.decodeSeconds());
    if (folder != null) {
      Images images = Images.of(samples);
      for (int i = 0; i < images.size(); i++) {
        String name = images.classNames().get(images.label(i)).replaceAll("[^\\w.-]+", "-");
        Png.write(folder.resolve(name).resolve("%05d.png".formatted(i)), ImageGrid.one(images, i));
      }
      out.printf("%s: each of them%n", folder);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
