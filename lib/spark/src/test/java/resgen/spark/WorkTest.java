package resgen.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.codec.Tokens;
import resgen.lab.cluster.FolderJob;
import resgen.lab.metric.Outcome;
import resgen.lab.metric.Results;
import resgen.lab.study.Executor;
import resgen.lab.study.Shard;
import resgen.lab.study.Study;
import resgen.lab.study.StudyRunner;
import resgen.lab.study.StudyWatcher;
import resgen.lab.study.Work;
import resgen.settings.AtomicFile;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.settings.Overrides;
import resgen.settings.UserCache;
import resgen.token.Codes;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Training;
import resgen.vision.ImageFolder;
import resgen.vision.Images;
import resgen.vision.MadeUpImages;
import resgen.vision.tokenizer.TokenCache;
import resgen.vision.tokenizer.Tokenizer;
import resgen.vision.tokenizer.TokenizerSettings;

/** A study and the tokens of a folder, by two executor processes and by none. */
class WorkTest {

  /** What a run took, which is no result. */
  private static final Set<String> TIMES =
      Set.of(
          "wall_seconds_per_sample",
          "cpu_seconds_per_sample",
          "seconds",
          "generate_seconds",
          "decode_seconds",
          "training_seconds");

  private static final String BASE =
      """
      {"data": "%s",
       "tokenizer": {"preset": "tiny", "settings": {"autoencoder.channels": 3},
                     "training": {"steps": %d, "batch": 16}},
       "preset": "tiny", "settings": {"precision": "fp32"},
       "training": {"steps": 3, "batch": 8, "optimizer.learningRate": 0.002},
       "sampling": {"pace.steps": 3, "guidance.end": 1.5},
       "samples": 12, "seeds": [0, 1]}
      """;

  private static final TokenizerSettings COLOUR =
      Overrides.apply(
          TokenizerSettings.tiny(), TokenizerSettings.class, Map.of("autoencoder.channels", "3"));

  @TempDir private static Path folder;
  private static SparkCluster cluster;
  private static Path pictures;
  private static String before;

  @BeforeAll
  static void connect() throws Exception {
    before = System.getProperty(DataHome.PROPERTY, "");
    pictures = folder.resolve("pictures");
    MadeUpImages.write(pictures, 32, 45, 3);
    home("here");
    System.setProperty(DataHome.PROPERTY, home("there").toString());
    cluster = Local.cluster(folder.resolve("cache"), Map.of());
  }

  @AfterAll
  static void close() {
    cluster.close();
    System.clearProperty(UserCache.PROPERTY);
    if (before.isEmpty()) {
      System.clearProperty(DataHome.PROPERTY);
    } else {
      System.setProperty(DataHome.PROPERTY, before);
    }
  }

  /** A project's folder of its own, with a study of two models on a tokenizer each. */
  private static Path home(String name) throws Exception {
    Path home = folder.resolve(name);
    Path experiments = home.resolve("data/experiments");
    Files.createDirectories(home.resolve("data/checkpoints"));
    Files.createDirectories(experiments.resolve("toy"));
    AtomicFile.write(experiments.resolve("one.json"), BASE.formatted(pictures, 4));
    AtomicFile.write(experiments.resolve("two.json"), BASE.formatted(pictures, 5));
    AtomicFile.write(
        experiments.resolve("toy/masked.json"),
        "{\"base\": \"one\", \"sweep\": {\"pace.steps\": [2, 3]}}");
    AtomicFile.write(
        experiments.resolve("toy/parallel.json"),
        "{\"base\": \"two\", \"model\": \"direct-tokens\"}");
    return home;
  }

  private static Executor.Place place(String name) {
    Path data = folder.resolve(name).resolve("data");
    return new Executor.Place(
        data.resolve("experiments").toString(), data.resolve("results").toString());
  }

  private static List<Work> work(Executor.Place place) {
    Study study = place.study("toy");
    try (StudyRunner<?> runner = StudyRunner.of(study.benchmark(), place.open())) {
      return runner.work(study, cell -> true, Shard.ALL);
    }
  }

  /** Results without times, as text. */
  private static Map<String, String> found(Results results) {
    Map<String, String> all = new TreeMap<>();
    for (Outcome outcome : results.outcomes("toy")) {
      all.put(
          outcome.cell(),
          Json.line(
              new Outcome(
                  outcome.experiment(),
                  outcome.cell(),
                  outcome.settings(),
                  outcome.protocol(),
                  outcome.values().stream().filter(v -> !TIMES.contains(v.metric())).toList())));
    }
    return all;
  }

  @Test
  void aStudyGivesTheSameNumbersAsHere() {
    Torch.threads(1);
    System.setProperty(DataHome.PROPERTY, folder.resolve("here").toString());
    Executor.local().execute(place("here"), work(place("here")), StudyWatcher.lines(line -> {}));
    place("here").open().gather();
    System.setProperty(DataHome.PROPERTY, folder.resolve("there").toString());
    List<String> told = new ArrayList<>();
    List<Work> all = work(place("there"));
    assertEquals(6, all.size());
    cluster.studies().execute(place("there"), all, StudyWatcher.lines(told::add));
    assertEquals(6, place("there").open().gather() - 2, "two trainings and six cells");

    assertEquals(6, told.stream().filter(line -> line.contains("class accuracy")).count());
    assertTrue(told.get(0).contains("toy/masked"), "the dearest first: " + told);
    assertEquals(found(place("here").open()), found(place("there").open()));

    told.clear();
    cluster.studies().execute(place("there"), all, StudyWatcher.lines(told::add));
    assertEquals(List.of(), told, "what is there is not done again");
  }

  @Test
  void tokensOfAFolderAreThoseOfTheTokenizer() {
    ImageFolder source = ImageFolder.at(pictures, "train").withSize(32);
    Images images = source.load().images();
    Path file = folder.resolve("tokenizer.safetensors");
    try (Tokenizer tokenizer =
        Tokenizer.train(
            images,
            COLOUR,
            Training.steps(20).batch(16).every(30, 60, 0),
            Optional.empty(),
            Listener.none())) {
      tokenizer.save(file);
    }
    try (Tokenizer tokenizer = Tokenizer.load(file.toString())) {
      Tokens wanted = tokenizer.encode(images, TokenCache.none());
      String output = folder.resolve("tokens").toString();
      int[] told = new int[1];
      FolderJob job = new FolderJob(source.directory().toString(), file.toString(), output, false);
      FolderJob.Written written = cluster.tokens(job, done -> told[0] = done);
      Tokens read = cluster.tokens(output, tokenizer);

      assertEquals(new FolderJob.Written(135, 0, new TreeMap<>()), written);
      assertTrue(told[0] >= 135, "told of " + told[0]);
      assertArrayEquals(rows(wanted.codes()), rows(read.codes()));
      assertEquals(wanted.condition().classNames(), read.condition().classNames());
      assertArrayEquals(wanted.labels(all(135)), read.labels(all(135)));
      assertTrue(zstd(Path.of(output)), "a Parquet file's name tells its compression");
      assertThrows(IllegalStateException.class, () -> cluster.tokens(job, done -> {}));
    }
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }

  private static int[] rows(Codes codes) {
    return codes.rows(all(codes.size()));
  }

  private static boolean zstd(Path output) {
    return List.of(output.toFile().list()).stream()
        .filter(name -> name.startsWith("part-"))
        .allMatch(name -> name.endsWith(".zstd.parquet"));
  }

  @Test
  void aBrokenPictureIsAnErrorOrARow() throws Exception {
    MadeUpImages.write(folder.resolve("broken"), 32, 3, 4);
    Path with = folder.resolve("broken").resolve("train");
    Path bad = with.resolve(MadeUpImages.CLASS_NAMES.get(1)).resolve("zz.png");
    Files.write(bad, "no picture".getBytes(StandardCharsets.UTF_8));
    ImageFolder source = ImageFolder.at(with).withSize(32);
    Path file = folder.resolve("other.safetensors");
    try (Tokenizer tokenizer =
        Tokenizer.train(
            source.skippingBroken().load().images(),
            COLOUR,
            Training.steps(2).batch(4).every(30, 60, 0),
            Optional.empty(),
            Listener.none())) {
      tokenizer.save(file);
      FolderJob job =
          new FolderJob(
              with.toString(), file.toString(), folder.resolve("refused").toString(), false);
      IllegalStateException error =
          assertThrows(IllegalStateException.class, () -> cluster.tokens(job, done -> {}));
      assertTrue(error.getMessage().contains("zz.png"), error.getMessage());

      String output = folder.resolve("skipped").toString();
      FolderJob.Written written =
          cluster.tokens(new FolderJob(job.folder(), job.tokenizer(), output, true), done -> {});
      assertEquals(10, written.pictures());
      assertEquals(1, written.broken());
      String name = MadeUpImages.CLASS_NAMES.get(1) + "/zz.png";
      assertEquals(Set.of(name), written.reasons().keySet());
      assertEquals(9, cluster.tokens(output, tokenizer).size());

      Path none = with.resolve("zzz");
      Files.createDirectories(none);
      Files.write(none.resolve("a.png"), new byte[0]);
      String empty = folder.resolve("empty").toString();
      cluster.tokens(new FolderJob(job.folder(), job.tokenizer(), empty, true), done -> {});
      IllegalArgumentException named =
          assertThrows(IllegalArgumentException.class, () -> cluster.tokens(empty, tokenizer));
      assertTrue(named.getMessage().contains("class zzz"), named.getMessage());
    }
  }
}
