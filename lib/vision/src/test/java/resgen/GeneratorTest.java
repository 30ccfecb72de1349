package resgen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.codec.Tokens;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.Model;
import resgen.sample.Sampling;
import resgen.token.Codes;
import resgen.token.Labels;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.torch.SafeTensors;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Training;
import resgen.vision.Images;
import resgen.vision.extract.Patterns;
import resgen.vision.tokenizer.TokenCache;
import resgen.vision.tokenizer.Tokenizer;

class GeneratorTest {

  private static final Images IMAGES = Patterns.of(80, 28, 1);
  private static final Training TRAINING = Training.steps(6).batch(8).seed(2).every(3, 3, 3);
  private static final Sampling SAMPLING = Sampling.steps(4).guidance(0.1, 1).seed(5);

  @TempDir private static Path folder;
  private static Tokenizer tokenizer;
  private static Generator model;
  private static Path file;

  @BeforeAll
  static void train() {
    Torch.threads(1);
    Training training = Training.steps(5).batch(16).every(30, 60, 0);
    tokenizer =
        Tokenizer.train(IMAGES, Tokenizer.tiny(), training, Optional.empty(), Listener.none());
    model =
        ResGen.train(
            tokens(), ResGen.tiny(), TRAINING, Optional.of(folder.resolve("run")), Listener.none());
    file = folder.resolve("model.safetensors");
    model.save(file);
    tokenizer.save(folder.resolve("tokenizer.safetensors"));
  }

  @AfterAll
  static void close() {
    model.close();
    tokenizer.close();
  }

  private static Tokens tokens() {
    return tokenizer.encode(IMAGES, TokenCache.none());
  }

  private static int[] all(Codes codes) {
    return codes.rows(IntStream.range(0, codes.size()).toArray());
  }

  @Test
  void samplesHaveTheLabelsAndSizesThatWereAskedFor() {
    Samples samples = model.sample(Labels.each(3, 2), SAMPLING);
    assertEquals(6, samples.size());
    Images images = Images.of(samples);
    assertArrayEquals(new int[] {0, 0, 0, 1, 1, 1}, images.labels());
    assertEquals(28, images.height());
    assertEquals(28, images.width());
    assertEquals(IMAGES.classNames(), images.classNames());
    assertEquals(6, samples.codes().size());
    assertEquals(16, samples.codes().positions());
    assertEquals(4, samples.codes().depth());
    assertEquals(SAMPLING, samples.settings());
    assertEquals(SAMPLING.plan(64).calls(), samples.networkCalls());
    assertTrue(samples.generateSeconds() > 0 && samples.decodeSeconds() > 0);
    assertTrue(samples.trajectories().isEmpty());
    assertFalse(samples.interrupted());
    Images decoded = tokenizer.decode(samples.codes(), images.labels());
    assertEquals(decoded.fingerprint(), images.fingerprint());
  }

  @Test
  void theGridHasARowForEachClass() {
    Samples samples = model.sample(Labels.each(3, 2), SAMPLING);
    assertEquals(96 + 10 * (2 * 28 + 2), samples.grid().getWidth());
    assertEquals(2 * (2 * 28 + 2), samples.grid().getHeight());
    assertEquals(samples.grid().getWidth(), samples.toImage().getWidth());
  }

  @Test
  void recordingChangesNoSample() {
    Labels labels = Labels.of(1, 0, 2);
    Samples recorded = model.record(labels, SAMPLING);
    assertEquals(3, recorded.trajectories().size());
    assertArrayEquals(all(model.sample(labels, SAMPLING).codes()), all(recorded.codes()));
  }

  @Test
  void anInterruptGivesTheFinishedSamples() {
    Samples some =
        model.sample(
            Labels.cycle(9, 2),
            SAMPLING.batchSize(2),
            (done, made) -> {
              if (done == 4) {
                Thread.currentThread().interrupt();
              }
            });
    assertTrue(some.interrupted());
    assertEquals(4, some.size());
    Thread.currentThread().interrupt();
    Samples none = model.sample(Labels.cycle(9, 2), SAMPLING);
    assertTrue(none.interrupted());
    assertEquals(0, none.size());
    assertTrue(none.grid().getHeight() > 0);
  }

  @Test
  void aClassThatThereIsNotIsNamed() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> model.sample(Labels.of(0, 7), SAMPLING));
    assertTrue(e.getMessage().contains("class 7 of sample 1 is not in 0 … 2"), e.getMessage());
  }

  @Test
  void whatIsSavedLoadsAsTheSameModelRoundedOnce() throws IOException {
    Path again = folder.resolve("again.safetensors");
    Path thrice = folder.resolve("thrice.safetensors");
    try (Generator loaded = ResGen.load(file.toString())) {
      loaded.save(again);
      assertEquals(model.settings(), loaded.settings());
      assertEquals(model.origin(), loaded.origin());
      assertEquals(model.description(), loaded.description());
      assertEquals(model.parametersByPart(), loaded.parametersByPart());
      assertEquals(tokenizer.fingerprint(), loaded.codec().fingerprint());
      rounded(model.model(), loaded.model());
      try (Generator twice = ResGen.load(again.toString())) {
        twice.save(thrice);
        Labels labels = Labels.cycle(12, 3);
        Samples samples = loaded.sample(labels, SAMPLING);
        assertArrayEquals(all(samples.codes()), all(twice.sample(labels, SAMPLING).codes()));
      }
    }
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again));
    assertArrayEquals(Files.readAllBytes(again), Files.readAllBytes(thrice));
  }

  /** Vectors are kept, matrices have eleven bits left. */
  private static void rounded(Model from, Model to) {
    Map<String, NDArray> loaded = to.parameters().arrays();
    from.parameters()
        .arrays()
        .forEach(
            (name, array) -> {
              float[] exact = array.toFloatArray();
              float[] near = loaded.get(name).toFloatArray();
              boolean matrix = array.getShape().dimension() > 1;
              for (int i = 0; i < exact.length; i++) {
                double allowed = matrix ? Math.abs(exact[i]) / 2048 + 1e-7 : 0;
                assertEquals(exact[i], near[i], allowed, name);
              }
            });
  }

  @Test
  void aCheckpointHoldsTheAveragedModel() {
    Path last = folder.resolve("run").resolve("last.safetensors");
    try (Generator loaded = Generator.fromCheckpoint(last, tokenizer)) {
      assertEquals(model.origin(), loaded.origin());
      Labels labels = Labels.cycle(12, 3);
      assertArrayEquals(
          all(model.sample(labels, SAMPLING).codes()),
          all(loaded.sample(labels, SAMPLING).codes()));
      assertTrue(loaded.run().isEmpty());
    }
    assertEquals(6, model.run().orElseThrow().steps());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Generator.fromCheckpoint(file, tokenizer));
    assertTrue(e.getMessage().contains("resgen-training-1"), e.getMessage());
  }

  @Test
  void aClosedModelLeavesNothingBehind() {
    ResGen.load(file.toString()).close();
    long before = Managers.count();
    for (int i = 0; i < 3; i++) {
      try (Generator loaded = ResGen.load(file.toString())) {
        loaded.sample(Labels.of(0), SAMPLING);
      }
      assertThrows(
          IllegalArgumentException.class,
          () -> ResGen.load(changed("x", Map.of("settings", "{}"), Map.of()).toString()));
    }
    assertEquals(before, Managers.count());
  }

  @Test
  void partsOfTheParametersAddUp() {
    long sum = model.parametersByPart().values().stream().mapToLong(n -> n).sum();
    assertEquals(sum, model.parameterCount());
    assertTrue(model.description().contains("%,d".formatted(sum)), model.description());
    assertTrue(model.description().contains("16 positions × depth 4"), model.description());
  }

  @Test
  void presetsWaitForTheShapeOfTheTokens() {
    TokenSpec shape = new TokenSpec(new Layout.Grid(4, 4), 8, 256, 24);
    ConditionSpec ten = new ConditionSpec.Classes(10);
    Family.Member resgen = Family.of("resgen");
    assertEquals(resgen.preset("tiny").of(shape, ten), ResGen.tiny().of(shape, ten));
    assertEquals(resgen.preset("small").of(shape, ten), ResGen.small().of(shape, ten));
    assertEquals(resgen.preset("cifar").of(shape, ten), ResGen.cifar().of(shape, ten));
    assertEquals(resgen.preset("paper-rvq8").of(shape, ten), ResGen.paper(8).of(shape, ten));
    assertEquals(shape, ResGen.tiny().of(shape, ten).model().tokens());
    long small = ResGen.small().of(shape, ten).model().plan().count();
    assertTrue(2 * small < 12_000_000, small + " parameters in half precision");
    long cifar =
        ResGen.cifar()
            .of(new TokenSpec(new Layout.Grid(4, 4), 16, 512, 32), ten)
            .model()
            .plan()
            .count();
    assertEquals(35e6, cifar, 1e6);
  }

  @Test
  void fewTokensTrainWithoutValidationAndMadeUpOnesNotAtAll() {
    Training once = Training.steps(2).batch(4).every(1, 2, 2);
    try (Generator few = ResGen.train(tokens().range(0, 5), ResGen.tiny(), once)) {
      assertEquals(2, few.run().orElseThrow().steps());
    }
    Tokens t = tokens();
    Tokens loose =
        Tokens.of(
            t.codes(), t.condition(), t.layout(), t.codebooks(), Optional.empty(), t.fingerprint());
    refused("no codec", () -> ResGen.train(loose, ResGen.tiny(), once));
  }

  @Test
  void aMissingOrWrongFileIsExplained() throws IOException {
    refused("no model 'no-such'", () -> ResGen.load("no-such"));
    Path missing = folder.resolve("missing.safetensors");
    refused(missing.toString(), () -> ResGen.load(missing.toString()));
    refused("model.safetensors", () -> ResGen.load(missing.toString()));
    Path other = folder.resolve("tokenizer.safetensors");
    refused("resgen-tokenizer-1", () -> ResGen.load(other.toString()));
    Path lonely = Files.createDirectories(folder.resolve("lonely")).resolve("m.safetensors");
    Files.copy(file, lonely);
    Files.write(lonely.resolveSibling("broken.safetensors"), new byte[] {1, 2, 3});
    refused(tokenizer.fingerprint(), () -> ResGen.load(lonely.toString()));
    Path cut = folder.resolve("cut").resolve("m.safetensors");
    Files.createDirectories(cut.getParent());
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 5, 200, whole.length / 2, whole.length - 1}) {
      Files.write(cut, Arrays.copyOf(whole, length));
      refused(cut.toString(), () -> ResGen.load(cut.toString()));
    }
  }

  /** The model's file with other metadata (null: none) and other tensors (null: none). */
  private static Path changed(
      String name, Map<String, String> metadata, Map<String, SafeTensors.Entry> tensors) {
    SafeTensors.File read = SafeTensors.read(file);
    Map<String, SafeTensors.Entry> entries = new LinkedHashMap<>(read.tensors());
    Map<String, String> meta = new HashMap<>(read.metadata());
    metadata.forEach((key, value) -> meta.compute(key, (k, v) -> value.isEmpty() ? null : value));
    entries.putAll(tensors);
    Path path = folder.resolve("changed").resolve(name + ".safetensors");
    SafeTensors.write(path, entries, meta);
    return path;
  }

  @Test
  void aFileWhoseSettingsAndTensorsDisagreeIsRefusedBeforeAnythingIsBuilt() {
    String settings = SafeTensors.read(file).metadata().get("settings");
    refusedFile("no 'settings'", Map.of("settings", ""), Map.of());
    refusedFile("no 'origin'", Map.of("origin", ""), Map.of());
    refusedFile("format null", Map.of("format", ""), Map.of());
    String all = settings.replace("\"layers\":2", "\"layers\":2000000000");
    refusedFile("layers 2000000000 is not in 1 … 1000", Map.of("settings", all), Map.of());
    String layers = settings.replace("\"layers\":2", "\"layers\":999");
    refusedFile("far more than there are", Map.of("settings", layers), Map.of());
    String wide = settings.replace("\"width\":32", "\"width\":32000");
    refusedFile("parameter input.", Map.of("settings", wide), Map.of());
    String wider = settings.replace("\"width\":32", "\"width\":32000000");
    refusedFile("width 32000000", Map.of("settings", wider), Map.of());
    String grid = settings.replace("\"height\":4", "\"height\":2000000000");
    refusedFile("layout height 2000000000", Map.of("settings", grid), Map.of());
    String unknown = settings.replaceFirst("\\{", "{\"surprise\":1,");
    refusedFile("surprise", Map.of("settings", unknown), Map.of());
    refusedFile(
        "parameter input.scale",
        Map.of(),
        Map.of("model.input.scale", SafeTensors.Entry.of(new float[] {1, 2}, 2)));
  }

  private static void refusedFile(
      String named, Map<String, String> metadata, Map<String, SafeTensors.Entry> tensors) {
    Path path = changed("m", metadata, tensors);
    refused(named, () -> ResGen.load(path.toString()));
    refused(path.toString(), () -> ResGen.load(path.toString()));
  }

  private static void refused(String named, org.junit.jupiter.api.function.Executable what) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, what);
    assertTrue(e.getMessage().contains(named), e.getMessage());
  }
}
