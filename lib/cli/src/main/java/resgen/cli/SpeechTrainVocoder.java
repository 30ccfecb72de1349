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
import resgen.audio.vocoder.IstftSettings;
import resgen.audio.vocoder.IstftVocoder;
import resgen.codec.DataSet;
import resgen.train.RunFolder;
import resgen.train.Training;

/** {@code resgen speech train-vocoder}: sound of spectrograms in one pass. */
@Command(
    name = "train-vocoder",
    description = {
      "Train a vocoder that makes sound of mel spectrograms in one pass.",
      "Without one sound is made by Griffin-Lim. It reads all sound first; a corpus made with",
      "--keep-sound need not synthesise it again, and --limit takes less of it.",
      "A run that was stopped goes on where it was when it is started again with the same settings."
    },
    mixinStandardHelpOptions = true)
final class SpeechTrainVocoder implements Callable<Integer> {

  private static final long USUAL_STEPS = 10_000;

  @Spec private CommandSpec spec;
  @Mixin private SpeechOptions data;
  @Mixin private SettingsOptions settings;
  @Mixin private MachineOptions machine;
  @Mixin private RunOptions run;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The vocoder, a .safetensors file (vocoder.safetensors in the run folder).")
  private Path output;

  SpeechTrainVocoder() {}

  @Override
  public Integer call() {
    Outputs.check(spec, output);
    IstftSettings wanted = settings.settings(IstftSettings.class, IstftSettings.presets());
    Training training = settings.training(USUAL_STEPS, IstftVocoder::usual);
    machine.apply();
    DataSet<Speech> speech = data.data();
    PrintWriter err = spec.commandLine().getErr();
    try (Interrupt interrupt = Interrupt.of(err)) {
      return train(speech, wanted, training, interrupt);
    } catch (CancellationException e) {
      err.println(e.getMessage());
      return Main.INTERRUPTED;
    }
  }

  private int train(
      DataSet<Speech> speech, IstftSettings wanted, Training training, Interrupt interrupt) {
    PrintWriter err = spec.commandLine().getErr();
    Speech train = speech.train();
    RunFolder.Card card =
        new RunFolder.Card(
            "speech train-vocoder", wanted, training, train.name(), train.fingerprint());
    RunFolder folder = run.folder(card, err);
    Path file = output == null ? folder.path().resolve("vocoder.safetensors") : output;
    Steps steps = new Steps(err);
    try (IstftVocoder vocoder =
        IstftVocoder.train(
            train,
            speech.test(),
            wanted,
            training,
            Optional.of(folder.path()),
            folder.noting(card, steps))) {
      steps.close();
      long done = vocoder.origin().step();
      boolean stopped = interrupt.requested() | done < training.steps();
      vocoder.save(file);
      spec.commandLine()
          .getOut()
          .printf(
              "%s: %,d of %,d steps, %,d parameters%n",
              file, done, training.steps(), vocoder.parameterCount());
      return stopped ? Main.INTERRUPTED : Main.OK;
    }
  }
}
