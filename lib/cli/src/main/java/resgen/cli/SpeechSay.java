package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import resgen.audio.Clip;
import resgen.audio.generate.Line;
import resgen.audio.generate.Prompt;
import resgen.audio.generate.Tts;
import resgen.audio.vocoder.IstftVocoder;
import resgen.sample.Sampling;

/** {@code resgen speech say}: a text to a WAV file. */
@Command(
    name = "say",
    description = {
      "Say a text, by a speaker that the model knows or in the voice of a prompt.",
      "Without options of sampling: 16 steps, not guided, a nucleus of 0.85, of a mixture half of"
          + " its noise."
    },
    mixinStandardHelpOptions = true)
final class SpeechSay implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private SamplingOptions settings;
  @Mixin private MachineOptions machine;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A .safetensors file that `speech train` wrote, or a shipped model.")
  private String model;

  @Parameters(
      index = "1",
      paramLabel = "TEXT",
      description = "In letters, as \"bring the green lamp near tango seven now\".")
  private String text;

  @Option(
      names = "--speaker",
      paramLabel = "NAME",
      description = "Who says it (the first that the model knows).")
  private String speaker;

  @Option(
      names = "--prompt",
      paramLabel = "FILE",
      description = "A WAV or FLAC file whose voice is to say it.")
  private Path prompt;

  @Option(
      names = "--transcript",
      paramLabel = "TEXT",
      description = "What the prompt says; without it the prompt is the text's own beginning.")
  private String transcript;

  @Option(
      names = "--vocoder",
      paramLabel = "NAME|FILE",
      description =
          "What makes sound of spectrograms, a shipped one or a .safetensors file that `speech train-vocoder` wrote"
              + " (Griffin-Lim).")
  private String vocoder;

  @Option(names = "--speed", paramLabel = "TIMES", description = "Faster than usual by (1).")
  private double speed = 1;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "said.wav",
      description = "The sound, a .wav file (${DEFAULT-VALUE}).")
  private Path output;

  SpeechSay() {}

  @Override
  public Integer call() {
    settings.sampling(); // wrong ones are told before the work
    if (!output.toString().endsWith(".wav")) {
      throw wrong("--output " + output + " does not end in .wav");
    }
    if (transcript != null && prompt == null) {
      throw wrong("--transcript goes with --prompt");
    }
    if (speaker != null && prompt != null) {
      throw wrong("--speaker and --prompt both tell the voice; give one of them");
    }
    Outputs.checkFile(spec, "--output", output);
    machine.apply();
    PrintWriter err = spec.commandLine().getErr();
    try (Interrupt interrupt = Interrupt.of(err);
        Tts tts = Tts.load(model)) {
      if (vocoder != null) {
        Usage.check(spec, () -> tts.use(IstftVocoder.load(vocoder)));
      }
      err.println(tts);
      Sampling sampling = settings.sampling(tts.generator(), tts.usual());
      Line line = Usage.check(spec, () -> line(tts).speed(speed));
      Tts.Spoken spoken = tts.say(List.of(line), sampling);
      Clip clip = spoken.clip(0);
      clip.write(output);
      spec.commandLine()
          .getOut()
          .printf(
              "%s: %.2f s by %s; %d network calls, %.2f s for the tokens, %.2f s for the sound%n",
              output,
              clip.seconds(),
              line.speaker().isEmpty() ? "the prompt's voice" : line.speaker(),
              spoken.samples().networkCalls(),
              spoken.samples().generateSeconds(),
              spoken.samples().decodeSeconds());
      return interrupt.exitCode();
    } catch (CancellationException e) {
      err.println(e.getMessage());
      return Main.INTERRUPTED;
    }
  }

  private Line line(Tts tts) {
    if (prompt != null) {
      Clip clip = Clip.read(prompt);
      return Line.like(new Prompt(clip, Optional.ofNullable(transcript)), text);
    }
    if (tts.speakers().isEmpty()) {
      throw new IllegalArgumentException(
          "this model knows no speaker by name; --prompt FILE gives it a voice");
    }
    return Line.by(speaker == null ? tts.speakers().get(0) : speaker, text);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
