package resgen.lab.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import resgen.ResGen;
import resgen.codec.CodecRecipe;
import resgen.codec.Medium;
import resgen.lab.metric.Metric;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.Recipe;
import resgen.sample.Sampling;
import resgen.settings.Json;
import resgen.settings.Overrides;
import resgen.train.Training;

/**
 * A model and the ways in which it is sampled: the rows of a table that share their weights. It is
 * read from a small file, see {@link ExperimentFile}; what the file does not say is as in {@code
 * resgen train} and {@code resgen evaluate}.
 *
 * @param name path of its file and its title, as {@code table1/resgen}
 * @param about it in words; may be empty
 * @param data name of the data set that it is trained on and measured against
 * @param metrics names of what is measured; none for the usual ones
 * @param tokenizer of its tokens
 * @param settings of the model
 * @param training of the model
 * @param checkpoint a shipped model, taken if it is there and was trained in this way
 * @param samplings ways of sampling, all with seed 0
 * @param samples how many for a number; 0 to train only
 * @param seeds with which every number is measured
 */
public record Experiment(
    String name,
    String about,
    String data,
    List<String> metrics,
    TokenizerChoice tokenizer,
    Recipe settings,
    Training training,
    Optional<String> checkpoint,
    List<Sampling> samplings,
    int samples,
    List<Long> seeds) {

  private static final long TOKENIZER_STEPS = 3000;
  private static final long STEPS = 20_000;
  private static final int USUAL_SAMPLES = 10_000;

  /** Checks the numbers. */
  public Experiment {
    if (samples < 0 || samples == 1) {
      throw new IllegalArgumentException("samples " + samples + " must be 0, or 2 or more");
    }
    if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
      throw new IllegalArgumentException("seeds " + seeds + " must be one or more, all different");
    }
    samplings = List.copyOf(samplings);
    seeds = List.copyOf(seeds);
    metrics = List.copyOf(metrics);
  }

  /**
   * Reads those of a file.
   *
   * @param folder of all experiments
   * @param name path under it, without {@code .json}
   * @param shapes the shape of a tokenizer's tokens on a data set
   * @throws IllegalArgumentException naming the experiment and what is wrong
   */
  static List<Experiment> read(
      Path folder, String name, BiFunction<TokenizerChoice, String, TokenizerChoice.Shape> shapes) {
    List<Experiment> experiments = new ArrayList<>();
    ExperimentFile.read(folder, name)
        .forEach(
            (title, file) -> {
              try {
                experiments.add(of(title, file, shapes));
              } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                    "experiment " + title + ": " + e.getMessage(), e);
              }
            });
    return experiments;
  }

  private static Experiment of(
      String name,
      Map<String, Object> file,
      BiFunction<TokenizerChoice, String, TokenizerChoice.Shape> shapes) {
    Object data = file.get("data");
    if (data == null) {
      throw new IllegalArgumentException("no data set is named; \"data\" does so");
    }
    TokenizerChoice tokenizer = tokenizer(file.get("tokenizer"), data.toString());
    Family.Member member = Family.of(file.getOrDefault("model", "resgen").toString());
    TokenizerChoice.Shape shape = shapes.apply(tokenizer, data.toString());
    Recipe start =
        member
            .preset(file.getOrDefault("preset", "small").toString())
            .of(shape.tokens(), new ConditionSpec.Classes(shape.classes()));
    Sampling sampling =
        Overrides.apply(Sampling.steps(28), Sampling.class, changes(file.get("sampling")));
    return new Experiment(
        name,
        file.getOrDefault("about", "").toString(),
        data.toString(),
        metrics(file.get("metrics")),
        tokenizer,
        Overrides.apply(start, Recipe.class, changes(file.get("settings"))),
        training(file.get("training"), STEPS, ResGen::training),
        Optional.ofNullable(file.get("checkpoint")).map(Object::toString),
        Sweep.of(file.get("sweep")).over(sampling.seed(0)),
        whole("samples", file.getOrDefault("samples", USUAL_SAMPLES)),
        seeds(file.getOrDefault("seeds", List.of(0))));
  }

  private static List<String> metrics(Object value) {
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw new IllegalArgumentException("metrics " + value + " is not a list of names");
    }
    List<String> names = list.stream().map(Object::toString).toList();
    Metric.named(names); // checks them
    return names;
  }

  private static TokenizerChoice tokenizer(Object value, String data) {
    if (value == null) {
      throw new IllegalArgumentException("no tokenizer is named; \"tokenizer\" does so");
    }
    if (!(value instanceof Map<?, ?> map)) {
      return new TokenizerChoice.Shipped(value.toString());
    }
    Map<Object, Object> left = new LinkedHashMap<>(map);
    Object preset = left.remove("preset");
    CodecRecipe<?> recipe =
        recipe(
            data, preset == null ? "small" : preset.toString(), changes(left.remove("settings")));
    Training training = training(left.remove("training"), TOKENIZER_STEPS, recipe::usual);
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown in tokenizer: " + left.keySet() + "; allowed: preset, settings, training");
    }
    return new TokenizerChoice.Trained(recipe, training);
  }

  /** A codec to train of the medium that the data are of. */
  private static CodecRecipe<?> recipe(String data, String preset, Map<String, String> changes) {
    return Medium.all().stream()
        .filter(medium -> medium.dataSet(data).isPresent())
        .<CodecRecipe<?>>flatMap(medium -> medium.recipe(preset, changes).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no medium that has a data set or folder '" + data + "' trains tokenizers"));
  }

  private static Training training(Object value, long usualSteps, LongFunction<Training> usual) {
    Map<String, String> changes = changes(value);
    String steps = changes.remove("steps");
    Training start =
        usual.apply(
            steps == null ? usualSteps : whole("training.steps", Json.read(steps, Object.class)));
    return Overrides.apply(start, Training.class, changes);
  }

  /** Values by path, each as JSON. */
  private static Map<String, String> changes(Object value) {
    Map<String, String> changes = new LinkedHashMap<>();
    if (value == null) {
      return changes;
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("'" + value + "' is not an object of changes by path");
    }
    map.forEach((path, to) -> changes.put((String) path, Json.line(to)));
    return changes;
  }

  private static int whole(String name, Object value) {
    if (!(value instanceof Integer number)) {
      throw new IllegalArgumentException(name + " " + value + " is not a whole number");
    }
    return number;
  }

  private static List<Long> seeds(Object value) {
    List<Long> seeds = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(seed -> seeds.add((long) whole("seed", seed)));
    } else {
      throw new IllegalArgumentException("seeds " + value + " is not a list");
    }
    return seeds;
  }

  /** Which model it is. */
  public Family.Member kind() {
    return Family.of(settings.model().label());
  }

  /** The last part of the name, which rows are called by. */
  public String title() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** Everything that the weights depend on; experiments with equal ones share a model. */
  public String modelId() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("tokenizer", tokenizer.identity());
    all.put("settings", settings);
    all.put("training", training);
    all.put("data", data);
    return Json.hash(all);
  }

  /** The numbers that it asks for. */
  public List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    if (samples > 0) {
      for (Sampling sampling : samplings) {
        seeds.forEach(seed -> cells.add(new Cell(this, sampling.seed(seed))));
      }
    }
    return cells;
  }
}
