package resgen.audio.corpus;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import resgen.audio.Clip;
import resgen.audio.LogMel;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.Phone;
import resgen.audio.Sound;
import resgen.audio.Utterance;
import resgen.settings.Json;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;

/** A file of some utterances of a corpus: their lines of the manifest and their spectrograms. */
final class Shard {

  private static final WeightFile.Kind KIND =
      new WeightFile.Kind("utterances", 1, "a file of utterances");
  private static final String LINES = "lines";
  private static final String MEL = "mel";

  private Shard() {}

  /**
   * A line of the manifest.
   *
   * @param id of the utterance
   * @param speaker name
   * @param text what is said
   * @param samples how many, at 16 kHz
   * @param sha256 of rate and samples, in hex, as {@link Sound#hash}
   * @param phones with their ends, as {@link Phone#format}
   */
  record Line(String id, String speaker, String text, int samples, String sha256, String phones) {}

  /** Synthesises utterances and writes them, the sound first. */
  static void make(
      List<Commands.Plan> plans, MelSettings mel, Path file, Optional<Path> soundFolder) {
    StringBuilder lines = new StringBuilder();
    List<float[]> frames = new ArrayList<>();
    try (MelTransform transform = new MelTransform(mel);
        NDManager manager = Torch.manager()) {
      for (Commands.Plan plan : plans) {
        Flite.Said said = Flite.say(plan.text(), plan.speaker());
        Clip clip = said.clip();
        soundFolder.ifPresent(folder -> clip.write(sound(folder, plan.id())));
        Line line =
            new Line(
                plan.id(),
                plan.speaker().name(),
                plan.text(),
                clip.length(),
                Sound.hash(clip),
                Phone.format(said.phones()));
        lines.append(Json.line(line)).append('\n');
        frames.add(transform.of(clip).values());
      }
      NDArray all =
          manager.create(joined(frames)).reshape(new Shape(-1, mel.mels())); // [F of all, M]
      WeightFile.of(KIND)
          .metadata(LINES, lines.toString())
          .metadata(MEL, Json.line(mel))
          .weights("", Map.of(MEL, all), WeightFormat.HALF)
          .write(file);
    }
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** Where the sound of an utterance is kept. */
  static Path sound(Path folder, String id) {
    return folder.resolve("sound").resolve(id + ".wav");
  }

  /** The lines in a shard. */
  static List<Line> lines(Path file) {
    return WeightFile.read(file, KIND, weights -> parse(weights.metadata(LINES, text -> text)));
  }

  /** The lines of a whole manifest. */
  static List<Line> manifest(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static List<Line> parse(String text) {
    return text.lines().map(line -> Json.read(line, Line.class)).toList();
  }

  /** Reads sound and spectrograms of a corpus' folder; keeps the shard that was read last. */
  static final class Reader {

    private final Path folder;
    private final MelSettings mel;
    private String shard = "";
    private float[] values = new float[0];
    private List<Line> lines = List.of();

    Reader(Path folder, MelSettings mel) {
      this.folder = folder;
      this.mel = mel;
    }

    /** The utterance of a line, which is at some place of a shard. */
    Utterance utterance(Line line, Speaker speaker, String file, int place) {
      Sound sound =
          new Sound() {
            @Override
            public Clip clip() {
              return Reader.this.clip(line, speaker);
            }

            @Override
            public String fingerprint() {
              return line.sha256();
            }

            @Override
            public Optional<LogMel> mel(MelSettings settings) {
              return settings.equals(mel)
                  ? Optional.of(Reader.this.mel(file, place))
                  : Optional.empty();
            }
          };
      return new Utterance(
          line.id(), line.speaker(), line.text(), Phone.parse(line.phones()), sound);
    }

    private Clip clip(Line line, Speaker speaker) {
      Path kept = sound(folder, line.id());
      Clip clip = Files.exists(kept) ? Clip.read(kept) : Flite.say(line.text(), speaker).clip();
      if (!Sound.hash(clip).equals(line.sha256())) {
        throw new IllegalStateException(
            "the samples of %s are not those of the manifest in %s: %s"
                .formatted(
                    line.id(),
                    folder,
                    Files.exists(kept) ? kept + " is damaged" : "flite is another version now"));
      }
      return clip;
    }

    private synchronized LogMel mel(String file, int place) {
      if (!file.equals(shard)) {
        Path path = folder.resolve("shards").resolve(file);
        lines = lines(path);
        values =
            WeightFile.read(
                path,
                KIND,
                weights -> {
                  try (NDManager manager = Torch.manager()) {
                    return weights.arrays(manager, "").get(MEL).toFloatArray();
                  }
                });
        shard = file;
      }
      int from = 0;
      for (Line before : lines.subList(0, place)) {
        from += mel.frames(before.samples()) * mel.mels();
      }
      int to = from + mel.frames(lines.get(place).samples()) * mel.mels();
      return new LogMel(Arrays.copyOfRange(values, from, to), mel);
    }
  }
}
