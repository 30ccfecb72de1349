package resgen.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.settings.Json;
import resgen.torch.SafeTensors;
import resgen.torch.Tensors;
import resgen.torch.Torch;

/**
 * A run's whole state in one safetensors file: parameters ({@code model.}), averages ({@code
 * ema.}), the optimizer's moments ({@code adam.}), further state ({@code state.}); settings and
 * step in the file's metadata. Written aside, then moved. It holds no time, so equal runs write
 * equal bytes.
 */
final class Checkpoint {

  static final String FORMAT = "resgen-training-1";

  private Checkpoint() {}

  static void save(
      Path path, Trainable model, Training training, AdamW adam, Ema ema, Position at) {
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
            "training", Json.line(training)));
  }

  /** Where a run stands: steps done, and the best validation so far. */
  record Position(long step, double best) {}

  static Position restore(Path path, Trainable model, Training training, AdamW adam, Ema ema) {
    SafeTensors.File file = SafeTensors.read(path);
    Map<String, String> meta = file.metadata();
    expect(path, "format", FORMAT, meta.get("format"));
    if (!model.isOf(meta.get("settings"))) {
      expect(path, "settings", Json.line(model.settings()), meta.get("settings"));
    }
    expect(path, "training", Json.line(training), meta.get("training"));
    try (NDManager manager = Torch.manager()) {
      model.parameters().load(Tensors.select(manager, "model.", file.tensors()));
      copy(path, ema.averages(), Tensors.select(manager, "ema.", file.tensors()));
      copy(path, adam.state(), Tensors.select(manager, "adam.", file.tensors()));
      copy(path, model.state(), Tensors.select(manager, "state.", file.tensors()));
    }
    return new Position(Long.parseLong(meta.get("step")), Double.parseDouble(meta.get("best")));
  }

  private static void expect(Path path, String key, String wanted, String found) {
    if (!wanted.equals(found)) {
      throw new IllegalArgumentException(
          "%s cannot be resumed: its %s is %s; this run's is %s. Use another folder or the same settings"
              .formatted(path, key, found, wanted));
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
