package resgen.reference;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * AdamW with the gradient clipped by its global norm, and an exponential moving average of the
 * weights, by plain array operations; decay on matrices alone.
 */
public final class PlainAdamW {

  private final List<NDArray> weights;
  private final List<NDArray> first = new ArrayList<>();
  private final List<NDArray> second = new ArrayList<>();
  private final List<NDArray> averages = new ArrayList<>();
  private final double rate;
  private final double decay;
  private long step;

  /**
   * Begins at moments of zero.
   *
   * @param weights that require gradients
   * @param rate learning rate
   * @param decay of the weights in each step, times the rate
   */
  public PlainAdamW(List<NDArray> weights, double rate, double decay) {
    this.weights = List.copyOf(weights);
    this.rate = rate;
    this.decay = decay;
    for (NDArray weight : weights) {
      first.add(weight.zerosLike());
      second.add(weight.zerosLike());
      averages.add(weight.duplicate());
    }
  }

  /** The averages, in the order of the weights. */
  public List<NDArray> averages() {
    return List.copyOf(averages);
  }

  /**
   * One step: g ← g·min(1, 1/(‖g‖ + 1e−6)), m ← 0.9·m + 0.1·g, v ← 0.98·v + 0.02·g², w ← (1 −
   * rate·decay)·w − rate·m̂/(√v̂ + 1e−8), average ← 0.999·average + 0.001·w; then g ← 0.
   */
  public void step() {
    step++;
    NDArray squares = null;
    for (NDArray weight : weights) {
      NDArray square = weight.getGradient().square().sum();
      squares = squares == null ? square : squares.add(square);
    }
    double norm =
        Math.sqrt(squares.toType(ai.djl.ndarray.types.DataType.FLOAT32, false).getFloat());
    float clip = (float) Math.min(1, 1 / (norm + 1e-6));
    float c1 = (float) (rate / (1 - Math.pow(0.9, step)));
    float c2 = (float) Math.sqrt(1 - Math.pow(0.98, step));
    for (int i = 0; i < weights.size(); i++) {
      NDArray w = weights.get(i);
      NDArray g = w.getGradient().muli(clip);
      NDArray m = first.get(i).muli(0.9f).addi(g.mul(0.1f));
      NDArray v = second.get(i).muli(0.98f).addi(g.square().mul(0.02f));
      if (w.getShape().dimension() > 1) {
        w.muli((float) (1 - rate * decay));
      }
      w.subi(m.div(v.sqrt().divi(c2).addi(1e-8f)).muli(c1));
      averages.get(i).muli(0.999f).addi(w.mul(0.001f));
      g.muli(0);
    }
  }
}
