package resgen.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.Recipe;
import resgen.settings.Json;
import resgen.settings.Overrides;
import resgen.settings.Presets;
import resgen.token.TokenSpec;
import resgen.train.Training;

/** Settings of what is trained and of its training: a preset or a file, and single changes. */
final class SettingsOptions {

  private static final String TRAINING = "training.";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Where settings start from; `resgen info` lists them (small; of a tokenizer, what fits"
              + " the images).")
  private String preset;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description = "Start from a JSON file, as `resgen info` prints it, instead of a preset.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "Change one setting, by its path in that JSON; training.KEY for the training's. May be"
            + " repeated."
      })
  private Map<String, String> changes = new LinkedHashMap<>();

  @Option(names = "--steps", paramLabel = "N", description = "Optimizer steps.")
  private Long steps;

  @Option(names = "--batch", paramLabel = "N", description = "Samples per step.")
  private Integer batch;

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "Its peak.")
  private Double learningRate;

  @Option(names = "--seed", paramLabel = "N", description = "Of everything random.")
  private Long seed;

  SettingsOptions() {}

  /** The settings of the thing to be trained; without a preset, from the one called small. */
  <T> T settings(Class<T> type, Map<String, Supplier<T>> presets) {
    return settings(type, presets, () -> Presets.get(presets, "small"));
  }

  /**
   * The settings of the thing to be trained.
   *
   * @param otherwise where they start from if neither preset nor file is given
   */
  <T> T settings(Class<T> type, Map<String, Supplier<T>> presets, Supplier<T> otherwise) {
    return Usage.check(
        spec,
        () -> {
          Supplier<T> named = preset == null ? otherwise : () -> Presets.get(presets, preset);
          T start = file != null ? Json.read(file, type) : named.get();
          return Overrides.apply(start, type, part(false));
        });
  }

  /**
   * The settings of a generator of a family member, whose file may be of an older form.
   *
   * @param tokens what it is to make
   * @param condition what it is told of a sample
   */
  Recipe recipe(Family.Member member, TokenSpec tokens, ConditionSpec condition) {
    return Usage.check(
        spec,
        () -> {
          Recipe start =
              file != null
                  ? Recipe.read(Json.line(Json.read(file, Map.class)))
                  : member.preset(preset == null ? "small" : preset).of(tokens, condition);
          return Overrides.apply(start, Recipe.class, part(false));
        });
  }

  /** The settings of the training, from usual ones for so many steps. */
  Training training(long usualSteps, java.util.function.LongFunction<Training> usual) {
    return Usage.check(
        spec,
        () -> {
          Training training = usual.apply(steps == null ? usualSteps : steps);
          training = batch == null ? training : training.batch(batch);
          training = learningRate == null ? training : training.learningRate(learningRate);
          training = seed == null ? training : training.seed(seed);
          return Overrides.apply(training, Training.class, part(true));
        });
  }

  private Map<String, String> part(boolean training) {
    Map<String, String> part = new LinkedHashMap<>();
    changes.forEach(
        (key, value) -> {
          if (key.startsWith(TRAINING) == training) {
            part.put(training ? key.substring(TRAINING.length()) : key, value);
          }
        });
    return part;
  }

  /** Refuses settings of the thing to be trained, which {@code option} brings with it. */
  void refuseAllButTraining(String option) {
    if (file != null || !part(false).isEmpty()) {
      throw wrong(option + " brings its own settings; only --set training.KEY=VALUE goes with it");
    }
  }

  /** Refuses. */
  ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
