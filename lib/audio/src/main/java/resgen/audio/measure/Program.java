package resgen.audio.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import resgen.audio.Clip;

/**
 * Any command that is given a WAV file and prints what is said in it.
 *
 * @param command its words; {@code {wav}} in one of them stands for the file
 */
public record Program(List<String> command) implements SpeechRecognizer {

  private static final String FILE = "{wav}";

  public Program {
    command = List.copyOf(command);
    if (command.stream().noneMatch(word -> word.contains(FILE))) {
      throw new IllegalArgumentException(
          "no word of '%s' is %s, which stands for the file"
              .formatted(String.join(" ", command), FILE));
    }
  }

  /** A command of words separated by spaces. */
  public static Program of(String command) {
    return new Program(Arrays.asList(command.strip().split("\\s+")));
  }

  @Override
  public String name() {
    return String.join(" ", command);
  }

  /** {@inheritDoc} Letters are made small; what is no letter, digit, ' or - becomes a space. */
  @Override
  public List<String> transcribe(List<Clip> clips) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("resgen-recognizer");
      Path wav = folder.resolve("clip.wav");
      List<String> texts = new ArrayList<>();
      for (Clip clip : clips) {
        clip.limited().write(wav);
        List<String> words =
            command.stream().map(word -> word.replace(FILE, wav.toString())).toList();
        String said = Processes.run(words, folder.resolve("log"));
        texts.add(said.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}'-]+", " ").strip());
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(command.get(0) + ": " + e.getMessage(), e);
    } finally {
      if (folder != null) {
        Processes.remove(folder);
      }
    }
  }
}
