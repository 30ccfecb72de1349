package resgen.train;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Map;
import resgen.settings.Json;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;

/**
 * A run's whole state in one {@link WeightFile}: parameters ({@code model.}), averages ({@code
 * ema.}), the optimizer's moments ({@code adam.}), further state ({@code state.}); settings and
 * step in the file's metadata. Written aside, then moved. It holds no time, so equal runs write
 * equal bytes.
 */
final class Checkpoint {

  private Checkpoint() {}

  static void save(
      Path path, Trainable model, Training training, AdamW adam, Ema ema, Position at) {
    WeightFile.of(Trainer.CHECKPOINT)
        .metadata("step", Long.toString(at.step()))
        .metadata("best", Double.toString(at.best()))
        .metadata("settings", Json.line(model.settings()))
        .metadata("training", Json.line(training))
        .weights("model.", model.parameters().arrays(), WeightFormat.FP32)
        .weights("ema.", ema.averages(), WeightFormat.FP32)
        .state("adam.", adam.state())
        .state("state.", model.state())
        .write(path);
  }

  /** Where a run stands: steps done, and the best validation so far. */
  record Position(long step, double best) {}

  static Position restore(Path path, Trainable model, Training training, AdamW adam, Ema ema) {
    return WeightFile.read(
        path,
        Trainer.CHECKPOINT,
        file -> {
          String settings = file.metadata("settings", text -> text);
          if (!model.isOf(settings)) {
            expect("settings", Json.line(model.settings()), settings);
          }
          expect("training", Json.line(training), file.metadata("training", text -> text));
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

  private static void expect(String key, String wanted, String found) {
    if (!wanted.equals(found)) {
      throw new IllegalArgumentException(
          "cannot be resumed: its %s is %s; this run's is %s. Use another folder or the same settings"
              .formatted(key, found, wanted));
    }
  }
}
