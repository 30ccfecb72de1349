package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import resgen.audio.Speech;
import resgen.audio.codec.LinearCodec;
import resgen.audio.codec.LinearSettings;
import resgen.audio.codec.MelCodec;
import resgen.audio.codec.MelVaeSettings;
import resgen.audio.codec.SpeechCodec;
import resgen.audio.codec.WaveCodec;
import resgen.audio.codec.WaveVaeSettings;
import resgen.codec.DataSet;
import resgen.torch.WeightFormat;
import resgen.train.Listener;
import resgen.train.RunFolder;
import resgen.train.Training;

/** {@code resgen speech train-codec}: speech as residual tokens. */
@Command(
    name = "train-codec",
    description = {
      "Train the codec, a Mel-VAE.",
      "It is a convolutional autoencoder of mel spectrograms with a residual quantizer.",
      "--wave trains the waveform RVQ-VAE instead, which reads and writes sound itself. It",
      "reads all sound first; a corpus made with --keep-sound need not synthesise it again.",
      "--linear fits the linear codec instead, which needs no training: what both must beat.",
      "A run that was stopped goes on where it was when it is started again with the same settings."
    },
    mixinStandardHelpOptions = true)
final class SpeechTrainCodec implements Callable<Integer> {

  private static final long USUAL_STEPS = 8000;
  private static final long USUAL_WAVE_STEPS = 10_000;

  /** A codec that was trained, and how many steps. */
  private record Learned(SpeechCodec codec, long step) {}

  /** One of the codecs that are trained. */
  private interface Learner {
    Learned learn(Speech train, Speech validation, Optional<Path> folder, Listener listener);
  }

  @Spec private CommandSpec spec;
  @Mixin private SpeechOptions data;
  @Mixin private SettingsOptions settings;
  @Mixin private MachineOptions machine;
  @Mixin private RunOptions run;

  @Option(names = "--linear", description = "Fit the linear codec, in closed form.")
  private boolean linear;

  @Option(names = "--wave", description = "Train the waveform RVQ-VAE.")
  private boolean wave;

  @Option(
      names = "--storage",
      paramLabel = "S",
      description =
          "With --linear: how directions and codebooks are stored: fp32, half or 8bit (fp32). The"
              + " codec is what the file holds, so each has tokens of its own.")
  private String storage;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The codec, a .safetensors file (codec.safetensors in the run folder).")
  private Path output;

  SpeechTrainCodec() {}

  @Override
  public Integer call() {
    Outputs.check(spec, output);
    if (storage != null && !linear) {
      throw settings.wrong("--storage %s goes with --linear".formatted(storage));
    }
    if (linear && wave) {
      throw settings.wrong("--linear and --wave are two codecs; one is made at a time");
    }
    if (linear) {
      return linear(settings.settings(LinearSettings.class, LinearSettings.presets()));
    }
    if (wave) {
      WaveVaeSettings wanted = settings.settings(WaveVaeSettings.class, WaveVaeSettings.presets());
      Training training = settings.training(USUAL_WAVE_STEPS, WaveCodec::usual);
      return train(
          wanted,
          training,
          (train, validation, folder, listener) -> {
            WaveCodec codec =
                WaveCodec.train(train, validation, wanted, training, folder, listener);
            return new Learned(codec, codec.origin().step());
          });
    }
    MelVaeSettings wanted = settings.settings(MelVaeSettings.class, MelVaeSettings.presets());
    Training training = settings.training(USUAL_STEPS, MelCodec::usual);
    return train(
        wanted,
        training,
        (train, validation, folder, listener) -> {
          MelCodec codec = MelCodec.train(train, validation, wanted, training, folder, listener);
          return new Learned(codec, codec.origin().step());
        });
  }

  private int train(Object wanted, Training training, Learner learner) {
    machine.apply();
    DataSet<Speech> speech = data.data();
    try (Interrupt interrupt = Interrupt.of(spec.commandLine().getErr())) {
      return train(speech, wanted, training, learner, interrupt);
    } catch (CancellationException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return Main.INTERRUPTED;
    }
  }

  private int linear(LinearSettings wanted) {
    WeightFormat format =
        Usage.check(spec, () -> WeightFormat.of(storage == null ? "fp32" : storage));
    machine.apply();
    Speech train = data.data().train();
    try (Interrupt interrupt = Interrupt.of(spec.commandLine().getErr())) {
      fit(train, wanted, format);
      return interrupt.exitCode();
    } catch (CancellationException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return Main.INTERRUPTED;
    }
  }

  private void fit(Speech train, LinearSettings wanted, WeightFormat format) {
    Path file = output == null ? Path.of("linear-codec.safetensors") : output;
    try (LinearCodec codec = LinearCodec.fit(train, wanted, format)) {
      codec.save(file);
      double[] statistics = codec.statistics();
      spec.commandLine()
          .getOut()
          .printf(
              "%s: %.1f positions/s, %,.0f bits/s, %.3f of the variance, log-mel %.2f ± %.2f%n",
              file,
              codec.positionRate(),
              codec.bitRate(),
              codec.explained(codec.settings().dimension()),
              statistics[0],
              statistics[1]);
    }
  }

  private int train(
      DataSet<Speech> speech,
      Object wanted,
      Training training,
      Learner learner,
      Interrupt interrupt) {
    PrintWriter err = spec.commandLine().getErr();
    Speech train = speech.train();
    RunFolder.Card card =
        new RunFolder.Card(
            "speech train-codec", wanted, training, train.name(), train.fingerprint());
    RunFolder folder = run.folder(card, err);
    Path file = output == null ? folder.path().resolve("codec.safetensors") : output;
    Steps steps = new Steps(err);
    Learned learned =
        learner.learn(train, speech.test(), Optional.of(folder.path()), folder.noting(card, steps));
    try (SpeechCodec codec = learned.codec()) {
      steps.close();
      long done = learned.step();
      boolean stopped = interrupt.requested() | done < training.steps();
      codec.save(file);
      spec.commandLine()
          .getOut()
          .printf(
              "%s: %,d of %,d steps, %.1f positions/s, %,.0f bits/s%n",
              file, done, training.steps(), codec.positionRate(), codec.bitRate());
      return stopped ? Main.INTERRUPTED : Main.OK;
    }
  }
}
