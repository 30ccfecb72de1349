package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import resgen.audio.corpus.Commands;
import resgen.settings.AtomicFile;
import resgen.settings.Range;
import resgen.torch.Torch;

/** {@code resgen speech make}: the corpus {@code commands}. */
@Command(
    name = "make",
    description = {
      "Make the corpus `commands`.",
      "Sentences of a closed grammar are said by 40 pseudo-speakers, with exact ends of phones."
          + " Nothing is downloaded; the same version of flite gives the same samples.",
      "What was made stays when this is stopped, and the same command goes on."
    },
    mixinStandardHelpOptions = true)
final class SpeechMake implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SIZE",
      description = "tiny (60 utterances), mini (1.5 h to learn from), small (6 h), medium (20 h).")
  private String named;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Where (a folder of the user's cache, where it is found by its name).")
  private Path folder;

  @Option(
      names = "--keep-sound",
      description =
          "Keep the samples too, as WAV files: 115 MB an hour. Otherwise they are made again when"
              + " they are asked for, 40 ms an utterance; log-mel spectrograms are kept in any case.")
  private boolean keepSound;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Utterances that are made at once (as many as there are processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  SpeechMake() {}

  @Override
  public Integer call() {
    Usage.run(spec, () -> Range.check("--threads", threads, 1, 256));
    Commands.Size size = SpeechOptions.size(spec, named);
    Commands corpus = folder == null ? Commands.of(size) : Commands.at(folder, size);
    Usage.run(spec, () -> AtomicFile.checkFolder(corpus.folder()));
    Torch.threads(1); // each utterance is a small transform
    PrintWriter err = spec.commandLine().getErr();
    try (Interrupt interrupt = Interrupt.of(err);
        Progress progress = new Progress("utterances", err)) {
      Commands.Summary summary =
          corpus.make(threads, keepSound, (done, total) -> progress.at(done, total, Map.of()));
      spec.commandLine()
          .getOut()
          .printf(
              "%s: %,d utterances, %.2f h, SHA-256 %s of %s%s%n",
              corpus.folder(),
              summary.utterances(),
              summary.seconds() / 3600,
              summary.sha256().substring(0, 12),
              summary.synthesiser(),
              corpus
                  .asExpected()
                  .map(
                      same ->
                          same
                              ? ", as expected"
                              : "; Debian 12's flite 2.2-5 gives other samples, so numbers measured"
                                  + " on it are not comparable to the bit")
                  .orElse(""));
      return interrupt.exitCode();
    } catch (CancellationException e) {
      err.println(e.getMessage());
      return Main.INTERRUPTED;
    }
  }
}
