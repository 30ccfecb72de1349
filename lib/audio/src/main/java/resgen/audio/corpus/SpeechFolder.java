package resgen.audio.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import resgen.audio.Phone;
import resgen.audio.Sound;
import resgen.audio.Speech;
import resgen.audio.Utterance;

/**
 * Speech in a folder of one of these layouts, seen from what is in it:
 *
 * <ul>
 *   <li>{@code metadata.csv} whose first line names its columns, separated by {@code |}: {@code
 *       file}, and perhaps {@code text}, {@code speaker}, {@code phones} (as {@link Phone#parse})
 *   <li>LJSpeech: {@code metadata.csv} without such a line, {@code id|text|normalised text}, and
 *       {@code wavs/}
 *   <li>LibriSpeech: {@code speaker/chapter/*.flac} with {@code *.trans.txt}; without transcripts
 *       the texts are empty
 *   <li>LibriTTS: {@code speaker/chapter/*.wav} with {@code *.normalized.txt}
 *   <li>VCTK: {@code txt/speaker/*.txt} and {@code wav48…/speaker/*}
 * </ul>
 */
public final class SpeechFolder {

  private SpeechFolder() {}

  /** Whether a folder looks like speech; nothing of it is read. */
  public static boolean isAt(Path folder) {
    return Files.isDirectory(folder)
        && (Files.exists(folder.resolve("metadata.csv"))
            || Files.isDirectory(folder.resolve("txt"))
            || !files(folder, 3, name -> name.endsWith(".flac") || name.endsWith(".wav"))
                .isEmpty());
  }

  /**
   * All utterances of a folder, in the order of their names.
   *
   * @throws IllegalArgumentException naming what is missing or wrong
   */
  public static Speech at(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(folder + " is not a folder");
    }
    Path metadata = folder.resolve("metadata.csv");
    List<Utterance> found;
    if (Files.exists(metadata)) {
      List<String> lines = lines(metadata);
      boolean named = !lines.isEmpty() && Arrays.asList(lines.get(0).split("\\|")).contains("file");
      found = named ? table(folder, metadata, lines) : ljSpeech(folder, metadata, lines);
    } else if (Files.isDirectory(folder.resolve("txt"))) {
      found = vctk(folder);
    } else {
      found = libri(folder);
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          folder
              + " holds no speech of a known layout: metadata.csv, LJSpeech, LibriSpeech, LibriTTS,"
              + " VCTK");
    }
    return Speech.of(folder.toString(), found);
  }

  private static List<Utterance> table(Path folder, Path metadata, List<String> lines) {
    List<String> columns = Arrays.asList(lines.get(0).split("\\|"));
    for (String column : columns) {
      if (!List.of("file", "text", "speaker", "phones").contains(column)) {
        throw new IllegalArgumentException(
            "%s: its column '%s' is not one of file, text, speaker, phones"
                .formatted(metadata, column));
      }
    }
    List<Utterance> found = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split("\\|", -1);
      if (cells.length != columns.size()) {
        throw wrong(metadata, i, cells.length + " cells, not " + columns.size());
      }
      Map<String, String> row = new HashMap<>();
      for (int c = 0; c < cells.length; c++) {
        row.put(columns.get(c), cells[c].strip());
      }
      Path file = inside(folder, row.get("file"), metadata, i);
      String phones = row.getOrDefault("phones", "");
      try {
        found.add(
            new Utterance(
                stem(file),
                row.getOrDefault("speaker", ""),
                row.getOrDefault("text", ""),
                phones.isEmpty() ? List.of() : Phone.parse(phones),
                Sound.of(file)));
      } catch (IllegalArgumentException e) {
        throw wrong(metadata, i, e.getMessage());
      }
    }
    return found;
  }

  private static IllegalArgumentException wrong(Path file, int line, String what) {
    return new IllegalArgumentException("%s, line %d: %s".formatted(file, line + 1, what));
  }

  private static Path inside(Path folder, String name, Path metadata, int line) {
    Path file = folder.resolve(name).normalize();
    if (!file.startsWith(folder.normalize())) {
      throw wrong(metadata, line, name + " is not in the folder");
    }
    if (!Files.isRegularFile(file)) {
      throw wrong(metadata, line, "there is no file " + file);
    }
    return file;
  }

  private static List<Utterance> ljSpeech(Path folder, Path metadata, List<String> lines) {
    List<Utterance> found = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String[] cells = lines.get(i).split("\\|", -1);
      if (cells.length < 2 || cells.length > 3) {
        throw wrong(metadata, i, "not id|text|normalised text, nor a first line of column names");
      }
      Path file = inside(folder, "wavs/" + cells[0] + ".wav", metadata, i);
      found.add(
          new Utterance(cells[0], "", cells[cells.length - 1].strip(), List.of(), Sound.of(file)));
    }
    return found;
  }

  /** LibriSpeech and LibriTTS: by speaker and chapter. */
  private static List<Utterance> libri(Path folder) {
    Map<String, String> texts = new HashMap<>();
    for (Path file : files(folder, 4, name -> name.endsWith(".trans.txt"))) {
      for (String line : lines(file)) {
        String[] parts = line.strip().split(" ", 2);
        if (parts.length == 2) {
          texts.put(parts[0], parts[1]);
        }
      }
    }
    List<Utterance> found = new ArrayList<>();
    for (Path file : files(folder, 4, n -> n.endsWith(".flac") || n.endsWith(".wav"))) {
      String id = stem(file);
      Path own = file.resolveSibling(id + ".normalized.txt");
      String text =
          Files.exists(own) ? String.join(" ", lines(own)).strip() : texts.getOrDefault(id, "");
      String speaker = id.split("[-_]", 2)[0];
      found.add(new Utterance(id, speaker, text, List.of(), Sound.of(file)));
    }
    return found;
  }

  private static List<Utterance> vctk(Path folder) {
    Map<String, Path> sounds = new HashMap<>();
    for (Path file : files(folder, 4, n -> n.endsWith(".flac") || n.endsWith(".wav"))) {
      String id = stem(file);
      if (!id.endsWith("_mic2")) { // the second microphone's
        sounds.put(id.endsWith("_mic1") ? id.substring(0, id.length() - 5) : id, file);
      }
    }
    List<Utterance> found = new ArrayList<>();
    for (Path file : files(folder.resolve("txt"), 2, name -> name.endsWith(".txt"))) {
      String id = stem(file);
      String text = String.join(" ", lines(file)).strip();
      Optional.ofNullable(sounds.get(id)) // some texts of VCTK were not recorded
          .ifPresent(
              sound ->
                  found.add(new Utterance(id, id.split("_")[0], text, List.of(), Sound.of(sound))));
    }
    return found;
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 1 ? name : name.substring(0, dot);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static List<Path> files(Path folder, int depth, Predicate<String> name) {
    try (Stream<Path> files = Files.walk(folder, depth)) {
      return files
          .filter(file -> name.test(file.getFileName().toString()) && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }
}
