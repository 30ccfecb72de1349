package resgen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import resgen.data.DataHome;
import resgen.data.Json;
import resgen.model.GeneratorNetwork;
import resgen.model.GeneratorSettings;
import resgen.model.TokenShape;
import resgen.nn.Parameters;
import resgen.tokenizer.Tokenizer;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;
import resgen.train.Run;
import resgen.train.Trainer;
import resgen.train.Training;

/** A model as a {@link WeightFile}: matrices in its format, vectors as float32. */
final class ModelFile {

  private static final WeightFile.Kind KIND = new WeightFile.Kind("model", 1, "a model");
  private static final String PREFIX = "model.";
  private static final String SUFFIX = ".safetensors";

  private ModelFile() {}

  static void save(Generator model, Parameters parameters, Path path, WeightFormat format) {
    WeightFile.of(KIND)
        .metadata("settings", Json.line(model.settings()))
        .metadata("origin", Json.line(model.origin()))
        .matrices(PREFIX, parameters.arrays(), format)
        .write(path);
  }

  static Generator load(String name, Optional<String> precision) {
    Path path =
        name.endsWith(SUFFIX) ? Path.of(name) : DataHome.path("checkpoints").resolve(name + SUFFIX);
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(
          "no model '" + name + "': there is no file " + path + "; files there: " + names(path));
    }
    return WeightFile.read(path, KIND, file -> load(path, file, precision));
  }

  private static Generator load(Path path, WeightFile file, Optional<String> precision) {
    ModelOrigin origin = file.metadata("origin", text -> Json.read(text, ModelOrigin.class));
    GeneratorSettings stored = file.metadata("settings", GeneratorSettings::read);
    GeneratorSettings settings = precision.map(stored::precision).orElse(stored);
    file.check(PREFIX, settings.plan(file.bound()).shapes());
    Tokenizer tokenizer = Tokenizer.find(origin.tokenizer(), folders(path));
    try (NDManager manager = Torch.manager()) {
      fits(settings.tokens(), tokenizer);
      Map<String, NDArray> weights = file.arrays(manager, PREFIX);
      return build(settings, weights, tokenizer, true, origin, Optional.empty());
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** The files beside a path that could be meant. */
  private static List<String> names(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(SUFFIX))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
  }

  /** Where a model's tokenizer may be: its own folder, and the shipped checkpoints. */
  private static Set<Path> folders(Path model) {
    Set<Path> folders = new LinkedHashSet<>(List.of(model.toAbsolutePath().getParent()));
    shipped().ifPresent(folders::add);
    return folders;
  }

  /** Empty outside of the project, where models are loaded by path. */
  private static Optional<Path> shipped() {
    try {
      return Optional.of(DataHome.path("checkpoints"));
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
  }

  static Generator fromCheckpoint(Path path, Tokenizer tokenizer) {
    return WeightFile.read(
        path,
        Trainer.CHECKPOINT,
        file -> {
          GeneratorSettings settings = file.metadata("settings", GeneratorSettings::read);
          Training training = file.metadata("training", text -> Json.read(text, Training.class));
          long steps = file.metadata("step", Long::parseLong);
          fits(settings.tokens(), tokenizer);
          file.check("ema.", settings.plan(file.bound()).shapes());
          try (NDManager manager = Torch.manager()) {
            Map<String, NDArray> weights = file.arrays(manager, "ema.");
            ModelOrigin origin = ModelOrigin.of(tokenizer, training, steps);
            return build(settings, weights, tokenizer, origin, Optional.empty());
          }
        });
  }

  /** A model of these weights, which are copied; the tokenizer stays the caller's. */
  static Generator build(
      GeneratorSettings settings,
      Map<String, NDArray> weights,
      Tokenizer tokenizer,
      ModelOrigin origin,
      Optional<Run> run) {
    return build(settings, weights, tokenizer, false, origin, run);
  }

  private static Generator build(
      GeneratorSettings settings,
      Map<String, NDArray> weights,
      Tokenizer tokenizer,
      boolean ownsTokenizer,
      ModelOrigin origin,
      Optional<Run> run) {
    NDManager manager = Torch.manager();
    try {
      Parameters parameters = Parameters.on(manager, 0);
      GeneratorNetwork network =
          settings.network(parameters, tokenizer.codebooks().on(parameters.manager()));
      parameters.load(weights);
      parameters.freeze();
      return ModelKind.of(settings)
          .open(
              new TrainedGenerator.Parts<>(
                  manager, network, tokenizer, ownsTokenizer, origin, run));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Whether a model of such tokens can be decoded and labelled. */
  static void fits(TokenShape tokens, Tokenizer tokenizer) {
    int grid = tokenizer.settings().autoencoder().grid();
    int classes = tokenizer.origin().classNames().size();
    if (tokens.grid() != grid || tokens.classes() > classes) {
      throw new IllegalArgumentException(
          "a model of %d positions across and %d classes does not fit a tokenizer of %d and %d"
              .formatted(tokens.grid(), tokens.classes(), grid, classes));
    }
  }
}
