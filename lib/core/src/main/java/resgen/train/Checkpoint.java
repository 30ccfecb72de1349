package resgen.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import resgen.settings.Json;
import resgen.torch.SafeTensors;
import resgen.torch.Tensors;
import resgen.torch.Torch;

/**
 * A run's whole state in one safetensors file: parameters ({@code model.}), averages ({@code
 * ema.}), the optimizer's moments ({@code adam.}), further state ({@code state.}); settings, inputs
 * and step in the file's metadata. Written aside, then moved. It holds no time, so equal runs write
 * equal bytes.
 */
public final class Checkpoint {

  /** The name of a run's classes among its inputs. */
  public static final String CLASSES = "classes";

  static final String FORMAT = "resgen-training-1";

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

  private Checkpoint() {}

  static void save(
      Path path,
      Trainable model,
      Map<String, String> inputs,
      Training training,
      AdamW adam,
      Ema ema,
      Position at) {
    Map<String, SafeTensors.Entry> entries = new LinkedHashMap<>();
    Tensors.collect("model.", model.parameters().arrays(), entries);
    Tensors.collect("ema.", ema.averages(), entries);
    Tensors.collect("adam.", adam.state(), entries);
    Tensors.collect("state.", model.state(), entries);
    SafeTensors.write(
        path,
        entries,
        Map.of(
            "format", FORMAT,
            "step", Long.toString(at.step()),
            "best", Double.toString(at.best()),
            "settings", Json.line(model.settings()),
            "inputs", Json.line(inputs),
            "training", Json.line(training)));
  }

  /**
   * Names of the classes that a checkpoint's run was trained on, which {@link Trainable#inputs}
   * gives as {@value #CLASSES} in JSON.
   *
   * @param metadata of the checkpoint
   * @return empty if it does not say
   */
  public static List<String> classNames(Map<String, String> metadata) {
    Object names = Json.read(metadata.getOrDefault("inputs", "{}"), Map.class).get(CLASSES);
    return names == null ? List.of() : List.of(Json.read(names.toString(), String[].class));
  }

  /** Where a run stands: steps done, and the best validation so far. */
  record Position(long step, double best) {}

  /**
   * Takes a run up where a checkpoint left it.
   *
   * @param inputs of this run, as {@link Trainable#inputs} gives them
   * @throws IllegalArgumentException naming all in which the checkpoint's run is another one
   */
  static Position restore(
      Path path,
      Trainable model,
      Map<String, String> inputs,
      Training training,
      AdamW adam,
      Ema ema) {
    SafeTensors.File file = SafeTensors.read(path);
    Map<String, String> meta = file.metadata();
    List<String> other = new ArrayList<>();
    compare("format", FORMAT, meta.get("format"), other);
    if (other.isEmpty()) {
      if (!model.isOf(meta.get("settings"))) {
        compare("settings", Json.line(model.settings()), meta.get("settings"), other);
      }
      compare("training", Json.line(training), meta.get("training"), other);
      compare(path, inputs, meta.get("inputs"), other);
    }
    if (!other.isEmpty()) {
      throw new IllegalArgumentException(
          "%s cannot be resumed: %s. Use another folder, or settings and data as they were"
              .formatted(path, String.join("; ", other)));
    }
    try (NDManager manager = Torch.manager()) {
      model.parameters().load(Tensors.select(manager, "model.", file.tensors()));
      copy(path, ema.averages(), Tensors.select(manager, "ema.", file.tensors()));
      copy(path, adam.state(), Tensors.select(manager, "adam.", file.tensors()));
      copy(path, model.state(), Tensors.select(manager, "state.", file.tensors()));
    }
    return new Position(Long.parseLong(meta.get("step")), Double.parseDouble(meta.get("best")));
  }

  private static void compare(String key, String wanted, String found, List<String> other) {
    if (!Objects.equals(wanted, found)) {
      other.add("its %s is %s, this run's is %s".formatted(key, orNone(found), orNone(wanted)));
    }
  }

  private static String orNone(String value) {
    return value == null ? "none" : value;
  }

  /** Checkpoints from before inputs were kept say nothing of them. */
  private static void compare(
      Path path, Map<String, String> wanted, String json, List<String> other) {
    if (json == null) {
      LOG.warn(
          "{} does not say what it was trained on: that it is this run's {} is not checked",
          path,
          String.join(", ", wanted.keySet()));
      return;
    }
    Map<?, ?> found = Json.read(json, Map.class);
    Set<Object> names = new TreeSet<>(wanted.keySet());
    names.addAll(found.keySet());
    for (Object name : names) {
      Object kept = found.get(name);
      compare(name.toString(), wanted.get(name), kept == null ? null : kept.toString(), other);
    }
  }

  private static void copy(Path path, Map<String, NDArray> to, Map<String, NDArray> from) {
    to.forEach(
        (name, array) -> {
          NDArray value = from.get(name);
          if (value == null || !value.getShape().equals(array.getShape())) {
            throw new IllegalArgumentException(
                path + ": array " + name + " is missing or not of shape " + array.getShape());
          }
          Torch.withGradients(
              false,
              () -> {
                value.copyTo(array);
                return null;
              });
        });
  }
}
