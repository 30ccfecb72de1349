package resgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import resgen.codec.Tokens;
import resgen.sample.Sampling;
import resgen.settings.Json;
import resgen.token.Condition;
import resgen.token.Labels;
import resgen.torch.SafeTensors;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Training;
import resgen.vision.Images;
import resgen.vision.extract.Patterns;
import resgen.vision.tokenizer.TokenCache;
import resgen.vision.tokenizer.Tokenizer;

/**
 * A tokenizer of {above, below}, and models of the tokens of images with other classes: names go
 * with images, tokens and models, and are compared wherever two of them meet.
 */
class ClassNamesTest {

  private static final List<String> BEES = List.of("bee", "cow", "dog");
  private static final Training TRAINING = Training.steps(2).batch(4).every(1, 1, 0);
  private static final Sampling SAMPLING = Sampling.steps(2).seed(1);

  @TempDir private static Path folder;
  private static Images patterns;
  private static Tokenizer tokenizer;
  private static Generator model;
  private static Path file;

  @BeforeAll
  static void train() {
    Torch.threads(1);
    patterns = Patterns.of(40, 28, 1);
    tokenizer =
        Tokenizer.train(
            patterns,
            Tokenizer.tiny(),
            Training.steps(5).batch(16).every(30, 60, 0),
            Optional.empty(),
            Listener.none());
    tokenizer.save(folder.resolve("tokenizer.safetensors"));
    model = train(BEES, Optional.of(folder.resolve("run")));
    file = folder.resolve("model.safetensors");
    model.save(file);
  }

  @AfterAll
  static void close() {
    model.close();
    tokenizer.close();
  }

  /** The patterns under other names, each in turn. */
  private static Images named(List<String> names) {
    byte[][] pixels = new byte[patterns.size()][];
    Arrays.setAll(pixels, patterns::pixels);
    int[] labels = Labels.cycle(patterns.size(), names.size()).toArray();
    return Images.of("named", 1, 28, 28, pixels, labels, names);
  }

  private static Tokens tokens(List<String> names) {
    return tokenizer.encode(named(names), TokenCache.none());
  }

  private static Generator train(List<String> names, Optional<Path> run) {
    return Generator.train(tokens(names), ResGen.tiny(), TRAINING, run, Listener.none());
  }

  private static void refused(Executable what, String... words) {
    String message = assertThrows(IllegalArgumentException.class, what).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  @Test
  void aModelHasTheClassesOfItsDataNotOfItsTokenizer() {
    assertEquals(List.of("above", "below"), tokenizer.classNames());
    assertEquals(BEES, model.classNames());
    Samples samples = model.sample(Labels.of(2, 0, 1), SAMPLING);
    assertEquals(BEES, Images.of(samples).classNames());
    assertEquals("dog", ((Condition.Classes) samples.conditions()).name(0));
    try (Generator loaded = Generator.load(file.toString())) {
      assertEquals(BEES, loaded.classNames());
      assertEquals(model.origin(), loaded.origin());
    }
    Path last = folder.resolve("run").resolve("last.safetensors");
    try (Generator loaded = Generator.fromCheckpoint(last, tokenizer)) {
      assertEquals(BEES, loaded.classNames());
    }
  }

  @Test
  void aModelWithoutNamesHasThoseOfItsTokenizerIfTheyAreAsMany() {
    try (Generator two = train(List.of("x", "y"), Optional.empty())) {
      Path named = folder.resolve("two.safetensors");
      two.save(named);
      assertEquals(List.of("above", "below"), classesOf(withoutNames(named)));
    }
    assertEquals(List.of("class 0", "class 1", "class 2"), classesOf(withoutNames(file)));
  }

  private static List<String> classesOf(Path path) {
    try (Generator loaded = Generator.load(path.toString())) {
      return loaded.classNames();
    }
  }

  /** The file as it was before it held names. */
  private static Path withoutNames(Path path) {
    SafeTensors.File read = SafeTensors.read(path);
    Map<String, String> meta = new HashMap<>(read.metadata());
    ModelOrigin origin = Json.read(meta.get("origin"), ModelOrigin.class);
    meta.put("origin", Json.line(origin.withClassNames(List.of())));
    assertTrue(!meta.get("origin").contains("classNames"), meta.get("origin"));
    Path old = folder.resolve("old.safetensors");
    SafeTensors.write(old, read.tensors(), meta);
    return old;
  }

  @Test
  void aFileWhoseNamesAreNotAsManyAsItsClassesIsRefused() {
    SafeTensors.File read = SafeTensors.read(file);
    Map<String, String> meta = new HashMap<>(read.metadata());
    meta.put("origin", Json.line(model.origin().withClassNames(List.of("bee", "cow"))));
    Path wrong = folder.resolve("wrong.safetensors");
    SafeTensors.write(wrong, read.tensors(), meta);
    refused(
        () -> Generator.load(wrong.toString()),
        "wrong.safetensors",
        "3 classes does not fit data of 2 classes, [bee, cow]");
  }

  @Test
  void tokensOfOtherClassesThanTheModelsOrTheValidationsAreRefused() {
    List<String> other = List.of("cow", "bee", "dog");
    refused(
        () ->
            model.trainFurther(tokens(other), TRAINING, Optional.empty(), Listener.none()).close(),
        "the classes of the model are [bee, cow, dog]",
        "those of the tokens are [cow, bee, dog]");
    refused(
        () ->
            Generator.train(
                    tokens(BEES),
                    tokens(other),
                    ResGen.tiny(),
                    TRAINING,
                    Optional.empty(),
                    Listener.none())
                .close(),
        "the classes of the tokens are [bee, cow, dog]",
        "those of the validation are [cow, bee, dog]");
  }

  @Test
  void aRunIsNotResumedUnderOtherNamesOrFromAnotherModel() {
    Optional<Path> run = Optional.of(folder.resolve("resumed"));
    train(BEES, run).close();
    train(BEES, run).close();
    refused(
        () -> train(List.of("bee", "cow", "eel"), run).close(),
        "cannot be resumed",
        "its classes is [\"bee\",\"cow\",\"dog\"], this run's is [\"bee\",\"cow\",\"eel\"]");
    refused(
        () -> model.trainFurther(tokens(BEES), TRAINING, run, Listener.none()).close(),
        "cannot be resumed",
        "its start model is none");
    try (Tokenizer second =
        Tokenizer.train(
            patterns,
            Tokenizer.tiny(),
            Training.steps(4).batch(16).every(30, 60, 0),
            Optional.empty(),
            Listener.none())) {
      Tokens others = second.encode(named(BEES), TokenCache.none());
      refused(
          () -> Generator.train(others, ResGen.tiny(), TRAINING, run, Listener.none()).close(),
          "cannot be resumed",
          "its tokenizer is " + tokenizer.fingerprint(),
          "this run's is " + second.fingerprint());
    }
  }

  @Test
  void setsOfImagesAreJoinedIfTheirClassesAreTheSame() {
    Images bees = named(BEES);
    Images more = named(List.of("bee", "cow", "dog", Condition.Classes.NO_CLASS));
    assertEquals(80, bees.and(List.of(bees)).size());
    assertEquals(more.classNames(), bees.and(List.of(more)).classNames());
    assertEquals(more.classNames(), more.and(List.of(bees, more)).classNames());
    refused(
        () -> bees.and(List.of(named(List.of("bee", "cow", "eel")))),
        "[bee, cow, dog]",
        "[bee, cow, eel]");
    refused(
        () -> bees.and(List.of(named(List.of("bee", "cow", "dog", "eel")))),
        "[bee, cow, dog, eel]",
        "[bee, cow, dog]");
  }
}
