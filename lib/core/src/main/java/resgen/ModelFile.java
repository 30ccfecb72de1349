package resgen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import resgen.data.DataHome;
import resgen.data.Json;
import resgen.model.ResGenNetwork;
import resgen.model.ResGenSettings;
import resgen.nn.Parameters;
import resgen.tokenizer.Tokenizer;
import resgen.torch.SafeTensors;
import resgen.torch.Tensors;
import resgen.torch.Torch;
import resgen.train.Run;
import resgen.train.Training;

/** A model as a safetensors file: matrices as half floats, vectors as float32. */
final class ModelFile {

  private static final String FORMAT = "resgen-model-1";
  private static final String SUFFIX = ".safetensors";

  private ModelFile() {}

  static void save(ResGen model, Path path) {
    Map<String, SafeTensors.Entry> entries = new LinkedHashMap<>();
    model
        .network()
        .parameters()
        .arrays()
        .forEach((name, array) -> entries.put("model." + name, entry(array)));
    SafeTensors.write(
        path,
        entries,
        Map.of(
            "format", FORMAT,
            "settings", Json.line(model.settings()),
            "origin", Json.line(model.origin())));
  }

  private static SafeTensors.Entry entry(NDArray array) {
    return array.getShape().dimension() > 1 ? Tensors.halfEntry(array) : Tensors.entry(array);
  }

  static ResGen load(String name) {
    Path folder = DataHome.path("checkpoints");
    Path path = name.endsWith(SUFFIX) ? Path.of(name) : folder.resolve(name + SUFFIX);
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(
          "no model '" + name + "': there is no file " + path + "; files there: " + names(path));
    }
    SafeTensors.File file = SafeTensors.read(path);
    expect(path, FORMAT, file.metadata().get("format"));
    try (NDManager manager = Torch.manager()) {
      ModelOrigin origin = Json.read(file.metadata().get("origin"), ModelOrigin.class);
      ResGenSettings settings = Json.read(file.metadata().get("settings"), ResGenSettings.class);
      Tokenizer tokenizer = tokenizer(path, folder, origin.tokenizer());
      Map<String, NDArray> weights = Tensors.select(manager, "model.", file.tensors());
      return build(settings, weights, tokenizer, origin, Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
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

  /** The tokenizer with a fingerprint, from the model's folder or the shipped checkpoints. */
  private static Tokenizer tokenizer(Path model, Path shipped, String fingerprint) {
    Set<Path> candidates = new LinkedHashSet<>(files(model.toAbsolutePath().getParent()));
    candidates.addAll(files(shipped));
    for (Path candidate : candidates) {
      String format = SafeTensors.read(candidate).metadata().getOrDefault("format", "");
      if (format.startsWith("resgen-tokenizer")) {
        Tokenizer tokenizer = Tokenizer.load(candidate.toString());
        if (tokenizer.fingerprint().equals(fingerprint)) {
          return tokenizer;
        }
        tokenizer.close();
      }
    }
    throw new IllegalArgumentException(
        "its tokenizer, of fingerprint %s, is neither beside it nor in %s"
            .formatted(fingerprint, shipped));
  }

  static ResGen fromCheckpoint(Path path, Tokenizer tokenizer) {
    SafeTensors.File file = SafeTensors.read(path);
    expect(path, "resgen-training-1", file.metadata().get("format"));
    try (NDManager manager = Torch.manager()) {
      ResGenSettings settings = Json.read(file.metadata().get("settings"), ResGenSettings.class);
      Training training = Json.read(file.metadata().get("training"), Training.class);
      long steps = Long.parseLong(file.metadata().get("step"));
      Map<String, NDArray> weights = Tensors.select(manager, "ema.", file.tensors());
      ModelOrigin origin = ModelOrigin.of(tokenizer, training, steps);
      return build(settings, weights, tokenizer, origin, Optional.empty());
    }
  }

  static ResGen copy(
      ResGenSettings settings,
      Map<String, NDArray> weights,
      Tokenizer tokenizer,
      ModelOrigin origin,
      Run run) {
    return build(settings, weights, tokenizer, origin, Optional.of(run));
  }

  private static ResGen build(
      ResGenSettings settings,
      Map<String, NDArray> weights,
      Tokenizer tokenizer,
      ModelOrigin origin,
      Optional<Run> run) {
    NDManager manager = Torch.manager();
    try {
      Parameters parameters = Parameters.on(manager, 0);
      ResGenNetwork network =
          new ResGenNetwork(parameters, settings, tokenizer.codebooks().on(parameters.manager()));
      parameters.load(weights);
      parameters.freeze();
      return new ResGen(network, tokenizer, origin, run);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }
}
