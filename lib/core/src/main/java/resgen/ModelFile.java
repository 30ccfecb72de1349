package resgen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import resgen.codec.Codec;
import resgen.codec.Medium;
import resgen.model.GeneratorNetwork;
import resgen.model.GeneratorSettings;
import resgen.model.TokenShape;
import resgen.nn.Parameters;
import resgen.settings.DataHome;
import resgen.settings.Json;
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
        name.endsWith(WeightFile.SUFFIX)
            ? Path.of(name)
            : DataHome.path("checkpoints").resolve(name + WeightFile.SUFFIX);
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
    Codec<?> codec = Medium.find(origin.tokenizer(), folders(path));
    try (NDManager manager = Torch.manager()) {
      fits(settings.tokens(), codec);
      Map<String, NDArray> weights = file.arrays(manager, PREFIX);
      return build(settings, weights, codec, true, origin, Optional.empty());
    } catch (RuntimeException e) {
      codec.close();
      throw e;
    }
  }

  /** The files beside a path that could be meant. */
  private static List<String> names(Path path) {
    return WeightFile.list(path.toAbsolutePath().getParent()).stream()
        .map(file -> file.getFileName().toString())
        .toList();
  }

  /** Where a model's codec may be: its own folder, and the shipped checkpoints. */
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

  static Generator fromCheckpoint(Path path, Codec<?> codec) {
    return WeightFile.read(
        path,
        Trainer.CHECKPOINT,
        file -> {
          GeneratorSettings settings = file.metadata("settings", GeneratorSettings::read);
          Training training = file.metadata("training", text -> Json.read(text, Training.class));
          long steps = file.metadata("step", Long::parseLong);
          fits(settings.tokens(), codec);
          file.check("ema.", settings.plan(file.bound()).shapes());
          try (NDManager manager = Torch.manager()) {
            Map<String, NDArray> weights = file.arrays(manager, "ema.");
            ModelOrigin origin = ModelOrigin.of(codec, training, steps);
            return build(settings, weights, codec, origin, Optional.empty());
          }
        });
  }

  /** A model of these weights, which are copied; the tokenizer stays the caller's. */
  static Generator build(
      GeneratorSettings settings,
      Map<String, NDArray> weights,
      Codec<?> codec,
      ModelOrigin origin,
      Optional<Run> run) {
    return build(settings, weights, codec, false, origin, run);
  }

  private static Generator build(
      GeneratorSettings settings,
      Map<String, NDArray> weights,
      Codec<?> codec,
      boolean ownsCodec,
      ModelOrigin origin,
      Optional<Run> run) {
    NDManager manager = Torch.manager();
    try {
      Parameters parameters = Parameters.on(manager, 0);
      GeneratorNetwork network =
          settings.network(parameters, codec.codebooks().on(parameters.manager()));
      parameters.load(weights);
      parameters.freeze();
      return ModelKind.of(settings)
          .open(new TrainedGenerator.Parts<>(manager, network, codec, ownsCodec, origin, run));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Whether a model of such tokens can be decoded and labelled. */
  static void fits(TokenShape tokens, Codec<?> codec) {
    int classes = codec.classNames().size();
    if (tokens.positions() != codec.layout().positions() || tokens.classes() > classes) {
      throw new IllegalArgumentException(
          "a model of %d positions and %d classes does not fit a codec of %s and %d classes"
              .formatted(tokens.positions(), tokens.classes(), codec.layout(), classes));
    }
  }
}
