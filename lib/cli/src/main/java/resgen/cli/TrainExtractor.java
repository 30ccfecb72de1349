package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import resgen.train.RunFolder;
import resgen.train.Training;
import resgen.vision.FashionMnist;
import resgen.vision.Images;
import resgen.vision.extract.ClassifierSettings;
import resgen.vision.extract.FashionClassifier;
import resgen.vision.extract.OwnClassifier;

/** {@code resgen train-extractor}: a classifier whose features are compared. */
@Command(
    name = "train-extractor",
    description = {
      "Train the small classifier whose features FD-Fashion compares; of other images, FD-own.",
      "About six minutes on one core. The shipped one: --threads 1 --precision bf16.",
      "A run that was stopped goes on where it was when it is started again with the same settings."
    },
    mixinStandardHelpOptions = true)
final class TrainExtractor implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private DataOptions data;
  @Mixin private MachineOptions machine;
  @Mixin private RunOptions run;

  @Option(names = "--steps", paramLabel = "N", description = "Steps of 128 images (4000).")
  private long steps = FashionClassifier.STEPS;

  @Option(names = "--seed", paramLabel = "SEED", description = "Seed of everything random (0).")
  private long seed;

  @Option(
      names = "--precision",
      paramLabel = "WHAT",
      description = "Of matrix products in training: fp32, bf16 or auto, measured (auto).")
  private String precision = ClassifierSettings.fashion().precision();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The classifier, a .safetensors file (named for the data, in the run folder).")
  private Path output;

  TrainExtractor() {}

  @Override
  public Integer call() {
    Outputs.check(spec, output);
    machine.apply();
    Training training = Usage.check(spec, () -> FashionClassifier.usual(steps).seed(seed));
    Usage.check(spec, () -> ClassifierSettings.fashion().precision(precision).resolved());
    Images train = data.train();
    boolean fashion = train.classNames().equals(FashionMnist.CLASS_NAMES);
    ClassifierSettings settings =
        (fashion ? ClassifierSettings.fashion() : ClassifierSettings.own())
            .precision(precision)
            .resolved();
    String name = fashion ? FashionClassifier.NAME : OwnClassifier.NAME;
    Images test = data.test();
    PrintWriter err = spec.commandLine().getErr();
    RunFolder.Card card =
        new RunFolder.Card(
            "train-extractor", settings, training, train.name(), train.fingerprint());
    RunFolder folder = run.folder(card, err);
    Path file = output == null ? folder.path().resolve(name + ".safetensors") : output;
    try (Interrupt interrupt = Interrupt.of(err)) {
      Steps shown = new Steps(err);
      FashionClassifier.Trained trained =
          FashionClassifier.train(
              train,
              test,
              settings,
              training,
              Optional.of(folder.path()),
              folder.noting(card, shown));
      shown.close();
      try (FashionClassifier classifier = trained.classifier()) {
        boolean stopped = interrupt.requested() | trained.run().interrupted();
        classifier.save(file);
        spec.commandLine()
            .getOut()
            .printf(
                "%s: %,d of %,d steps, %,d parameters, hash %s, test accuracy %.2f %%, %.0f s%n",
                file,
                trained.run().steps(),
                trained.run().of(),
                classifier.parameterCount(),
                classifier.hash(),
                100 * classifier.accuracy(test),
                trained.run().seconds());
        return stopped ? Main.INTERRUPTED : Main.OK;
      }
    }
  }
}
