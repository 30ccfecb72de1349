package resgen.train;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import resgen.settings.Json;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;

/**
 * A run's whole state in one {@link WeightFile}: parameters ({@code model.}), averages ({@code
 * ema.}), the optimizer's moments ({@code adam.}), further state ({@code state.}); settings, inputs
 * and step in the file's metadata. Written aside, then moved. It holds no time, so equal runs write
 * equal bytes.
 */
public final class Checkpoint {

  /** The name of a run's classes among its inputs. */
  public static final String CLASSES = "classes";

  private static final String INPUTS = "inputs";
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

  private final Trainable model;
  private final Map<String, String> inputs;
  private final Training training;
  private final AdamW adam;
  private final Ema ema;

  /**
   * Checkpoints of a run.
   *
   * @param inputs of this run, as {@link Trainable#inputs} gives them
   */
  Checkpoint(Trainable model, Map<String, String> inputs, Training training, AdamW adam, Ema ema) {
    this.model = model;
    this.inputs = inputs;
    this.training = training;
    this.adam = adam;
    this.ema = ema;
  }

  void save(Path path, Position at) {
    WeightFile.of(Trainer.CHECKPOINT)
        .metadata("step", Long.toString(at.step()))
        .metadata("best", Double.toString(at.best()))
        .metadata("settings", Json.line(model.settings()))
        .metadata(INPUTS, Json.line(inputs))
        .metadata("training", Json.line(training))
        .weights("model.", model.parameters().arrays(), WeightFormat.FP32)
        .weights("ema.", ema.averages(), WeightFormat.FP32)
        .state("adam.", adam.state())
        .state("state.", model.state())
        .write(path);
  }

  /**
   * Names of the classes that a checkpoint's run was trained on, which {@link Trainable#inputs}
   * gives as {@value #CLASSES} in JSON.
   *
   * @return empty if it does not say
   */
  public static List<String> classNames(WeightFile file) {
    String inputs = file.text(INPUTS).orElse("{}");
    Object names = Json.read(inputs, Map.class).get(CLASSES);
    return names == null ? List.of() : List.of(Json.read(names.toString(), String[].class));
  }

  /** Where a run stands: steps done, and the best validation so far. */
  record Position(long step, double best) {}

  /**
   * Takes a run up where a checkpoint left it.
   *
   * @throws IllegalArgumentException naming all in which the checkpoint's run is another one
   */
  Position restore(Path path) {
    return WeightFile.read(
        path,
        Trainer.CHECKPOINT,
        file -> {
          List<String> other = new ArrayList<>();
          String settings = file.metadata("settings", text -> text);
          if (!model.isOf(settings)) {
            compareKeys("settings", Json.line(model.settings()), settings, other);
          }
          String trained = file.metadata("training", text -> text);
          compareKeys("training", Json.line(training), trained, other);
          compare(path, inputs, file.text(INPUTS).orElse(null), other);
          if (!other.isEmpty()) {
            throw new IllegalArgumentException(
                "cannot be resumed: %s. Use another folder, or settings and data as they were"
                    .formatted(String.join("; ", other)));
          }
          long step = file.metadata("step", Long::parseLong);
          double best = file.metadata("best", Double::parseDouble);
          Map<String, Shape> shapes = model.parameters().shapes();
          file.check("model.", shapes);
          file.check("ema.", shapes);
          file.copy("adam.", adam.state());
          file.copy("state.", model.state());
          file.copy("ema.", ema.averages());
          file.copy("model.", model.parameters().arrays());
          return new Position(step, best);
        });
  }

  private static void compare(String key, String wanted, String found, List<String> other) {
    if (!Objects.equals(wanted, found)) {
      other.add("its %s is %s, this run's is %s".formatted(key, orNone(found), orNone(wanted)));
    }
  }

  /** Names only the keys in which two JSON objects differ. */
  private static void compareKeys(String name, String wanted, String found, List<String> other) {
    compareKeys(name, Json.read(wanted, Object.class), Json.read(found, Object.class), other);
  }

  private static void compareKeys(String name, Object wanted, Object found, List<String> other) {
    if (!(wanted instanceof Map<?, ?> ours && found instanceof Map<?, ?> theirs)) {
      compare(name, text(wanted), text(found), other);
      return;
    }
    Set<Object> keys = new LinkedHashSet<>(theirs.keySet());
    keys.addAll(ours.keySet());
    for (Object key : keys) {
      compareKeys(name + "." + key, ours.get(key), theirs.get(key), other);
    }
  }

  private static String text(Object value) {
    return value == null ? null : Json.line(value);
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
}
