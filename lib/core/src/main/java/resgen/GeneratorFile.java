package resgen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import resgen.codec.Codec;
import resgen.codec.Medium;
import resgen.model.Model;
import resgen.model.ModelSpec;
import resgen.model.Recipe;
import resgen.nn.Parameters;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;
import resgen.train.Checkpoint;
import resgen.train.Run;
import resgen.train.Trainer;
import resgen.train.Training;

/** A generator as a {@link WeightFile}: matrices in its format, vectors as float32. */
final class GeneratorFile {

  private static final WeightFile.Kind KIND = new WeightFile.Kind("model", 1, "a model");
  private static final String PREFIX = "model.";

  private GeneratorFile() {}

  static void save(Generator model, Path path, WeightFormat format) {
    WeightFile.of(KIND)
        .metadata("settings", Json.line(model.settings()))
        .metadata("origin", Json.line(model.origin()))
        .matrices(PREFIX, model.model().parameters().arrays(), format)
        .write(path);
  }

  static Generator load(String name, Optional<String> precision) {
    Path path = WeightFile.named("model", name);
    return WeightFile.read(path, KIND, file -> load(path, file, precision));
  }

  static List<Path> files(String name) {
    Path path = WeightFile.named("model", name);
    String codec = WeightFile.read(path, KIND, GeneratorFile::origin).tokenizer();
    for (Path folder : folders(path)) {
      for (Path file : WeightFile.list(folder)) {
        if (codec.equals(WeightFile.metadata(file).get(WeightFile.FINGERPRINT))) {
          return List.of(path, file);
        }
      }
    }
    throw new IllegalArgumentException(
        "%s: no file in %s says that it is its tokenizer, of fingerprint %s; save the tokenizer anew"
            .formatted(name, folders(path), codec));
  }

  private static ModelOrigin origin(WeightFile file) {
    return file.metadata("origin", text -> Json.read(text, ModelOrigin.class));
  }

  private static Generator load(Path path, WeightFile file, Optional<String> precision) {
    ModelOrigin origin = origin(file);
    Recipe stored = file.metadata("settings", Recipe::read);
    Recipe recipe = precision.map(stored::precision).orElse(stored);
    file.check(PREFIX, recipe.model().plan(file.bound()).shapes());
    Codec<?> codec = Medium.find(origin.tokenizer(), folders(path));
    try (NDManager manager = Torch.manager()) {
      ModelOrigin named = named(origin, recipe.model(), codec);
      fits(recipe.model(), codec, named.classNames());
      Map<String, NDArray> weights = file.arrays(manager, PREFIX);
      return build(recipe, weights, codec, true, named, Optional.empty());
    } catch (RuntimeException e) {
      codec.close();
      throw e;
    }
  }

  /** Where a model's codec may be: its own folder, and the shipped checkpoints. */
  private static Set<Path> folders(Path model) {
    Set<Path> folders = new LinkedHashSet<>(List.of(model.toAbsolutePath().getParent()));
    try {
      folders.add(DataHome.path("checkpoints"));
    } catch (IllegalStateException e) {
      // Outside of the project models are loaded by path, and nothing is shipped.
      return folders;
    }
    return folders;
  }

  static Generator fromCheckpoint(Path path, Codec<?> codec) {
    return WeightFile.read(
        path,
        Trainer.CHECKPOINT,
        file -> {
          Recipe recipe = file.metadata("settings", Recipe::read);
          Training training = file.metadata("training", text -> Json.read(text, Training.class));
          long steps = file.metadata("step", Long::parseLong);
          ModelOrigin unnamed = ModelOrigin.of(codec, training, steps, Checkpoint.classNames(file));
          ModelOrigin origin = named(unnamed, recipe.model(), codec);
          fits(recipe.model(), codec, origin.classNames());
          file.check("ema.", recipe.model().plan(file.bound()).shapes());
          try (NDManager manager = Torch.manager()) {
            Map<String, NDArray> weights = file.arrays(manager, "ema.");
            return build(recipe, weights, codec, false, origin, Optional.empty());
          }
        });
  }

  /** A model of these weights, which are copied. */
  static Generator build(
      Recipe recipe,
      Map<String, NDArray> weights,
      Codec<?> codec,
      boolean ownsCodec,
      ModelOrigin origin,
      Optional<Run> run) {
    NDManager manager = Torch.manager();
    try {
      Parameters parameters = Parameters.on(manager, 0);
      Model model = recipe.model().build(parameters, codec.codebooks().on(parameters.manager()));
      parameters.load(weights);
      parameters.freeze();
      return new Generator(manager, recipe, model, codec, ownsCodec, origin, run);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * A model from before names of classes were kept has those of its codec; if they are not as many
   * as its classes, it was trained on others, of which nothing but the number is known.
   */
  private static ModelOrigin named(ModelOrigin origin, ModelSpec model, Codec<?> codec) {
    if (!origin.classNames().isEmpty()) {
      return origin;
    }
    List<String> names = codec.classNames();
    return origin.withClassNames(
        names.size() == model.classes()
            ? names
            : IntStream.range(0, model.classes()).mapToObj(i -> "class " + i).toList());
  }

  /**
   * Checks that a codec decodes a model's tokens, and that names are as many as its classes.
   *
   * @throws IllegalArgumentException if it is not so
   */
  static void fits(ModelSpec model, Codec<?> codec, List<String> classNames) {
    if (!model.tokens().equals(codec.spec())) {
      throw new IllegalArgumentException(
          "a model of %s does not fit a codec of %s".formatted(model.tokens(), codec.spec()));
    }
    if (model.classes() != classNames.size()) {
      throw new IllegalArgumentException(
          "a model of %d classes does not fit data of %d classes, %s"
              .formatted(model.classes(), classNames.size(), classNames));
    }
  }
}
