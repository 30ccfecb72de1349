package resgen.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import resgen.Generator;
import resgen.ResGen;
import resgen.codec.Tokens;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.Recipe;
import resgen.settings.Json;
import resgen.train.Listener;
import resgen.train.Run;
import resgen.train.RunFolder;
import resgen.train.Training;
import resgen.vision.Images;
import resgen.vision.tokenizer.Tokenizer;

/** {@code resgen train}: a tokenizer's tokens to a generator. */
@Command(
    name = "train",
    description = {
      "Train a generator on a tokenizer's tokens.",
      "A run that was stopped goes on where it was when it is started again with the same settings."
    },
    mixinStandardHelpOptions = true)
final class Train implements Callable<Integer> {

  private static final long USUAL_STEPS = 20_000;
  private static final String SUFFIX = ".safetensors";

  @Spec private CommandSpec spec;
  @Mixin private DataOptions data;
  @Mixin private SettingsOptions settings;
  @Mixin private MachineOptions machine;
  @Mixin private RunOptions run;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "resgen",
      description =
          "resgen, direct-tokens, depthwise-maskgit, rq-transformer or ar-resgen"
              + " (${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--tokenizer",
      paramLabel = "NAME|FILE",
      defaultValue = "fashion-rvq8",
      description = "A shipped tokenizer, or a .safetensors file (${DEFAULT-VALUE}).")
  private String tokenizer;

  @Option(
      names = "--from",
      paramLabel = "NAME|FILE",
      description =
          "Train this model further, with a learning-rate cycle of its own; its settings and"
              + " tokenizer hold.")
  private String from;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The model, a .safetensors file (model.safetensors in the run folder).")
  private Path output;

  Train() {}

  @Override
  public Integer call() throws IOException {
    Outputs.check(spec, output);
    Training training = settings.training(USUAL_STEPS, ResGen::training);
    Family.Member member = Usage.check(spec, () -> Family.of(model));
    machine.apply();
    if (from != null) {
      settings.refuseAllButTraining("--from");
      try (Generator trained = Generator.load(from)) {
        return train(
            (Tokenizer) trained.codec(),
            trained.settings(),
            training,
            data.like((Tokenizer) trained.codec()).train(),
            Optional.of(trained));
      }
    }
    try (Tokenizer rvq = Tokenizer.load(tokenizer)) {
      Images images = data.like(rvq).train();
      ConditionSpec classes = new ConditionSpec.Classes(images.classNames().size());
      Recipe wanted = settings.recipe(member, rvq.spec(), classes);
      if (!wanted.model().tokens().equals(rvq.spec())
          || !wanted.model().condition().equals(classes)) {
        throw settings.wrong(
            "the settings are for %s and %s; %s and %s give %s and %s"
                .formatted(
                    wanted.model().tokens(),
                    wanted.model().condition(),
                    tokenizer,
                    images.name(),
                    rvq.spec(),
                    classes));
      }
      return train(rvq, wanted, training, images, Optional.empty());
    }
  }

  private int train(
      Tokenizer rvq, Recipe wanted, Training training, Images images, Optional<Generator> start)
      throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    RunFolder.Card card =
        new RunFolder.Card(
            "train",
            wanted,
            training,
            images.name(),
            rvq.fingerprint()
                + images.fingerprint()
                + start.map(m -> Json.hash(m.origin())).orElse(""));
    RunFolder folder = run.folder(card, err);
    Path file = output == null ? folder.path().resolve("model" + SUFFIX) : output;
    try (Interrupt interrupt = Interrupt.of(err);
        Steps steps = new Steps(err)) {
      err.printf("encoding %,d images%n", images.size());
      Tokens tokens = rvq.encode(images);
      Optional<Path> kept = Optional.of(folder.path());
      Listener noted = folder.noting(card, steps);
      try (Generator model =
          start.isPresent()
              ? start.get().trainFurther(tokens, training, kept, noted)
              : Generator.train(tokens, (shape, condition) -> wanted, training, kept, noted)) {
        steps.close();
        Run done = model.run().orElseThrow();
        boolean stopped = interrupt.requested() | done.interrupted();
        model.save(file);
        Outputs.keepTokenizer(rvq, from == null ? tokenizer : from, file);
        spec.commandLine()
            .getOut()
            .printf(
                "%s: %,d of %,d steps in %s%n",
                file, done.steps(), done.of(), Progress.duration(done.seconds()));
        return stopped ? Main.INTERRUPTED : Main.OK;
      }
    }
  }
}
