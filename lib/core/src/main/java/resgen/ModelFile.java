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
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import resgen.codec.Codec;
import resgen.codec.Medium;
import resgen.model.GeneratorNetwork;
import resgen.model.GeneratorSettings;
import resgen.model.TokenShape;
import resgen.nn.Parameters;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.torch.SafeTensors;
import resgen.torch.Tensors;
import resgen.torch.Torch;
import resgen.train.Checkpoint;
import resgen.train.Run;
import resgen.train.Training;

/** A model as a safetensors file: matrices as its {@link Storage} says, vectors as float32. */
final class ModelFile {

  private static final String FORMAT = "resgen-model-1";
  private static final String SUFFIX = ".safetensors";

  private ModelFile() {}

  static void save(Generator model, Parameters parameters, Path path, Storage storage) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("format", FORMAT);
    metadata.put("settings", Json.line(model.settings()));
    metadata.put("origin", Json.line(model.origin()));
    if (storage != Storage.HALF) { // as files were before there was a choice
      metadata.put("storage", storage.key());
    }
    SafeTensors.write(path, ModelWeights.entries(parameters.arrays(), storage), metadata);
  }

  static Generator load(String name, Optional<String> precision) {
    Path path =
        name.endsWith(SUFFIX) ? Path.of(name) : DataHome.path("checkpoints").resolve(name + SUFFIX);
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(
          "no model '" + name + "': there is no file " + path + "; files there: " + names(path));
    }
    SafeTensors.File file = SafeTensors.read(path);
    expect(path, FORMAT, file.metadata().get("format"));
    try (NDManager manager = Torch.manager()) {
      ModelOrigin origin = Json.read(metadata(file, "origin"), ModelOrigin.class);
      GeneratorSettings stored = GeneratorSettings.read(metadata(file, "settings"));
      GeneratorSettings settings = precision.map(stored::precision).orElse(stored);
      Storage storage = Storage.ofKey(file.metadata().get("storage"));
      ModelWeights.check(settings, ModelWeights.PREFIX, storage, file.tensors());
      Codec<?> codec = codec(path, origin.tokenizer());
      try {
        ModelOrigin named = named(origin, settings.tokens(), codec);
        fits(settings.tokens(), codec, named.classNames());
        Map<String, NDArray> weights = ModelWeights.read(manager, storage, file.tensors());
        return build(settings, weights, codec, true, named, Optional.empty());
      } catch (RuntimeException e) {
        codec.close();
        throw e;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  private static String metadata(SafeTensors.File file, String key) {
    String value = file.metadata().get(key);
    if (value == null) {
      throw new IllegalArgumentException("its metadata has no '" + key + "'");
    }
    return value;
  }

  private static List<String> names(Path path) {
    return files(path.toAbsolutePath().getParent()).stream()
        .map(file -> file.getFileName().toString())
        .toList();
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
  }

  private static void expect(Path path, String wanted, String found) {
    if (!wanted.equals(found)) {
      throw new IllegalArgumentException(
          path + " has the format " + found + "; a file of format " + wanted + " is needed");
    }
  }

  /** The codec with a fingerprint, from the model's folder or the shipped checkpoints. */
  private static Codec<?> codec(Path model, String fingerprint) {
    Set<Path> folders = new LinkedHashSet<>(List.of(model.toAbsolutePath().getParent()));
    shipped().ifPresent(folders::add);
    for (Path folder : folders) {
      for (Path candidate : files(folder)) {
        Optional<Codec<?>> codec = Medium.open(candidate, format(candidate));
        if (codec.isPresent()) {
          if (codec.get().fingerprint().equals(fingerprint)) {
            return codec.get();
          }
          codec.get().close();
        }
      }
    }
    throw new IllegalArgumentException(
        "its tokenizer, of fingerprint %s, is in none of %s".formatted(fingerprint, folders));
  }

  /** Empty outside of the project, where models are loaded by path. */
  private static Optional<Path> shipped() {
    try {
      return Optional.of(DataHome.path("checkpoints"));
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
  }

  /** A broken file in the folder is none of this model's business. */
  private static String format(Path candidate) {
    try {
      return SafeTensors.read(candidate).metadata().getOrDefault("format", "");
    } catch (IllegalArgumentException | UncheckedIOException e) {
      return "";
    }
  }

  static Generator fromCheckpoint(Path path, Codec<?> codec) {
    SafeTensors.File file = SafeTensors.read(path);
    expect(path, "resgen-training-1", file.metadata().get("format"));
    try (NDManager manager = Torch.manager()) {
      GeneratorSettings settings = GeneratorSettings.read(metadata(file, "settings"));
      Training training = Json.read(metadata(file, "training"), Training.class);
      long steps = Long.parseLong(metadata(file, "step"));
      List<String> classes = Checkpoint.classNames(file.metadata());
      ModelOrigin origin =
          named(ModelOrigin.of(codec, training, steps, classes), settings.tokens(), codec);
      fits(settings.tokens(), codec, origin.classNames());
      ModelWeights.check(settings, "ema.", Storage.HALF, file.tensors());
      Map<String, NDArray> weights = Tensors.select(manager, "ema.", file.tensors());
      return build(settings, weights, codec, origin, Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
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

  /**
   * A model from before names of classes were kept has those of its tokenizer; if they are not as
   * many as its classes, it was trained on others, of which nothing but the number is known.
   */
  private static ModelOrigin named(ModelOrigin origin, TokenShape tokens, Codec<?> codec) {
    if (!origin.classNames().isEmpty()) {
      return origin;
    }
    List<String> names = codec.classNames();
    return origin.withClassNames(
        names.size() == tokens.classes()
            ? names
            : IntStream.range(0, tokens.classes()).mapToObj(i -> "class " + i).toList());
  }

  /** Whether a model of such tokens can be decoded and labelled. */
  static void fits(TokenShape tokens, Codec<?> codec, List<String> classNames) {
    if (tokens.positions() != codec.layout().positions()) {
      throw new IllegalArgumentException(
          "a model of %d positions does not fit a codec of %s"
              .formatted(tokens.positions(), codec.layout()));
    }
    if (tokens.classes() != classNames.size()) {
      throw new IllegalArgumentException(
          "a model of %d classes does not fit data of %d classes, %s"
              .formatted(tokens.classes(), classNames.size(), classNames));
    }
  }
}
