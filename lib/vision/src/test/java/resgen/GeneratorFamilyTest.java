package resgen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import resgen.codec.Tokens;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.Preset;
import resgen.model.Recipe;
import resgen.sample.CostModel;
import resgen.sample.Sampling;
import resgen.settings.Json;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Labels;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.torch.Torch;
import resgen.torch.WeightFormat;
import resgen.train.Listener;
import resgen.train.Training;
import resgen.vision.Images;
import resgen.vision.extract.Patterns;
import resgen.vision.tokenizer.TokenCache;
import resgen.vision.tokenizer.Tokenizer;

/** What holds for every model of the family through the facade alone. */
class GeneratorFamilyTest {

  private static final Images IMAGES = Patterns.of(80, 28, 1);
  private static final Training TRAINING = Training.steps(4).batch(8).seed(2).every(2, 2, 2);
  private static final Sampling SAMPLING = Sampling.steps(4).guidance(0.1, 1).seed(5);

  @TempDir private static Path folder;
  private static Tokenizer tokenizer;
  private static final Map<String, Generator> MODELS = new LinkedHashMap<>();

  @BeforeAll
  static void train() {
    Torch.threads(1);
    Training training = Training.steps(5).batch(16).every(30, 60, 0);
    tokenizer =
        Tokenizer.train(IMAGES, Tokenizer.tiny(), training, Optional.empty(), Listener.none());
    tokenizer.save(folder.resolve("tokenizer.safetensors"));
    for (String kind : kinds()) {
      Optional<Path> run = Optional.of(folder.resolve(kind));
      Generator model = Generator.train(tokens(), tiny(kind), TRAINING, run, Listener.none());
      MODELS.put(kind, model);
      model.save(file(kind));
    }
  }

  @AfterAll
  static void close() {
    MODELS.values().forEach(Generator::close);
    tokenizer.close();
  }

  static List<String> kinds() {
    return Family.members().stream().map(Family.Member::label).toList();
  }

  private static Preset tiny(String kind) {
    return Family.of(kind).preset("tiny");
  }

  /** Four depths: as many iterations at most. */
  private static Sampling sampling(String kind) {
    return kind.equals("ar-resgen") ? SAMPLING.withSteps(4) : SAMPLING;
  }

  private static Path file(String kind) {
    return folder.resolve(kind + ".safetensors");
  }

  private static Tokens tokens() {
    return tokenizer.encode(IMAGES, TokenCache.none());
  }

  private static int[] all(Codes codes) {
    return codes.rows(IntStream.range(0, codes.size()).toArray());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatIsSavedIsLoadedAsTheSameModel(String kind) throws java.io.IOException {
    Path again = folder.resolve(kind + "-again.safetensors");
    try (Generator loaded = Generator.load(file(kind).toString())) {
      Generator model = MODELS.get(kind);
      assertEquals(kind, loaded.spec().label());
      assertEquals(model.settings(), loaded.settings());
      assertEquals(model.origin(), loaded.origin());
      assertEquals(model.description(), loaded.description());
      assertTrue(loaded.description().startsWith(Family.of(kind).title()), loaded.description());
      assertEquals(model.parametersByPart(), loaded.parametersByPart());
      assertTrue(loaded.run().isEmpty() && model.run().isPresent());
      loaded.save(again);
      assertArrayEquals(Files.readAllBytes(file(kind)), Files.readAllBytes(again));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void inEightBitsItIsSmallerAndTheSameModelOnceRounded(String kind) throws java.io.IOException {
    Path path = folder.resolve(kind + "-8bit.safetensors");
    Path again = folder.resolve(kind + "-8bit-again.safetensors");
    Generator model = MODELS.get(kind);
    model.save(path, WeightFormat.INT8);
    assertTrue(Files.size(path) < 0.7 * Files.size(file(kind)), Files.size(path) + " bytes");
    try (Generator loaded = Generator.load(path.toString())) {
      assertEquals(model.settings(), loaded.settings());
      assertEquals(model.origin(), loaded.origin());
      assertEquals(model.parametersByPart(), loaded.parametersByPart());
      loaded.save(again, WeightFormat.INT8);
    }
    assertArrayEquals(Files.readAllBytes(path), Files.readAllBytes(again));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aTrainingCheckpointHoldsTheAveragedModel(String kind) {
    Path last = folder.resolve(kind).resolve("last.safetensors");
    try (Generator loaded = Generator.fromCheckpoint(last, tokenizer)) {
      assertEquals(kind, loaded.spec().label());
      Labels labels = Labels.cycle(6, 2);
      assertArrayEquals(
          all(MODELS.get(kind).sample(labels, sampling(kind)).codes()),
          all(loaded.sample(labels, sampling(kind)).codes()));
    }
    assertFalse(tokenizer.encode(IMAGES.take(1), TokenCache.none()).size() == 0, "still open");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void samplesDoNotDependOnTheBatch(String kind) {
    Labels labels = Labels.cycle(7, 3);
    Generator model = MODELS.get(kind);
    int[] whole = all(model.sample(labels, sampling(kind).batchSize(7)).codes());
    assertArrayEquals(whole, all(model.sample(labels, sampling(kind).batchSize(2)).codes()));
    assertArrayEquals(whole, all(model.record(labels, sampling(kind).batchSize(3)).codes()));
    assertFalse(Arrays.equals(whole, all(model.sample(labels, sampling(kind).seed(6)).codes())));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void samplesAreLabelledAsAskedAndCostWhatTheCostModelSays(String kind) {
    Generator model = MODELS.get(kind);
    Samples samples = model.sample(Labels.of(1, 0, model.classNames().size()), sampling(kind));
    Images images = Images.of(samples);
    assertArrayEquals(new int[] {1, 0, 2}, images.labels());
    assertEquals(Condition.Classes.NO_CLASS, images.classNames().get(2));
    assertEquals(3, images.classNames().size());
    assertEquals(
        IMAGES.classNames(), Images.of(model.sample(Labels.of(1), sampling(kind))).classNames());
    assertArrayEquals(
        new int[] {0, 0, 1, 1}, Images.of(model.sample(Labels.each(2), sampling(kind))).labels());
    CostModel cost = model.costModel(sampling(kind));
    assertEquals(cost.networkCalls(), samples.networkCalls());
    double half = model.costModel(sampling(kind).guidance(0, 0)).flops();
    assertTrue(half > 0 && cost.flops() > 1.5 * half && cost.flops() <= 2 * half, cost.toString());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anInterruptGivesTheFinishedSamples(String kind) {
    Samples some =
        MODELS
            .get(kind)
            .sample(
                Labels.cycle(9, 2),
                sampling(kind).batchSize(2),
                (done, made) -> {
                  if (done == 4) {
                    Thread.currentThread().interrupt();
                  }
                });
    assertTrue(some.interrupted());
    assertEquals(4, some.size());
    assertFalse(Thread.interrupted());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void itIsTrainedFurther(String kind) {
    try (Generator further =
        MODELS
            .get(kind)
            .trainFurther(tokens(), TRAINING.seed(3), Optional.empty(), Listener.none())) {
      assertEquals(kind, further.spec().label());
      assertEquals(8, further.origin().steps());
      assertEquals(2, further.origin().stages().size());
      assertEquals(4, MODELS.get(kind).origin().steps());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void settingsSayWhichModelTheyAreOf(String kind) {
    TokenSpec shape = new TokenSpec(new Layout.Grid(4, 4), 8, 256, 24);
    Family.of(kind)
        .presets()
        .forEach(
            (name, preset) -> {
              Recipe recipe = preset.of(shape, new ConditionSpec.Classes(10));
              assertEquals(recipe, Recipe.read(Json.write(recipe)));
              assertEquals(kind, recipe.model().label());
              assertTrue(recipe.model().plan().count() > 0, name);
            });
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aLoadedModelClosesItsTokenizerAndLeavesNothingBehind(String kind) {
    Generator.load(file(kind).toString()).close();
    long before = Managers.count();
    try (Generator loaded = Generator.load(file(kind).toString())) {
      loaded.sample(Labels.of(0), sampling(kind));
    }
    assertEquals(before, Managers.count());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aModelCanBeLoadedInAnotherPrecision(String kind) {
    String path = file(kind).toString();
    try (Generator exact = Generator.load(path);
        Generator rough = Generator.load(path, "bf16")) {
      assertEquals("fp32", exact.precision());
      assertEquals("bf16", rough.precision());
      assertEquals(exact.parametersByPart(), rough.parametersByPart());
      Codes codes = rough.sample(Labels.of(0, 1), sampling(kind)).codes();
      assertEquals(2, codes.size());
    }
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Generator.load(path, "fp16"));
    assertTrue(e.getMessage().contains("fp16"), e.getMessage());
  }

  @Test
  void anUnknownModelIsRefusedWithThoseThereAre() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Family.of("resnet"));
    assertTrue(e.getMessage().contains("depthwise-maskgit"), e.getMessage());
  }

  /** More iterations than depths are refused, not cut. */
  @Test
  void stepsThatAModelCannotTakeAreRefused() {
    Generator ar = MODELS.get("ar-resgen");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> ar.sample(Labels.of(0), SAMPLING.withSteps(8)));
    assertTrue(e.getMessage().contains("steps 8"), e.getMessage());
    assertTrue(e.getMessage().contains("4 depths"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> MODELS.get("depthwise-maskgit").sample(Labels.of(0), SAMPLING.withSteps(3)));
  }
}
