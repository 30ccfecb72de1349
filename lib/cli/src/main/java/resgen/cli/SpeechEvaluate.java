package resgen.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import resgen.audio.evaluate.SpeechEvaluation;
import resgen.audio.generate.Tts;
import resgen.audio.vocoder.IstftVocoder;
import resgen.lab.metric.Outcome;
import resgen.lab.metric.Results;
import resgen.settings.Json;

/** {@code resgen speech evaluate}: what a model says, measured. */
@Command(
    name = "evaluate",
    description = {
      "Let a model say sentences of the test part, and measure what is heard.",
      "Measured are words, voice, speed and what it makes of the text. Recogniser, grammars,"
          + " similarity, data and seeds are said with the numbers.",
      "Without options of sampling it is sampled as by `speech say`."
    },
    mixinStandardHelpOptions = true)
final class SpeechEvaluate implements Callable<Integer> {

  private static final String NAME = "speech";
  private static final String DURATIONS = "durations"; // of results before, by pace alone

  @Spec private CommandSpec spec;
  @Mixin private SpeechOptions data;
  @Mixin private SamplingOptions settings;
  @Mixin private MachineOptions machine;

  @Parameters(
      paramLabel = "MODEL",
      description = "A .safetensors file that `speech train` wrote, or a shipped model.")
  private String model;

  @Option(
      names = "--utterances",
      paramLabel = "N",
      defaultValue = "200",
      description = "Of the test part (${DEFAULT-VALUE}).")
  private int utterances;

  @Option(
      names = "--speakers",
      paramLabel = "N",
      defaultValue = "480",
      description = "Training utterances for the similarity of speakers (${DEFAULT-VALUE}).")
  private int speakers;

  @Option(
      names = "--continuation",
      paramLabel = "SECONDS",
      description = "Go on with the first seconds of each utterance.")
  private Double continuation;

  @Option(
      names = "--cross-sentence",
      description = "In the voice of another utterance by the same speaker.")
  private boolean cross;

  @Option(
      names = "--vocoder",
      paramLabel = "NAME|FILE",
      description =
          "What makes sound of spectrograms, a shipped one or a .safetensors file that `speech train-vocoder` wrote"
              + " (Griffin-Lim).")
  private String vocoder;

  @Option(
      names = "--append",
      description = "Add the numbers to the project's data/results/speech.csv.")
  private boolean append;

  SpeechEvaluate() {}

  @Override
  public Integer call() {
    settings.sampling(); // wrong ones are told before the work
    machine.apply();
    PrintWriter err = spec.commandLine().getErr();
    try (Interrupt interrupt = Interrupt.of(err);
        Tts tts = Tts.load(model)) {
      if (vocoder != null) {
        Usage.check(spec, () -> tts.use(IstftVocoder.load(vocoder)));
      }
      err.println(tts);
      SpeechEvaluation evaluation = Usage.check(spec, () -> evaluation(tts));
      SpeechEvaluation.Report report = evaluation.run();
      spec.commandLine().getOut().println(report);
      if (append) {
        Results results = Results.ofProject();
        if (results.add(NAME, List.of(outcome(report))) == 0) {
          err.printf("%s has these numbers already; nothing is added%n", results.file(NAME));
        }
      }
      return interrupt.exitCode();
    } catch (CancellationException e) {
      err.println(e.getMessage() + "; nothing is added to the results");
      return Main.INTERRUPTED;
    }
  }

  private SpeechEvaluation evaluation(Tts tts) {
    SpeechEvaluation evaluation =
        SpeechEvaluation.of(tts)
            .on(data.data())
            .utterances(utterances)
            .speakers(speakers)
            .sampling(settings.sampling(tts.generator(), tts.usual()));
    if (continuation != null && cross) {
      throw new IllegalArgumentException("--continuation and --cross-sentence exclude each other");
    }
    if (cross) {
      return evaluation.crossSentence();
    }
    return continuation == null ? evaluation : evaluation.continuation(continuation);
  }

  private Outcome outcome(SpeechEvaluation.Report report) {
    Map<String, Object> cell = new LinkedHashMap<>();
    cell.put("model", report.protocol().get("model_training"));
    cell.put("task", report.protocol().get("task"));
    cell.put("data", report.protocol().get("data"));
    cell.put("utterances", report.settings().utterances());
    if (report.settings().task() == SpeechEvaluation.Task.CONTINUATION) {
      cell.put("prompt_seconds", report.settings().prompt());
    }
    if (report.settings().speakers() != SpeechEvaluation.SPEAKERS) {
      cell.put("speakers", report.settings().speakers());
    }
    if (report.protocol().containsKey(DURATIONS)) {
      cell.put("aligner", report.protocol().get("aligner"));
    }
    if (vocoder != null) {
      cell.put("vocoder", report.protocol().get("vocoder"));
    }
    cell.put("sampling", report.protocol().get("sampling"));
    return new Outcome(
        NAME + "/" + report.protocol().get("task"),
        Json.hash(cell),
        cell,
        report.protocol(),
        report.values().stream()
            .map(v -> Outcome.Value.of(v.metric(), v.value(), v.deviation()))
            .toList());
  }
}
