package resgen.audio.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import resgen.audio.Clip;

/** CMU PocketSphinx with its US English model and a grammar, a program of the system. */
public final class PocketSphinx implements SpeechRecognizer {

  private static final String PROGRAM = "pocketsphinx_batch";
  private static final String PACKAGE = "pocketsphinx";
  private static final Path MODEL = Path.of("/usr/share/pocketsphinx/model/en-us");
  private static final int RATE = 16_000;

  private final Jsgf grammar;

  /** A recogniser of what a grammar allows; all its words must be in the model's dictionary. */
  public PocketSphinx(Jsgf grammar) {
    this.grammar = grammar;
  }

  /** Whether program and model are there. */
  public static boolean installed() {
    return Files.isDirectory(MODEL)
        && java.util.Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
  }

  /** Debian's version of the package; the program does not tell its own. */
  private static String version() {
    Path log = null;
    try {
      log = Files.createTempFile("resgen-dpkg", ".log");
      return Processes.run(List.of("dpkg-query", "-W", "-f=${Version}", PACKAGE), log).strip();
    } catch (IOException | IllegalStateException e) {
      return "of unknown version";
    } finally {
      if (log != null) {
        log.toFile().delete();
      }
    }
  }

  @Override
  public String name() {
    return "pocketsphinx %s en-us, JSGF %s".formatted(version(), grammar.hash());
  }

  @Override
  public List<String> transcribe(List<Clip> clips) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("resgen-pocketsphinx");
      StringBuilder list = new StringBuilder();
      for (int i = 0; i < clips.size(); i++) {
        clips.get(i).resample(RATE).limited().write(folder.resolve(i + ".wav"));
        list.append(i).append('\n');
      }
      Path control = Files.writeString(folder.resolve("clips"), list);
      Path rules = Files.writeString(folder.resolve("grammar.jsgf"), grammar.text());
      Path found = folder.resolve("found");
      Processes.run(
          List.of(
              PROGRAM,
              "-adcin",
              "yes",
              "-adchdr",
              "44",
              "-cepdir",
              folder.toString(),
              "-cepext",
              ".wav",
              "-ctl",
              control.toString(),
              "-hmm",
              MODEL.resolve("en-us").toString(),
              "-dict",
              MODEL.resolve("cmudict-en-us.dict").toString(),
              "-jsgf",
              rules.toString(),
              "-hyp",
              found.toString()),
          folder.resolve("log"));
      return read(found, clips.size());
    } catch (IOException e) {
      throw new UncheckedIOException("pocketsphinx: " + e.getMessage(), e);
    } finally {
      if (folder != null) {
        Processes.remove(folder);
      }
    }
  }

  /** Lines as {@code words (clip score)}. */
  private static List<String> read(Path found, int count) throws IOException {
    Map<Integer, String> texts = new HashMap<>();
    for (String line : Files.readAllLines(found)) {
      int open = line.lastIndexOf('(');
      String[] tail = line.substring(open + 1).split("[ )]");
      texts.put(Integer.parseInt(tail[0]), line.substring(0, open).strip());
    }
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(texts.getOrDefault(i, "").replaceAll("\\(\\d+\\)", ""));
    }
    return all;
  }
}
