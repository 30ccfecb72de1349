package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.token.Condition;
import resgen.torch.Kernel;
import resgen.torch.Torch;

/** A learned vector for each class, and one for no class. */
final class ClassConditioner implements Conditioner {

  private final int count;
  private final NDArray modulation; // [classes + 1, W]
  private final NDArray input; // [classes + 1, W], or null

  /** Declares the tables. */
  ClassConditioner(Parameters parameters, int count, int width, Input where) {
    this.count = count;
    Parameters in = parameters.scope("input");
    input =
        switch (where) {
          case NONE -> null;
          case ADDED -> in.add("class", Init.normal(0.5), count + 1, width);
          case START -> in.add("start", Init.normal(1), count + 1, width);
        };
    modulation = parameters.scope("condition").add("class", Init.normal(1), count + 1, width);
  }

  /** {@inheritDoc} One array, {@code [N]} int64. */
  @Override
  public NDList upload(NDManager manager, Condition condition) {
    int[] ids;
    if (condition instanceof Condition.Classes classes && count > 0) {
      ids = classes.ids();
      if (classes.count() != count) {
        throw new IllegalArgumentException(
            "%d classes, %s; the model knows %d"
                .formatted(classes.count(), classes.names(), count));
      }
    } else if (condition instanceof Condition.None || count == 0) {
      ids = new int[condition.size()];
      Arrays.fill(ids, count);
    } else {
      throw new IllegalArgumentException(condition + ": the model knows " + count + " classes");
    }
    return new NDList(Torch.longs(manager, ids, ids.length));
  }

  @Override
  public NDList without(NDList conditions, NDArray where) {
    return Kernel.of("class_rows").call("without", conditions.head(), where, count);
  }

  @Override
  public NDList none(NDList conditions) {
    return Kernel.of("class_rows").call("none", conditions.head(), count);
  }

  @Override
  public Embedded apply(NDList conditions) {
    Kernel rows = Kernel.of("class_rows");
    NDArray labels = conditions.head();
    return new Embedded(
        rows.apply(modulation, labels), input == null ? null : rows.apply(input, labels));
  }
}
