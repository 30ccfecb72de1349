package resgen.golden;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import resgen.Generator;
import resgen.ResGen;
import resgen.codec.Tokens;
import resgen.mask.Reveal;
import resgen.mask.Schedule;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.GeneratorTraining;
import resgen.model.Recipe;
import resgen.sample.Sampling;
import resgen.settings.Json;
import resgen.settings.Overrides;
import resgen.token.Codes;
import resgen.token.Labels;
import resgen.token.TokenSpec;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Trainer;
import resgen.train.Training;
import resgen.vision.FashionMnist;
import resgen.vision.Images;
import resgen.vision.tokenizer.TokenCache;
import resgen.vision.tokenizer.Tokenizer;
import resgen.vision.tokenizer.TokenizerStatistics;

/**
 * All that the golden tests of models and tokenizer know of the library. When names move, this
 * class changes and the golden files stay.
 */
final class GoldenModels {

  /** Models of masked tokens, with settings of their confidence. */
  private static final List<String> MASKED =
      List.of("fashion-resgen", "family-resgen", "family-resgen-anchored", "family-direct-tokens");

  private static final String TOKENIZER = "fashion-rvq8";
  private static final int CLASSES = 10;
  private static final int FEW = 8;
  private static final int MANY = 32;
  private static final int TRAINED_ON = 64;
  private static final int BATCH = 16;
  private static final int STEPS = 3;

  private static final Map<String, String> PAPER_HEAD =
      Map.of(
          "components",
          "64",
          "means",
          "FULL",
          "minLogScale",
          "-4",
          "sharpness",
          "1",
          "gradient",
          "1");

  /** Of cases that start from the preset {@code tiny}; others start from anchored means. */
  private static final String TINY = "tiny";

  private GoldenModels() {}

  /** D of the shipped models. */
  static int depth() {
    return 8;
  }

  /** One thread: with more, sums may come in another order. */
  static void oneThread() {
    Torch.threads(1);
  }

  /** The shipped models. */
  static List<String> shipped() {
    return List.of(
        "fashion-resgen",
        "family-resgen",
        "family-resgen-anchored",
        "family-direct-tokens",
        "family-rq-transformer",
        "family-ar-resgen");
  }

  /** A way of sampling. */
  private record Way(Labels labels, Sampling sampling) {}

  /**
   * A shipped model's codes in each way of sampling, float32.
   *
   * @return by way, {@code [samples][L·D]}
   */
  static Map<String, int[][]> codes(String name) {
    Map<String, int[][]> codes = new LinkedHashMap<>();
    try (Generator model = Generator.load(name, "fp32")) {
      ways(name)
          .forEach(
              (way, how) ->
                  codes.put(way, rows(model.sample(how.labels(), how.sampling()).codes())));
    }
    return codes;
  }

  private static Map<String, Way> ways(String name) {
    boolean iterated = name.endsWith("ar-resgen");
    Sampling start = Sampling.steps(iterated ? 2 : 8);
    Sampling guided = start.guidance(0, 2.5).topP(0.85).noiseScale(0.5).reveal(Reveal.RANDOM);
    Labels few = Labels.cycle(FEW, CLASSES);
    Map<String, Way> ways = new LinkedHashMap<>();
    ways.put("plain", new Way(Labels.cycle(MANY, CLASSES), start.seed(1)));
    ways.put("guided", new Way(Labels.cycle(MANY, CLASSES), guided.seed(2)));
    if (MASKED.contains(name) || iterated) {
      ways.put("random", new Way(few, start.reveal(Reveal.RANDOM).seed(3)));
      ways.put(
          "density",
          new Way(few, start.reveal(Reveal.DENSITY).guidance(0.02, 2.4).topP(0.94).seed(4)));
      ways.put("posterior", new Way(few, start.reveal(Reveal.POSTERIOR).noiseScale(0.5).seed(5)));
    }
    ways.put( // every other setting; two without a class; batches of 3
        "rest",
        new Way(
            Labels.of(CLASSES, 0, 3, 9, 9, 1, CLASSES, 5),
            start
                .withSteps(iterated ? 3 : 12)
                .schedule(Schedule.cosine())
                .skipEmpty(false)
                .minOneReveal(true)
                .temperature(3)
                .drawTemperature(0.9)
                .topP(0.9)
                .guidance(1, 1)
                .batchSize(3)
                .seed(6)));
    return ways;
  }

  private static int[][] rows(Codes codes) {
    return IntStream.range(0, codes.size()).mapToObj(codes::rows).toArray(int[][]::new);
  }

  /** What a training is of: a model, and changes of its preset for tests. */
  private record Case(String model, String preset, Map<String, String> changes, int accumulate) {
    Case(String model, Map<String, String> changes) {
      this(model, changes, 1);
    }

    Case(String model, Map<String, String> changes, int accumulate) {
      this(model, model.endsWith("resgen") ? "tiny-anchored" : TINY, changes, accumulate);
    }

    /** With components of codes. */
    static Case codes(String model, Map<String, String> changes) {
      return new Case(model, TINY, changes, 1);
    }
  }

  private static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    for (Family.Member member : Family.members()) {
      cases.put(member.label(), new Case(member.label(), Map.of()));
    }
    cases.put("resgen-codes", Case.codes("resgen", Map.of("further", "0")));
    cases.put(
        "ar-resgen-codes",
        Case.codes("ar-resgen", Map.of("further", "0", "gradient", "1", "auxiliary", "0")));
    cases.put("resgen-pairs", Case.codes("resgen", Map.of()));
    cases.put("ar-resgen-pairs", Case.codes("ar-resgen", Map.of()));
    cases.put("resgen-uniform-masks", new Case("resgen", Map.of("masks", "uniform")));
    cases.put("direct-tokens-uniform-masks", new Case("direct-tokens", Map.of("masks", "uniform")));
    cases.put("resgen-accumulated", new Case("resgen", Map.of(), 2));
    cases.put("resgen-dropout", new Case("resgen", Map.of("backbone.dropout", "0.1")));
    cases.put("resgen-recompute", new Case("resgen", Map.of("backbone.recompute", "true")));
    cases.put(
        "resgen-modulation",
        new Case("resgen", Map.of("state", "MODULATION", "conditionInInput", "false")));
    cases.put("resgen-paper-head", new Case("resgen", PAPER_HEAD));
    cases.put("ar-resgen-paper-head", new Case("ar-resgen", PAPER_HEAD));
    cases.put("resgen-smoothing", new Case("resgen", with(Map.of("smoothing", "0.1"))));
    cases.put("resgen-exact", new Case("resgen", with(Map.of("prior", "1"))));
    cases.put("resgen-clamp", new Case("resgen", with(Map.of("minLogScale", "-0.5"))));
    cases.put("resgen-per-position", new Case("resgen", with(Map.of("perToken", "false"))));
    cases.put(
        "resgen-low-rank", new Case("resgen", with(Map.of("means", "LOW_RANK", "rank", "4"))));
    cases.put("resgen-anchored-exact", new Case("resgen", Map.of("sharpness", "1", "prior", "1")));
    cases.put("resgen-anchored-gradient", new Case("resgen", Map.of("gradient", "1")));
    return cases;
  }

  private static Map<String, String> with(Map<String, String> changes) {
    Map<String, String> all = new LinkedHashMap<>(PAPER_HEAD);
    all.putAll(changes);
    return all;
  }

  /**
   * Numbers of three training steps of every case, at the sizes for tests, float32, batches of 16
   * of the first 64 test images' tokens.
   *
   * @return by case and name: {@code start_norm} of the weights at the start, which a renamed
   *     parameter changes; all losses, the gradient's norm and the rate of steps 1 to 3; then how
   *     far weights and averages have moved, and what validation says of the averages
   */
  static Map<String, Double> training() {
    Map<String, Double> numbers = new LinkedHashMap<>();
    try (Tokenizer tokenizer = Tokenizer.load(TOKENIZER)) {
      Tokens tokens = tokenizer.encode(FashionMnist.test().take(TRAINED_ON), TokenCache.none());
      TokenSpec shape = tokens.spec();
      cases()
          .forEach(
              (name, of) ->
                  train(of, shape, tokens)
                      .forEach((number, value) -> numbers.put(name + " " + number, value)));
    }
    return numbers;
  }

  private static Map<String, Double> train(Case of, TokenSpec shape, Tokens tokens) {
    Recipe preset =
        Family.of(of.model()).preset(of.preset()).of(shape, new ConditionSpec.Classes(CLASSES));
    Recipe settings = Overrides.apply(preset, Recipe.class, of.changes());
    Training how = ResGen.training(STEPS).batch(BATCH).accumulate(of.accumulate()).seed(5);
    Map<String, Double> numbers = new LinkedHashMap<>();
    try (GeneratorTraining model = new GeneratorTraining(settings, tokens, tokens, how.seed());
        Trainer trainer = new Trainer(model, how, Optional.empty(), Listener.none())) {
      float[] start = values(model.parameters().arrays());
      numbers.put("start_norm", distance(start, new float[start.length]));
      for (int step = 1; step <= STEPS; step++) {
        String prefix = "step" + step + " ";
        trainer.oneStep().forEach((name, value) -> numbers.put(prefix + name, value));
      }
      numbers.put("weights_moved", distance(values(model.parameters().arrays()), start));
      numbers.put("averages_moved", distance(values(trainer.ema().averages()), start));
      trainer
          .ema()
          .during(
              () ->
                  Torch.withGradients(
                      false,
                      () -> {
                        numbers.putAll(model.validate(how));
                        return null;
                      }));
    }
    return numbers;
  }

  /** All values, array by array in the order of their names. */
  private static float[] values(Map<String, NDArray> arrays) {
    FloatBuffer all =
        FloatBuffer.allocate((int) arrays.values().stream().mapToLong(NDArray::size).sum());
    new TreeMap<>(arrays).values().forEach(array -> all.put(array.toFloatArray()));
    return all.array();
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  /** The codes of the first test images, {@code [images][L·D]}. */
  static int[][] tokenizerCodes(int images) {
    try (Tokenizer tokenizer = Tokenizer.load(TOKENIZER)) {
      return rows(tokenizer.encode(FashionMnist.test().take(images), TokenCache.none()).codes());
    }
  }

  /** PSNR in dB of the first test images' reconstruction from their first depths, by number. */
  static Map<Integer, Double> tokenizerPsnr(int images) {
    Images original = FashionMnist.test().take(images);
    Map<Integer, Double> psnr = new LinkedHashMap<>();
    try (Tokenizer tokenizer = Tokenizer.load(TOKENIZER)) {
      Codes codes = tokenizer.encode(original, TokenCache.none()).codes();
      for (int depths = 1; depths <= codes.depth(); depths++) {
        Images decoded = tokenizer.decode(codes.truncate(depths));
        psnr.put(depths, TokenizerStatistics.psnr(original, decoded));
      }
    }
    return psnr;
  }

  /** What shipped files are, in values that other ids are made of. */
  static Map<String, String> fingerprints() {
    Map<String, String> values = new LinkedHashMap<>();
    try (Tokenizer tokenizer = Tokenizer.load(TOKENIZER)) {
      values.put(TOKENIZER + " fingerprint", tokenizer.fingerprint());
      values.put(TOKENIZER + " settings", Json.hash(tokenizer.settings()));
      values.put(TOKENIZER + " parameters", Long.toString(tokenizer.parameterCount()));
    }
    for (String name : shipped()) {
      try (Generator model = Generator.load(name)) {
        values.put(name + " kind", model.spec().label());
        values.put(name + " settings", Json.hash(model.settings()));
        // the names of classes came later and are those of the tokenizer
        values.put(name + " origin", Json.hash(model.origin().withClassNames(List.of())));
        values.put(name + " parameters", Long.toString(model.parameterCount()));
      }
    }
    values.put("fashion-mnist train", FashionMnist.train().fingerprint());
    values.put("fashion-mnist test", FashionMnist.test().fingerprint());
    values.put("fashion-mnist test 5000", FashionMnist.test().take(5000).fingerprint());
    values.put("fashion-mnist classes", String.join(", ", FashionMnist.CLASS_NAMES));
    return values;
  }
}
