package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.audio.codec.LinearSettings;
import resgen.audio.codec.SpeechCodec;
import resgen.audio.corpus.Commands;
import resgen.audio.evaluate.FloorsStudy;
import resgen.audio.evaluate.Value;
import resgen.audio.vocoder.IstftVocoder;
import resgen.lab.metric.Outcome;
import resgen.lab.metric.Results;
import resgen.settings.Json;

/** {@code resgen speech floors}: what no speech model has to learn. */
@Command(
    name = "floors",
    description = {
      "Measure the rows that codecs and speech models are read against.",
      "These are true speech, true spectrograms through Griffin-Lim, principal components, the linear"
          + " codec at several depths, another utterance, noise. Rows that the results have already"
          + " are not measured again.",
      "--codec measures a codec instead: what its codes leave of speech, and how it uses them;"
          + " --vocoder a vocoder."
    },
    mixinStandardHelpOptions = true)
final class SpeechFloors implements Callable<Integer> {

  private static final String NAME = "speech-floors";

  @Spec private CommandSpec spec;
  @Mixin private MachineOptions machine;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "small",
      description =
          "Of the corpus, which has been made: tiny, mini, small, medium (${DEFAULT-VALUE}).")
  private String named;

  @Option(names = "--corpus", paramLabel = "DIR", description = "Where it is (the user's cache).")
  private Path folder;

  @Option(
      names = "--utterances",
      paramLabel = "N",
      description = "Of the test part that are measured (80).")
  private int utterances = FloorsStudy.Settings.usual().utterances();

  @Option(
      names = "--learn",
      paramLabel = "N",
      description = "Training utterances for the linear codec (960).")
  private int learn = FloorsStudy.Settings.usual().learn();

  @Option(
      names = "--speakers",
      paramLabel = "N",
      description = "Training utterances for the similarity of speakers (480).")
  private int speakers = FloorsStudy.Settings.usual().speakers();

  @Option(names = "--seed", paramLabel = "N", description = "Of Griffin-Lim and noise (0).")
  private long seed;

  @Option(
      names = "--codec",
      paramLabel = "NAME|FILE",
      description =
          "A shipped codec, or a .safetensors file that `speech train-codec` wrote: its rows alone,"
              + " codec-D of the first D depths.")
  private String measured;

  @Option(
      names = "--vocoder",
      paramLabel = "NAME|FILE",
      description =
          "Measure a vocoder instead, by true spectrograms: the row vocoder alone, a shipped one or a .safetensors file that `speech train-vocoder` wrote.")
  private String vocoder;

  @Option(
      names = "--only",
      paramLabel = "ROW",
      split = ",",
      description = "These rows alone, by name, as mel,rvq-8.")
  private Set<String> only = Set.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "The folder of results (the project's).")
  private Path output;

  SpeechFloors() {}

  @Override
  public Integer call() {
    machine.apply();
    FloorsStudy.Settings settings =
        Usage.check(
            spec,
            () ->
                new FloorsStudy.Settings(
                    utterances, learn, speakers, seed, LinearSettings.small()));
    Commands.Size size = SpeechOptions.size(spec, named);
    Commands corpus = folder == null ? Commands.of(size) : Commands.at(folder, size);
    Results results = output == null ? Results.ofProject() : new Results(output);
    Set<String> there = results.cells(NAME);
    PrintWriter err = spec.commandLine().getErr();
    PrintWriter out = spec.commandLine().getOut();
    if (measured != null && vocoder != null) {
      throw new ParameterException(
          spec.commandLine(), "--codec and --vocoder are measured one at a time");
    }
    FloorsStudy study = new FloorsStudy(corpus, settings);
    try (Interrupt interrupt = Interrupt.of(err);
        SpeechCodec codec = measured == null ? null : SpeechCodec.load(measured);
        IstftVocoder voice = vocoder == null ? null : IstftVocoder.load(vocoder)) {
      String print = codec != null ? codec.fingerprint() : voice != null ? voice.fingerprint() : "";
      Predicate<String> wanted =
          row ->
              (only.isEmpty() || only.contains(row))
                  && !there.contains(cell(settings, corpus, row, print));
      FloorsStudy.Listener listener =
          row -> {
            results.add(NAME, List.of(outcome(settings, corpus, row, print)));
            out.println(line(row));
            out.flush();
          };
      if (codec != null) {
        study.run(codec, wanted, listener);
      } else if (voice != null) {
        study.run(voice, wanted, listener);
      } else {
        study.run(wanted, listener);
      }
      return interrupt.exitCode();
    } catch (CancellationException e) {
      err.println(e.getMessage());
      return Main.INTERRUPTED;
    }
  }

  private static Map<String, Object> cellSettings(
      FloorsStudy.Settings settings, Commands corpus, String row, String learned) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("row", row);
    all.put("corpus", corpus.name());
    all.put("utterances", settings.utterances());
    all.put("learn", settings.learn());
    all.put("speakers", settings.speakers());
    all.put("seed", settings.seed());
    if (!learned.isEmpty()) {
      all.put("learned", learned); // the codec's or the vocoder's fingerprint
    }
    return all;
  }

  private static String cell(
      FloorsStudy.Settings settings, Commands corpus, String row, String learned) {
    return Json.hash(cellSettings(settings, corpus, row, learned));
  }

  private static Outcome outcome(
      FloorsStudy.Settings settings, Commands corpus, FloorsStudy.Row row, String learned) {
    return new Outcome(
        NAME + "/" + row.name(),
        cell(settings, corpus, row.name(), learned),
        cellSettings(settings, corpus, row.name(), learned),
        row.protocol(),
        row.values().stream()
            .map(v -> Outcome.Value.of(v.metric(), v.value(), v.deviation()))
            .toList());
  }

  private static String line(FloorsStudy.Row row) {
    return row.label()
        + ": "
        + row.values().stream().map(SpeechFloors::text).collect(Collectors.joining(", "));
  }

  private static String text(Value value) {
    return String.format(Locale.US, "%s %.4g", value.metric(), value.value());
  }
}
