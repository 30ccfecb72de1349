package resgen.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.audio.Speech;
import resgen.audio.SpeechMedium;
import resgen.audio.corpus.Commands;
import resgen.codec.DataSet;

/** Which speech: the options that every command with speech has. */
final class SpeechOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      defaultValue = "commands-small",
      description = {
        "Speech: commands-tiny, -mini, -small or -medium, which `speech make` makes, or a"
            + " folder in the layout of LibriSpeech, LibriTTS, LJSpeech, VCTK, or with metadata.csv"
            + " (${DEFAULT-VALUE}). Of a folder a tenth is held out."
      })
  private String data;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Take only the first so many utterances of each part.")
  private Integer limit;

  SpeechOptions() {}

  /** What models learn from and what is held out. */
  DataSet<Speech> data() {
    if (limit != null && limit < 1) {
      throw wrong("--limit " + limit + " is less than 1");
    }
    SpeechMedium medium = new SpeechMedium();
    DataSet<Speech> found =
        medium
            .dataSet(data)
            .orElseThrow(
                () ->
                    wrong(
                        "--data '%s' is none of %s and %s"
                            .formatted(
                                data,
                                String.join(", ", medium.dataSets()),
                                Files.isDirectory(Path.of(data))
                                    ? "holds no speech of a known layout"
                                    : "no folder")));
    return DataSet.of(found.name(), () -> limited(found.train()), () -> limited(found.test()));
  }

  private Speech limited(Speech all) {
    return limit == null || limit >= all.size() ? all : all.range(0, limit);
  }

  /** The size of a name, as {@code small}. */
  static Commands.Size size(CommandSpec spec, String name) {
    for (Commands.Size size : Commands.Size.values()) {
      if (size.name().equalsIgnoreCase(name)) {
        return size;
      }
    }
    throw new ParameterException(
        spec.commandLine(),
        "no size '%s'; there are %s"
            .formatted(
                name,
                String.join(
                    ", ",
                    List.of(Commands.Size.values()).stream()
                        .map(size -> size.name().toLowerCase(java.util.Locale.ROOT))
                        .toList())));
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
