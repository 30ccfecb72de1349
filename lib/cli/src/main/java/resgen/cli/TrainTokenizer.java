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
import resgen.vision.Images;
import resgen.vision.tokenizer.AutoencoderSettings;
import resgen.vision.tokenizer.Tokenizer;
import resgen.vision.tokenizer.TokenizerSettings;

/** {@code resgen train-tokenizer}: images to a tokenizer. */
@Command(
    name = "train-tokenizer",
    description = {
      "Train an autoencoder with its residual quantizer.",
      "Without a preset, its settings follow from the size and the channels of the images.",
      "A run that was stopped goes on where it was when it is started again with the same settings."
    },
    mixinStandardHelpOptions = true)
final class TrainTokenizer implements Callable<Integer> {

  private static final long USUAL_STEPS = 3000;

  @Spec private CommandSpec spec;
  @Mixin private DataOptions data;
  @Mixin private SettingsOptions settings;
  @Mixin private MachineOptions machine;
  @Mixin private RunOptions run;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The tokenizer, a .safetensors file (tokenizer.safetensors in the run folder).")
  private Path output;

  TrainTokenizer() {}

  @Override
  public Integer call() {
    Outputs.check(spec, output);
    settings.settings(TokenizerSettings.class, TokenizerSettings.presets()); // wrong words first
    Training training = settings.training(USUAL_STEPS, Tokenizer::usual);
    machine.apply();
    Images loaded = data.train();
    TokenizerSettings wanted =
        settings.settings(
            TokenizerSettings.class,
            TokenizerSettings.presets(),
            () -> TokenizerSettings.fitting(loaded));
    Images images = fitted(loaded, wanted.autoencoder());
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        "network for %d×%d×%d, %s%n",
        wanted.autoencoder().channels(),
        wanted.autoencoder().imageSize(),
        wanted.autoencoder().imageSize(),
        wanted.spec());
    RunFolder.Card card =
        new RunFolder.Card(
            "train-tokenizer", wanted, training, images.name(), images.fingerprint());
    RunFolder folder = run.folder(card, err);
    Path file = output == null ? folder.path().resolve("tokenizer.safetensors") : output;
    try (Interrupt interrupt = Interrupt.of(err)) {
      Steps steps = new Steps(err);
      try (Tokenizer tokenizer =
          Tokenizer.train(
              images, wanted, training, Optional.of(folder.path()), folder.noting(card, steps))) {
        steps.close();
        long done = tokenizer.origin().step();
        boolean stopped = interrupt.requested() | done < training.steps();
        tokenizer.save(file);
        spec.commandLine().getOut().printf("%s: %,d of %,d steps%n", file, done, training.steps());
        return stopped ? Main.INTERRUPTED : Main.OK;
      }
    }
  }

  /** The images with the network's channels. */
  private Images fitted(Images images, AutoencoderSettings network) {
    if (Math.max(images.height(), images.width()) > network.imageSize()) {
      throw settings.wrong(
          "%s, but the settings are for %d×%d; leave out --preset, or give --image-size=%d or"
                  .formatted(images, network.imageSize(), network.imageSize(), network.imageSize())
              + " --set autoencoder.imageSize=N");
    }
    if (network.channels() == 1 && !images.isGrey()) {
      throw settings.wrong(
          "%s, in colour, but the settings are for grey ones; leave out --preset, or give --set"
                  .formatted(images)
              + " autoencoder.channels=3");
    }
    return images.withChannels(network.channels());
  }
}
