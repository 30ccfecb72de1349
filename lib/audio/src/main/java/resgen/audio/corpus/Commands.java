package resgen.audio.corpus;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import resgen.audio.MelSettings;
import resgen.audio.Speech;
import resgen.codec.DataSet;
import resgen.noise.Noise;
import resgen.settings.AtomicFile;
import resgen.settings.Hashes;
import resgen.settings.Json;
import resgen.settings.UserCache;

/**
 * The corpus {@code commands}: sentences of a closed grammar said by 40 pseudo-speakers, made on
 * this machine by {@link Flite}. What utterance i of a part is depends on nothing but the part and
 * i, so that a smaller corpus is the beginning of a larger one.
 *
 * <p>Its parts: {@code train} by 24 speakers; {@code test}, other sentences by the same speakers;
 * {@code unseen}, other sentences by the other 16. A sixteenth of all sentences is in the last two
 * alone.
 *
 * <p>A folder holds the manifest (text, speaker, ends of phones, SHA-256 of the samples), log-mel
 * spectrograms in half floats, and, if asked for, the sound; sound that is not kept is made again
 * when it is asked for, which takes about 40 ms an utterance.
 */
public final class Commands implements DataSet<Speech> {

  /** How much there is. */
  public enum Size {
    /** 60 utterances, for tests. */
    TINY(40, 10, "fc66a081404b24e726e64438bbdeaf176d73a250aee2ad9e0661b0b71cfd847e"),
    /** An hour and a half to learn from, for trials. */
    MINI(1920, 120, ""),
    /** 6 hours to learn from. */
    SMALL(7700, 400, "b5f2406ab6b426b2f2ba1a72fd28d9613d11bb4e0f31562685af1788027e12cd"),
    /** 20 hours to learn from. */
    MEDIUM(25_600, 400, "");

    private final int train;
    private final int held;
    private final String sum;

    Size(int train, int held, String sum) {
      this.train = train;
      this.held = held;
      this.sum = sum;
    }

    /** Utterances to learn from. */
    public int train() {
      return train;
    }

    /** Utterances of each of the two parts that are held out. */
    public int held() {
      return held;
    }

    /** As in {@code commands-small}. */
    public String label() {
      return "commands-" + name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** The parts. */
  enum Part {
    TRAIN,
    TEST,
    UNSEEN;

    String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    List<Speaker> speakers() {
      return this == UNSEEN ? Speaker.unseen() : Speaker.seen();
    }
  }

  /**
   * What a corpus is made of; all of it decides its samples.
   *
   * @param corpus its label
   * @param train utterances of the part to learn from
   * @param held utterances of each of the other parts
   * @param synthesiser and its version
   * @param mel of the spectrograms
   */
  record Making(String corpus, int train, int held, String synthesiser, MelSettings mel) {}

  /**
   * What was made.
   *
   * @param corpus its label
   * @param synthesiser and its version
   * @param mel hash of the spectrograms' settings
   * @param utterances how many
   * @param seconds of sound
   * @param sha256 over the SHA-256 of all utterances in their order
   */
  public record Summary(
      String corpus,
      String synthesiser,
      String mel,
      int utterances,
      double seconds,
      String sha256) {}

  /** Told of progress, by the thread that called {@link #make}. */
  @FunctionalInterface
  public interface Progress {
    /** So many utterances of all are done. */
    void at(int done, int total);
  }

  private static final int SHARD = 20; // utterances in a file
  private static final int HELD_OUT = 16; // of so many sentences, one is in the held-out parts

  private final Size size;
  private final Path folder;
  private final MelSettings mel = MelSettings.small();
  private final CommandGrammar grammar = CommandGrammar.standard();
  private final Noise noise = Noise.of(0).fork("commands");

  private Commands(Size size, Path folder) {
    this.size = size;
    this.folder = folder;
  }

  /** In the user's cache. */
  public static Commands of(Size size) {
    return at(UserCache.folder().resolve("speech").resolve(size.label()), size);
  }

  /** In a folder, which need not exist. */
  public static Commands at(Path folder, Size size) {
    return new Commands(size, folder);
  }

  @Override
  public String name() {
    return size.label();
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** How much there is. */
  public Size size() {
    return size;
  }

  /** Whether all of it has been made. */
  public boolean isMade() {
    return Files.exists(manifest());
  }

  private Path manifest() {
    return folder.resolve("manifest.jsonl");
  }

  /** A sentence and who says it. */
  record Plan(String id, String text, Speaker speaker) {}

  /** Utterance {@code index} of a part. */
  Plan plan(Part part, int index) {
    Noise.Stream stream = noise.stream(part.ordinal(), index);
    int number;
    boolean held;
    do {
      number = stream.nextInt(grammar.size());
      held = Noise.of(1).stream(number).nextInt(HELD_OUT) == 0;
    } while (held != (part != Part.TRAIN));
    List<Speaker> speakers = part.speakers();
    return new Plan(
        "%s-%05d".formatted(part.label(), index),
        grammar.sentence(number),
        speakers.get(index % speakers.size()));
  }

  private int count(Part part) {
    return part == Part.TRAIN ? size.train : size.held;
  }

  /** A part of a part, which is one file. */
  private record Piece(Part part, int number, int from, int to) {
    String file() {
      return "%s-%04d.safetensors".formatted(part.label(), number);
    }

    int count() {
      return to - from;
    }
  }

  private List<Piece> pieces() {
    List<Piece> all = new ArrayList<>();
    for (Part part : Part.values()) {
      for (int from = 0; from < count(part); from += SHARD) {
        all.add(new Piece(part, from / SHARD, from, Math.min(count(part), from + SHARD)));
      }
    }
    return all;
  }

  /**
   * Makes what is missing of it. Several processes may do so at once. What was made stays when this
   * is interrupted, and is not made again.
   *
   * @param threads that synthesise at once
   * @param keepSound whether the samples are kept too, as WAV files
   * @throws IllegalStateException without flite, or if the folder is of another version of it
   * @throws CancellationException if interrupted; the interrupt stays set
   */
  public Summary make(int threads, boolean keepSound, Progress progress) {
    Making making = new Making(name(), size.train, size.held, Flite.version(), mel);
    claim(making);
    Path shards = folder.resolve("shards");
    List<Piece> all = pieces();
    List<Piece> missing =
        all.stream()
            .filter(
                piece ->
                    !Files.exists(shards.resolve(piece.file()))
                        || keepSound && !Files.exists(last(piece)))
            .toList();
    int total = all.stream().mapToInt(Piece::count).sum();
    int done = total - missing.stream().mapToInt(Piece::count).sum();
    progress.at(done, total);
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      CompletionService<Piece> ends = new ExecutorCompletionService<>(workers);
      missing.forEach(piece -> ends.submit(() -> make(piece, shards, keepSound)));
      for (int i = 0; i < missing.size(); i++) {
        done += ends.take().get().count();
        progress.at(done, total);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "interrupted: %,d of %,d utterances are kept in %s; the same command goes on"
              .formatted(done, total, folder));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      workers.shutdownNow();
    }
    return finish(making, all, shards);
  }

  /** The last sound of a piece, which is written before the piece itself. */
  private Path last(Piece piece) {
    return Shard.sound(folder, plan(piece.part, piece.to - 1).id());
  }

  /** Writes what the folder is of, or checks that it is of the same. */
  private void claim(Making making) {
    Path file = folder.resolve("making.json");
    if (Files.exists(file)) {
      Making there = Json.read(file, Making.class);
      if (!there.equals(making)) {
        throw new IllegalStateException(
            "%s holds %s, and this would be %s: remove it, or choose another folder"
                .formatted(folder, Json.line(there), Json.line(making)));
      }
    } else {
      Json.write(file, making);
    }
  }

  private Piece make(Piece piece, Path shards, boolean keepSound) {
    List<Plan> plans =
        IntStream.range(piece.from, piece.to).mapToObj(i -> plan(piece.part, i)).toList();
    Shard.make(
        plans,
        mel,
        shards.resolve(piece.file()),
        keepSound ? Optional.of(folder) : Optional.empty());
    return piece;
  }

  private Summary finish(Making making, List<Piece> pieces, Path shards) {
    StringBuilder lines = new StringBuilder();
    MessageDigest digest = Hashes.digest();
    double seconds = 0;
    int count = 0;
    for (Piece piece : pieces) {
      for (Shard.Line line : Shard.lines(shards.resolve(piece.file()))) {
        lines.append(Json.line(line)).append('\n');
        digest.update((line.sha256() + "\n").getBytes(StandardCharsets.UTF_8));
        seconds += line.samples() / (double) mel.rate();
        count++;
      }
    }
    Summary summary =
        new Summary(
            name(),
            making.synthesiser(),
            mel.hash(),
            count,
            seconds,
            HexFormat.of().formatHex(digest.digest()));
    Json.write(folder.resolve("summary.json"), summary);
    AtomicFile.write(manifest(), lines.toString());
    return summary;
  }

  /**
   * Whether what was made has the samples that Debian 12's flite 2.2-5 gives; empty of a size for
   * which that is not known.
   */
  public Optional<Boolean> asExpected() {
    return size.sum.isEmpty() ? Optional.empty() : Optional.of(summary().sha256().equals(size.sum));
  }

  /** What was made. */
  public Summary summary() {
    requireMade();
    return Json.read(folder.resolve("summary.json"), Summary.class);
  }

  private void requireMade() {
    if (!isMade()) {
      throw new IllegalArgumentException(
          "%s has not been made: `environment/resgen speech make %s` makes it in %s"
              .formatted(name(), size.name().toLowerCase(java.util.Locale.ROOT), folder));
    }
  }

  @Override
  public Speech train() {
    return part(Part.TRAIN);
  }

  /** {@inheritDoc} By the speakers of {@link #train}. */
  @Override
  public Speech test() {
    return part(Part.TEST);
  }

  /** Sentences and speakers that no model has seen. */
  public Speech unseen() {
    return part(Part.UNSEEN);
  }

  private Speech part(Part part) {
    requireMade();
    Map<String, Shard.Line> lines = new LinkedHashMap<>();
    Shard.manifest(manifest()).forEach(line -> lines.put(line.id(), line));
    Shard.Reader reader = new Shard.Reader(folder, mel);
    List<resgen.audio.Utterance> utterances = new ArrayList<>();
    for (int i = 0; i < count(part); i++) {
      Plan plan = plan(part, i);
      Shard.Line line = lines.get(plan.id());
      if (line == null || !line.text().equals(plan.text())) {
        throw new IllegalArgumentException(
            "%s: %s is not what this version makes of it; remove the folder and make it again"
                .formatted(manifest(), plan.id()));
      }
      Piece piece = new Piece(part, i / SHARD, 0, 0);
      utterances.add(reader.utterance(line, plan.speaker(), piece.file(), i % SHARD));
    }
    return Speech.of(
        name() + "/" + part.label(),
        utterances,
        part.speakers().stream().map(Speaker::name).toList());
  }
}
